import { Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClockExclamation, IconLoader } from '@tabler/icons-react';
import type { SwapStep } from '../../../../schema/wire/api/swap.ts';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { stationTexts } from './station-texts.ts';
import classes from './step-timeline.module.css';

const tracks = ['robot', 'shuttle'] as const;
const limitMs = 90_000;

interface Axis {
  /** Wheels on the stops: where the axis begins. */
  from: string;
  /** Equipment seconds per wall second. */
  timeScale: number;
  /** The moment of looking, while the swap runs. */
  now: number;
}

export interface StepTimelineProps extends Axis {
  steps: readonly SwapStep[];
}

/** Where a step lies on the axis, equipment ms since the car stood. */
export interface StepSpan {
  step: SwapStep;
  start: number;
  length: number;
  over: boolean;
}

export function spanOf(step: SwapStep, { from, timeScale, now }: Axis): StepSpan {
  const began = Date.parse(step.startedAt);
  const ended = step.endedAt === null ? now : Date.parse(step.endedAt);
  const length = Math.max(0, step.actualMs ?? (ended - began) * timeScale);
  return { step, start: (began - Date.parse(from)) * timeScale, length, over: length > step.budgetMs };
}

/** Two movers on one axis of time: what each did, against its budget. */
export function StepTimeline({ steps, ...axis }: StepTimelineProps) {
  const say = useTexts(stationTexts);
  if (steps.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {say('timeline.none')}
      </Text>
    );
  }
  const spans = steps.map((step) => spanOf(step, axis));
  const begin = Math.min(0, ...spans.map(({ start }) => start));
  const end = Math.max(limitMs * 1.08, ...spans.map(({ start, length }) => start + length));
  const share = (ms: number) => `${(ms / (end - begin)) * 100}%`;
  return (
    <Stack gap={4} className={classes.lanes}>
      {tracks.map((track) => (
        <div key={track} className={classes.lane}>
          <Text size="xs" className={classes.name}>
            {say(`track.${track}`)}
          </Text>
          <div className={classes.bars}>
            <div className={classes.limit} style={{ left: share(limitMs - begin) }}>
              <span>{say('timeline.limit', { s: limitMs / 1000 })}</span>
            </div>
            {spans
              .filter(({ step }) => step.track === track)
              .map((span) => (
                <StepBar key={span.step.ordinal} span={span} begin={begin} share={share} />
              ))}
          </div>
        </div>
      ))}
    </Stack>
  );
}

const pictures = { done: IconCheck, running: IconLoader, over: IconClockExclamation, failed: IconAlertTriangle };

function lookOf({ step: { result }, over }: StepSpan): keyof typeof pictures {
  if (result === 'running') return over ? 'over' : 'running';
  if (result !== 'completed') return 'failed';
  return over ? 'over' : 'done';
}

interface StepBarProps {
  span: StepSpan;
  begin: number;
  share: (ms: number) => string;
}

function StepBar({ span, begin, share }: StepBarProps) {
  const say = useTexts(stationTexts);
  const formats = useFormats();
  const { step, start, length, over } = span;
  const look = lookOf(span);
  const Picture = pictures[look];
  const name = say(`step.${step.step}`);
  const words = [
    `${name}: ${formats.seconds(length)} / ${formats.seconds(step.budgetMs)}`,
    say(`result.${step.result}`),
    over ? say('timeline.over') : null,
  ].filter(Boolean);
  return (
    <>
      {step.result === 'running' && !over && (
        <div
          className={classes.left}
          style={{ left: share(start + length - begin), width: share(step.budgetMs - length) }}
        />
      )}
      <div
        className={classes.bar}
        data-look={look}
        style={{ left: share(start - begin), width: share(length) }}
        title={words.join(', ')}
      >
        {over && <div className={classes.budget} style={{ left: `${(step.budgetMs / length) * 100}%` }} />}
        <Picture size={12} aria-hidden className={classes.picture} />
        <span className={classes.words}>{name}</span>
      </div>
    </>
  );
}
