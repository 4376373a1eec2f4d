import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { GradeBadge } from '../../parts/grade-badge.tsx';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useGradings } from './data.ts';
import { Rows } from './rows.tsx';
import { batteryTexts } from './texts.ts';

export function Gradings({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const gradings = useGradings(code);
  if (gradings.isPending) return <PageSkeleton rows={3} />;
  if (gradings.error) return <ErrorPanel error={gradings.error} retry={() => void gradings.refetch()} />;
  return (
    <Rows
      label={say('tab.gradings')}
      head={(['at', 'grade', 'soh', 'residual', 'place', 'by', 'policy'] as const).map((name) =>
        say(`gradings.${name}`),
      )}
      none={say('gradings.none')}
      rows={gradings.data.items.map(({ id, testedAt, grade, sohPct, inputs, place, gradedBy, policy }) => ({
        key: id,
        cells: [
          formats.dayAndTime(testedAt),
          <GradeBadge key="grade" grade={grade} />,
          formats.pct(sohPct),
          `${formats.tenth(inputs.residualAh)} Ah`,
          place,
          gradedBy,
          formats.whole(policy),
        ],
      }))}
    />
  );
}
