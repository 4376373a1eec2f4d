import { Group, Text } from '@mantine/core';
import type { SwapStep } from '../../../../../schema/wire/api/swap.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useTexts } from '../../i18n/texts.ts';
import { stationTexts } from '../../parts/station-texts.ts';
import { spanOf } from '../../parts/step-timeline.tsx';
import { boardTexts } from './texts.ts';

interface StepsNowProps {
  steps: readonly SwapStep[];
  from: string;
  timeScale: number;
  now: number;
}

/** What each mover does now, in words: the bars are too small for that on a phone. */
export function StepsNow({ steps, ...axis }: StepsNowProps) {
  const say = useTexts(stationTexts);
  const board = useTexts(boardTexts);
  const formats = useFormats();
  const running = steps.filter(({ result }) => result === 'running').map((step) => spanOf(step, axis));
  if (running.length === 0) {
    return (
      <Text size="sm" c="dimmed" mb="xs">
        {board('nothingMoves')}
      </Text>
    );
  }
  return (
    <Group gap="lg" mb="xs">
      {running.map(({ step, length, over }) => (
        <Text key={step.ordinal} size="sm" {...(over ? { fw: 650 } : {})}>
          {say(`track.${step.track}`)}: {say(`step.${step.step}`)}, {formats.clock(length)} /{' '}
          {formats.clock(step.budgetMs)}
          {step.attempt > 1 && ` · ${say('timeline.attempt')} ${step.attempt}`}
          {over && ` · ${say('timeline.over')}`}
        </Text>
      ))}
    </Group>
  );
}
