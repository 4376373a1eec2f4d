import { Group, Progress, Text } from '@mantine/core';
import { IconAlarm, IconClock, IconFlag } from '@tabler/icons-react';
import type { Swap } from '../../../../../schema/wire/api/swap.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { boardTexts } from './texts.ts';

const limitMs = 90_000;

/** Equipment time since the car stood; stands still once it was released. */
export function swapClockMs(swap: Swap, timeScale: number, now: number): number {
  return swap.swapTimeMs ?? Math.max(0, (now - Date.parse(swap.inPositionAt)) * timeScale);
}

export function BayClock({ swap, timeScale, now }: { swap: Swap; timeScale: number; now: number }) {
  const say = useTexts(boardTexts);
  const formats = useFormats();
  const ms = swapClockMs(swap, timeScale, now);
  const over = ms > limitMs;
  const Picture = swap.swapTimeMs !== null ? IconFlag : over ? IconAlarm : IconClock;
  return (
    <div>
      <Group gap="xs" align="baseline" mb={4}>
        <Picture size={20} aria-hidden style={{ alignSelf: 'center' }} />
        <Text fz={28} fw={700} lh={1} data-testid="clock">
          {formats.clock(ms)}
        </Text>
        <Text size="xs" c="dimmed">
          {say('bay.clock')}
          {over && ` · +${formats.clock(ms - limitMs)}`}
        </Text>
      </Group>
      <Progress
        value={Math.min(100, (ms / limitMs) * 100)}
        color={over ? 'red' : ms > limitMs * 0.85 ? 'yellow' : 'lane'}
        size="xs"
        mb="xs"
        aria-label={say('bay.clock')}
      />
    </div>
  );
}
