import { Box, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconLoader } from '@tabler/icons-react';
import type { SwapStep } from '../../../../schema/wire/api/swap.ts';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { stationTexts } from './station-texts.ts';
import classes from './step-timeline.module.css';

const tracks = ['robot', 'shuttle'] as const;
const limitMs = 90_000;

export interface StepTimelineProps {
  steps: readonly SwapStep[];
  /** Wheels on the stops: where the axis begins. */
  from: string;
  /** Equipment seconds per wall second. */
  timeScale: number;
  /** The moment of looking, while the swap runs. */
  now: number;
}

/** Where a step lies on the axis, equipment ms since the car stood. */
export function spanOf(step: SwapStep, { from, timeScale, now }: Omit<StepTimelineProps, 'steps'>) {
  const start = (Date.parse(step.startedAt) - Date.parse(from)) * timeScale;
  const running = step.result === 'running';
  const length =
    step.actualMs ??
    ((step.endedAt === null ? now : Date.parse(step.endedAt)) - Date.parse(step.startedAt)) * timeScale;
  return { start, length: Math.max(0, length), running, over: length > step.budgetMs };
}

/** Two movers on one axis of time: what each did, against its budget. */
export function StepTimeline(props: StepTimelineProps) {
  const say = useTexts(stationTexts);
  const spans = props.steps.map((step) => ({ step, ...spanOf(step, props) }));
  if (spans.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {say('timeline.none')}
      </Text>
    );
  }
  const begin = Math.min(0, ...spans.map(({ start }) => start));
  const end = Math.max(limitMs * 1.08, ...spans.map(({ start, length }) => start + length));
  const share = (ms: number) => `${(ms / (end - begin)) * 100}%`;
  return (
    <Stack gap={4}>
      {tracks.map((track) => (
        <div key={track} className={classes.lane}>
          <Text size="xs" className={classes.name}>
            {say(`track.${track}`)}
          </Text>
          <Box className={classes.bars}>
            <div className={classes.limit} style={{ left: share(limitMs - begin) }}>
              <span>{say('timeline.limit', { s: limitMs / 1000 })}</span>
            </div>
            {spans
              .filter(({ step }) => step.track === track)
              .map(({ step, start, length, over }) => (
                <StepBar key={step.ordinal} step={step} over={over} left={share(start - begin)} width={share(length)} />
              ))}
          </Box>
        </div>
      ))}
    </Stack>
  );
}

interface StepBarProps {
  step: SwapStep;
  over: boolean;
  left: string;
  width: string;
}

function StepBar({ step, over, left, width }: StepBarProps) {
  const say = useTexts(stationTexts);
  const formats = useFormats();
  const bad = step.result !== 'completed' && step.result !== 'running';
  const look = bad ? 'failed' : step.result === 'running' ? 'running' : over ? 'over' : 'done';
  const Picture = bad ? IconAlertTriangle : step.result === 'running' ? IconLoader : IconCheck;
  const words = `${say(`step.${step.step}`)}: ${formats.seconds(step.actualMs)} / ${formats.seconds(step.budgetMs)}, ${say(`result.${step.result}`)}${over ? `, ${say('timeline.over')}` : ''}`;
  return (
    <div className={classes.bar} data-look={look} style={{ left, width }} title={words}>
      <Picture size={12} aria-hidden className={classes.picture} />
      <span className={classes.words}>{say(`step.${step.step}`)}</span>
    </div>
  );
}
