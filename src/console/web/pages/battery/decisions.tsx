import { IconCircleCheck, IconDoorExit } from '@tabler/icons-react';
import type { RetirementDecision } from '../../../../../schema/wire/api/battery-health.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useDecisions } from './data.ts';
import { Rows } from './rows.tsx';
import { batteryTexts } from './texts.ts';

/** What the retirement policy said at each swap, and from what. */
export function Decisions({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const decisions = useDecisions(code);
  const basisOf = useBasis();
  if (decisions.isPending) return <PageSkeleton rows={3} />;
  if (decisions.error) return <ErrorPanel error={decisions.error} retry={() => void decisions.refetch()} />;
  return (
    <>
      <Rows
        label={say('tab.decisions')}
        head={(['at', 'swap', 'policy', 'verdict', 'from'] as const).map((name) => say(`decisions.${name}`))}
        none={say('decisions.none')}
        rows={decisions.data.pages
          .flatMap((page) => page.items)
          .map((decision) => ({
            key: decision.swap,
            cells: [
              formats.dayAndTime(decision.judgedAt),
              decision.swap,
              formats.whole(decision.policyVersion),
              <Verdict key="verdict" decision={decision} />,
              basisOf(decision),
            ],
          }))}
      />
      <MoreButton of={decisions} />
    </>
  );
}

function Verdict({ decision: { retire, reasons } }: { decision: RetirementDecision }) {
  const say = useTexts(batteryTexts);
  const why = reasons.map((reason) => say(`reason.${reason}`)).join(', ');
  return retire ? (
    <StateBadge color="orange" icon={IconDoorExit} words={`${say('decisions.retire')}: ${why}`} />
  ) : (
    <StateBadge color="green" icon={IconCircleCheck} words={say('decisions.keep')} />
  );
}

function useBasis() {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  return ({ inputs: { estimate, bmsSohPct, cellSpreadMv, ageYears } }: RetirementDecision): string =>
    [
      estimate &&
        say('decisions.estimate', {
          soh: formats.pct(estimate.sohPct),
          low: formats.pct(estimate.lowPct),
          high: formats.pct(estimate.highPct),
        }),
      bmsSohPct === null ? null : say('decisions.bms', { soh: formats.pct(bmsSohPct) }),
      cellSpreadMv === null ? null : say('decisions.spread', { mv: formats.tenth(cellSpreadMv) }),
      ageYears === null ? null : say('decisions.age', { years: formats.tenth(ageYears) }),
    ]
      .filter(Boolean)
      .join(' · ');
}
