import { Text } from '@mantine/core';
import type { CustodyMove } from '../../../../../schema/wire/api/battery.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { usePlaceWords } from '../../parts/pack-place.ts';
import { PageSkeleton } from '../../parts/page-skeleton.tsx';
import { useMoves } from './data.ts';
import { Rows } from './rows.tsx';
import { batteryTexts } from './texts.ts';

/** Every move, the newest first, with what proved it. */
export function Custody({ code }: { code: string }) {
  const say = useTexts(batteryTexts);
  const formats = useFormats();
  const placeWords = usePlaceWords();
  const moves = useMoves(code);
  if (moves.isPending) return <PageSkeleton rows={3} />;
  if (moves.error) return <ErrorPanel error={moves.error} retry={() => void moves.refetch()} />;
  const items = moves.data.pages.flatMap((page) => page.items);
  const head = (['at', 'from', 'to', 'cause', 'by', 'proof'] as const).map((name) => say(`custody.${name}`));
  return (
    <>
      <Rows
        label={say('tab.custody')}
        head={head}
        none={say('custody.none')}
        rows={items.map((move) => ({
          key: String(move.version),
          cells: [
            formats.dayAndTime(move.occurredAt),
            placeWords(move.from),
            placeWords(move.to),
            <Because key="cause" move={move} />,
            move.by ?? '–',
            move.swap ?? (move.station === null ? '–' : `${move.station} #${move.eventN ?? ''}`),
          ],
        }))}
      />
      <MoreButton of={moves} />
    </>
  );
}

const Because = ({ move: { cause, reason } }: { move: CustodyMove }) => (
  <>
    <Text span size="sm" ff="monospace">
      {cause}
    </Text>
    {reason !== null && (
      <Text size="xs" c="dimmed">
        {reason}
      </Text>
    )}
  </>
);
