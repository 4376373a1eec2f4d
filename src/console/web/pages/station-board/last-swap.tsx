import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Bay } from '../../../../../schema/wire/api/station.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAll } from '../../live/use-live.ts';
import { stationTexts } from '../../parts/station-texts.ts';
import { boardTexts } from './texts.ts';

/** Tenths of a second matter no more. */
const longMs = 600_000;

/** How the swap before went, while no car is here. */
export function LastSwap({ bay }: { bay: Bay }) {
  const say = useTexts(boardTexts);
  const words = useTexts(stationTexts);
  const formats = useFormats();
  const last = useAll('swap', bay.station)
    .filter((swap) => swap.bay === bay.bay)
    .reduce<ReturnType<typeof useAll<'swap'>>[number] | null>(
      (newest, swap) => (newest === null || swap.inPositionAt > newest.inPositionAt ? swap : newest),
      null,
    );
  if (last === null) return <Text size="sm">{say('bay.noLast')}</Text>;
  const { id, state, swapTimeMs } = last;
  return (
    <Anchor component={Link} to={`/swaps/${id}`} size="sm">
      {swapTimeMs === null
        ? say('bay.lastNoTime', { id, state: words(`swap.${state}`) })
        : say('bay.last', {
            id,
            state: words(`swap.${state}`),
            time: swapTimeMs < longMs ? formats.seconds(swapTimeMs) : formats.clock(swapTimeMs),
          })}
    </Anchor>
  );
}
