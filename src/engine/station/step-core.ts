import type { StationInput, StationStep, StepContext, StepStation } from '../../../machines/contract.ts';
import type { EventRow } from '../commit/rows.ts';
import { type Draft, takeStep } from './draft.ts';
import { foldEffects } from './effects.ts';

export interface Core {
  step: StepStation;
  context: StepContext;
  bugs: ReadonlySet<string>;
  /** Called with every error the core throws: a bug, or a stored machine it cannot read. */
  onError: (error: unknown, draft: Draft) => void;
}

/**
 * What became of a piece of work. `later`: its turn has not come (a hello ahead of the mark). `stale`: it is about something that has passed.
 */
export type Applied =
  | { done: true; event: EventRow | null; action?: StationStep['action'] }
  | { done: false; why: 'later' | 'stale' };

export const written = (event: EventRow | null): Applied => ({ done: true, event });

/** Steps the core and folds what it gave into the draft and the event. A core that throws leaves the draft as it was and returns null. */
export function stepCore(draft: Draft, core: Core, input: StationInput, event: EventRow): StationStep | null {
  let step: StationStep;
  try {
    step = core.step(draft.state, input, core.context);
  } catch (error) {
    core.onError(error, draft);
    return null;
  }
  foldStep(draft, core, step, event);
  return step;
}

export function foldStep(draft: Draft, core: Core, step: StationStep, event: EventRow): void {
  const swapBefore = event.bay === null ? null : (draft.state.bays[event.bay]?.cycle?.instance ?? null);
  takeStep(draft, step);
  const kept = core.bugs.has('timerNotCancelled')
    ? step.effects.filter(({ kind }) => kind !== 'cancelTimer')
    : step.effects;
  const said = foldEffects(draft, kept, event, core.context.epoch);
  for (const { machine, instance, event: name, state } of step.ignored) {
    said.push(`ignored ${name} by ${machine} ${instance} in ${state}`);
  }
  event.swap ??= (event.bay === null ? null : draft.state.bays[event.bay]?.cycle?.instance) ?? swapBefore;
  if (said.length > 0) event.decided = event.decided ? [...(event.decided as string[]), ...said] : said;
}

/** An alarm of the engine's own: level 1, it keeps no pack from dispatch. */
export function raise(draft: Draft, event: EventRow, key: string, code: string, detail: string): void {
  foldEffects(
    draft,
    [
      {
        kind: 'raiseAlarm',
        key,
        level: 1,
        code,
        bay: event.bay,
        place: null,
        pack: null,
        detail: detail.slice(0, 300),
      },
    ],
    event,
    0,
  );
}
