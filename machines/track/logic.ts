import { formatCommandId } from '../../schema/wire/command-id.ts';
import type { Command, FailureReason } from '../../schema/wire/commands.ts';
import type { Effect, StepFacts, Track } from '../contract.ts';
import { commandHash } from '../hash.ts';
import { type Assessment, assess, type Evidence, prove } from '../policy/assess.ts';
import { assign } from '../runtime/assign.ts';
import type { Desk } from './desk.ts';
import {
  idleTrack,
  imageOf,
  memoryOf,
  type Outstanding,
  type Phase,
  type Step,
  type TrackMemory,
  type TrackOwner,
  type TrackResult,
} from './memory.ts';

interface Event {
  type: string;
}
interface Args<C> {
  context: C;
  event: Event;
}
interface OfTrack {
  track: Track;
}
interface OfStep extends OfTrack {
  step: Step;
}

/** Reasons that no further attempt can mend. */
const hopeless: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'packMissing',
  'wrongPack',
  'placeOccupied',
  'notParked',
  'hvNotOff',
  'noConsent',
  'vehicleAbsent',
  'unknownCommand',
  'badParameters',
]);
/** The station asks for patience: it will pass, and is not counted as an attempt. */
const patience: ReadonlySet<FailureReason> = new Set<FailureReason>(['moverBusy', 'emergencyStop', 'awaitingConfirm']);
const nothingToDo: ReadonlySet<FailureReason> = new Set<FailureReason>(['interlock', 'packMissing']);
const interruptions: ReadonlySet<FailureReason> = new Set<FailureReason>(['emergencyStop', 'awaitingConfirm']);
const mostPauses = 60;
const pauseMs = 2000;
/** Lost messages are sent again after so much wall time, however fast the equipment is. */
const lineAllowanceMs = 5000;
/** A clock that was stopped at its very end still gives the station this long. */
const leastRestMs = 1000;

const commandIndex: Record<Track, number> = { robot: 0, shuttle: 1 };

const resultOf = (event: Event): TrackResult | null => ('sensors' in event ? (event as TrackResult) : null);

/** Guards, actions and delays of every step, for a machine that answers at this desk. */
export function trackLogic<C extends TrackOwner>(desk: Desk<C>) {
  return { guards: guardsFor(desk), actions: { ...assignsFor(desk), ...effectsFor(desk) }, delays: delays() };
}

function withTrack<C extends TrackOwner>(context: C, track: Track, change: Partial<TrackMemory>): Partial<C> {
  return { [track]: { ...memoryOf(context, track), ...change } } as unknown as Partial<C>;
}

function evidence<C extends TrackOwner>(desk: Desk<C>, { context, event }: Args<C>, track: Track): Evidence | null {
  const { last } = memoryOf(context, track);
  const sensors = resultOf(event)?.sensors ?? context.sensors;
  if (!last || !sensors) return null;
  return { command: last.command, sensors, state: imageOf(context).state, bay: context.bay, vin: desk.vin(context) };
}

function guardsFor<C extends TrackOwner>(desk: Desk<C>) {
  const proofIs = (wanted: string) => (args: Args<C>, params: OfTrack) => {
    const seen = evidence(desk, args, params.track);
    return seen !== null && prove(seen) === wanted;
  };
  const assessment = (args: Args<C>, track: Track): Assessment => {
    const seen = evidence(desk, args, track);
    return seen ? assess(seen) : 'between';
  };
  const reason = ({ event }: Args<C>) => resultOf(event)?.reason ?? null;
  const needsPerson = (context: C, track: Track) => memoryOf(context, track).phase === 'person';
  return {
    proved: proofIs('proved'),
    awaited: proofIs('awaited'),
    misplaced: proofIs('misplaced'),
    contradicted: (args: Args<C>, { track }: OfTrack) => assessment(args, track) === 'done',
    // A position that is already reached is refused, and so is to fetch what has been taken where it should go: a station isolates by itself.
    // The sensors that come with the refusal and the reads before it decide.
    alreadyThere: (args: Args<C>, { track }: OfTrack) =>
      nothingToDo.has(reason(args) ?? 'other') && assessment(args, track) === 'done',
    interrupted: (args: Args<C>) => interruptions.has(reason(args) ?? 'other'),
    patient: (args: Args<C>, { track }: OfTrack) =>
      patience.has(reason(args) ?? 'other') && memoryOf(args.context, track).pauses < mostPauses,
    retryable: (args: Args<C>, { track }: OfTrack) => {
      const { step, attempt } = memoryOf(args.context, track);
      const retries = step ? imageOf(args.context).state.type.steps[step].retries : 0;
      return attempt <= retries && !hopeless.has(reason(args) ?? 'other');
    },
    offPlan: ({ context }: Args<C>, { track, step }: OfStep) => desk.offPlan(context, track, step),
    mayStart: ({ context }: Args<C>, { track, step }: OfStep) =>
      context.mode === 'running' &&
      !needsPerson(context, 'robot') &&
      !needsPerson(context, 'shuttle') &&
      desk.command(context, track, step) !== null,
    settled: (args: Args<C>, { track, as }: OfTrack & { as: Assessment | 'confirmed' }) => {
      if (args.context.mode === 'suspended') return false;
      const found = assessment(args, track);
      const confirmed = memoryOf(args.context, track).confirmedBy !== null;
      return found === as || (as === 'confirmed' && found === 'between' && confirmed);
    },
  };
}

function assignsFor<C extends TrackOwner>(desk: Desk<C>) {
  const change = <P extends OfTrack>(
    compute: (memory: TrackMemory, args: Args<C>, params: P) => Partial<TrackMemory>,
  ) =>
    assign(({ context, event }: { context: C; event: Event }, params: P) =>
      withTrack(context, params.track, compute(memoryOf(context, params.track), { context, event }, params)),
    );
  return {
    begin: change((_, __, { step }: OfStep) => ({ ...idleTrack, step, phase: 'gate' })),
    phase: change((_, __, { phase }: OfTrack & { phase: Phase }) => ({ phase })),
    issue: assign(({ context }: { context: C }, { track, step }: OfStep) => issue(desk, context, track, step)),
    backToGate: assign(({ context, event }: { context: C; event: Event }, { track }: OfTrack) => ({
      ...sensed(context, event),
      ...withTrack(context, track, { phase: 'gate', ...answered(context, event, track) }),
    })),
    again: assign(({ context, event }: { context: C; event: Event }, { track }: OfTrack) => ({
      ...sensed(context, event),
      ...withTrack(context, track, { phase: 'gate', attempt: memoryOf(context, track).attempt + 1, open: false }),
    })),
    countPause: change(({ pauses }) => ({ pauses: pauses + 1 })),
    startClock: change((_, { context }) => ({ runsSince: imageOf(context).now })),
    stopClock: change(({ remainingMs, runsSince }, { context }) => {
      const { now, state } = imageOf(context);
      return { remainingMs: Math.max(leastRestMs, remainingMs - (now - runsSince) * state.timeScale) };
    }),
    fail: change((_, { event }, { step }: OfStep) => ({
      failure: {
        step,
        reason: resultOf(event)?.reason ?? (resultOf(event) ? 'other' : 'wrongPack'),
        begun: !event.type.endsWith('.refused'),
      },
    })),
    confirmed: change((_, { event }) => ({ confirmedBy: (event as { by?: string }).by ?? null, open: false })),
    sense: assign(({ context, event }: { context: C; event: Event }) => {
      const [track] = event.type.split('.') as [Track];
      return { ...sensed(context, event), ...withTrack(context, track, { open: false }) };
    }),
    // One assign where two would read better: XState rebuilds the whole snapshot for each, and this one is taken by every step.
    passed: assign(({ context, event }: { context: C; event: Event }, { track, step }: OfStep) => ({
      ...sensed(context, event),
      ...withTrack(context, track, answered(context, event, track)),
      ...desk.passed(context, track, step),
    })),
    failed: assign(({ context }: { context: C }, { track, step }: OfStep) => desk.failed(context, track, step)),
  };
}

/** A result of this track closes its command; any other event leaves it as it is. */
const answered = (context: TrackOwner, event: Event, track: Track): Pick<TrackMemory, 'open'> => ({
  open: memoryOf(context, track).open && !event.type.startsWith(`${track}.`),
});

function sensed<C extends TrackOwner>(context: C, event: Event): Partial<C> {
  return { sensors: resultOf(event)?.sensors ?? context.sensors } as Partial<C>;
}

/** Remembers the command that leaves now. Its id is a function of the step that decided it. */
function issue<C extends TrackOwner>(desk: Desk<C>, context: C, track: Track, step: Step): Partial<C> {
  const command = desk.commandNow(context, track, step);
  if (!command) throw new Error(`${step} is sent although nothing is planned`);
  const image = imageOf(context);
  const memory = memoryOf(context, track);
  const id = formatCommandId({
    station: image.state.station,
    bay: context.bay,
    machine: desk.machine,
    instance: desk.instance(context),
    decidedEpoch: image.epoch,
    version: image.revision,
    index: commandIndex[track],
  });
  const ordinal = desk.nextOrdinal(context);
  const last: Outstanding = { id, command, attempt: memory.attempt, ordinal, decidedAt: image.now };
  const remainingMs = image.state.type.steps[step].deadlineMs + lineAllowanceMs * image.state.timeScale;
  const change: Partial<TrackMemory> = {
    last,
    remainingMs,
    runsSince: image.now,
    confirmedBy: null,
    phase: 'moving',
    open: true,
  };
  return { ...desk.counted(context), ...withTrack(context, track, change) };
}

function effectsFor<C extends TrackOwner>(desk: Desk<C>) {
  return {
    send: ({ context }: Args<C>, { track }: OfTrack) => send(desk, context, track),
    recordEnd: ({ context, event }: Args<C>) => recordEnd(desk, context, event),
    withdraw: ({ context }: Args<C>, { track }: OfTrack): Effect[] => {
      const { last, open } = memoryOf(context, track);
      return last && open ? [{ kind: 'supersede', id: last.id, bay: context.bay }] : [];
    },
    abandon: ({ context }: Args<C>, { track }: OfTrack) => abandon(desk, context, track),
    warnOverdue: ({ context }: Args<C>, { track }: OfTrack): Effect[] => {
      const { step } = memoryOf(context, track);
      return [{ kind: 'notify', bay: context.bay, swap: desk.swap(context), code: 'stepOverdue', detail: `${step}` }];
    },
    passedEffects: ({ context }: Args<C>, { track, step }: OfStep) => desk.passedEffects(context, track, step),
    failedEffects: ({ context }: Args<C>, { track, step }: OfStep) => desk.failedEffects(context, track, step),
    callPerson: ({ context }: Args<C>, { track, why }: OfTrack & { why: string }) =>
      desk.personEffects(context, track, why),
    attended: ({ context }: Args<C>, { track }: OfTrack) => desk.attendedEffects(context, track),
  };
}

function send<C extends TrackOwner>(desk: Desk<C>, context: C, track: Track): Effect[] {
  const { last } = memoryOf(context, track);
  if (!last) return [];
  const { type, params } = last.command;
  const command: Effect = {
    kind: 'command',
    id: last.id,
    hash: commandHash(context.bay, type, params),
    bay: context.bay,
    machine: desk.machine,
    instance: desk.instance(context),
    swap: desk.swap(context),
    type,
    params,
    validity: imageOf(context).validity,
  };
  const line = timelineLine(desk, context, track, last);
  return line ? [command, { kind: 'recordStep', step: line }] : [command];
}

function timelineLine<C extends TrackOwner>(
  desk: Desk<C>,
  context: C,
  track: Track,
  last: Outstanding,
): StepFacts | null {
  const swap = desk.swap(context);
  const step = last.command.type as Command['type'] & Step;
  if (!swap) return null;
  return {
    swap,
    ordinal: last.ordinal,
    step,
    track,
    attempt: last.attempt,
    commandId: last.id,
    budgetMs: imageOf(context).state.type.steps[step].budgetMs,
    actualMs: null,
    result: 'running',
    reason: null,
    startedAt: last.decidedAt,
    endedAt: null,
  };
}

function recordEnd<C extends TrackOwner>(desk: Desk<C>, context: C, event: Event): Effect[] {
  const [track, outcome] = event.type.split('.') as [Track, StepFacts['result']];
  const result = resultOf(event);
  const { last } = memoryOf(context, track);
  const line = last ? timelineLine(desk, context, track, last) : null;
  if (!line || !result) return [];
  const { durationMs, reason } = result;
  return [
    {
      kind: 'recordStep',
      step: { ...line, actualMs: durationMs, result: outcome, reason, endedAt: imageOf(context).at },
    },
  ];
}

/** The line of a command whose result will not be waited for any more. */
function abandon<C extends TrackOwner>(desk: Desk<C>, context: C, track: Track): Effect[] {
  const { last, open } = memoryOf(context, track);
  const line = last && open ? timelineLine(desk, context, track, last) : null;
  if (!line) return [];
  return [
    { kind: 'recordStep', step: { ...line, result: 'unknown', reason: 'abandoned', endedAt: imageOf(context).at } },
  ];
}

function delays() {
  const rest =
    (track: Track) =>
    ({ context }: { context: TrackOwner }) =>
      memoryOf(context, track).remainingMs;
  const whole =
    (track: Track) =>
    ({ context }: { context: TrackOwner }) => {
      const { step } = memoryOf(context, track);
      const { type, timeScale } = imageOf(context).state;
      return step ? type.steps[step].deadlineMs + lineAllowanceMs * timeScale : pauseMs;
    };
  return {
    robotDeadline: rest('robot'),
    robotOverdue: whole('robot'),
    shuttleDeadline: rest('shuttle'),
    shuttleOverdue: whole('shuttle'),
    pause: pauseMs,
  };
}
