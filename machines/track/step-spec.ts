import type { Track } from '../contract.ts';
import type { Ref, StateSpec, TransitionSpec } from '../runtime/spec.ts';
import type { Phase, Step } from './memory.ts';

export interface StepRoute {
  track: Track;
  step: Step;
  /** The track's own state, as an absolute target. */
  home: string;
  /** Where to go when the step is proved. */
  next: string;
  /** Where to go when it is given up, and when its gate finds that it is no longer wanted. */
  decide: string;
  /** Event by which a person takes the step off the machine's hands, where there is one. */
  abandon?: string;
}

type Actions = readonly (string | Ref)[];

/**
 * One step of a track: gate → moving → (proving) → next. Every step of both machines is made here, so what is true of one is true of
 * all: no motion passes a shut gate, a result counts only when the sensors agree, and an unclear outcome waits for sensors or a person.
 */
export function stepSpec(route: StepRoute): StateSpec {
  const parts = partsOf(route);
  return {
    initial: 'gate',
    entry: [{ type: 'begin', params: parts.step }],
    states: {
      gate: {
        tags: ['watching'],
        always: [
          { guard: { type: 'offPlan', params: parts.step }, target: route.decide },
          { guard: { type: 'mayStart', params: parts.step }, target: 'moving' },
        ],
      },
      moving: movingSpec(route),
      ...waitingSpecs(route),
    },
  };
}

/** Transitions and actions that several states of a step share. */
function partsOf({ track, step, next, decide }: StepRoute) {
  const params = { track, step };
  const own = { track };
  const ended: Actions = ['recordEnd', 'sense'];
  return {
    step: params,
    own,
    ended,
    enter: (phase: Phase): Actions => [{ type: 'phase', params: { track, phase } }],
    retryable: { type: 'retryable', params: own } satisfies Ref,
    again: ['recordEnd', { type: 'again', params: own }] satisfies Actions,
    backToGate: { type: 'backToGate', params: own } satisfies Ref,
    passed: (guard: string, before: Actions): TransitionSpec => ({
      guard: { type: guard, params: own },
      target: next,
      actions: [...before, { type: 'passedEffects', params }, { type: 'passed', params }],
    }),
    givenUp: (before: Actions): TransitionSpec => ({
      target: decide,
      actions: [...before, { type: 'fail', params }, { type: 'failedEffects', params }, { type: 'failed', params }],
    }),
    person: (why: string, before: Actions): TransitionSpec => ({
      target: 'person',
      actions: [...before, { type: 'callPerson', params: { track, why } }],
    }),
  };
}

function movingSpec(route: StepRoute): StateSpec {
  const { track } = route;
  const { step, own, ended, again, backToGate, retryable, passed, givenUp, person } = partsOf(route);
  return {
    initial: 'supervised',
    entry: [
      { type: 'issue', params: step },
      { type: 'send', params: own },
    ],
    on: {
      [`${track}.completed`]: [
        passed('proved', ['recordEnd']),
        { ...givenUp(ended), guard: { type: 'misplaced', params: own } },
        { guard: { type: 'awaited', params: own }, target: 'proving', actions: ended },
        person('contradiction', ended),
      ],
      [`${track}.failed`]: [
        { guard: 'interrupted', target: 'unclear', actions: ended },
        { ...person('contradiction', ended), guard: { type: 'contradicted', params: own } },
        { guard: retryable, target: 'gate', actions: again },
        givenUp(ended),
      ],
      [`${track}.refused`]: [
        { ...passed('alreadyThere', ['recordEnd']), guard: { type: 'alreadyThere', params: own } },
        {
          guard: { type: 'patient', params: own },
          target: 'pause',
          actions: [...ended, { type: 'countPause', params: own }],
        },
        { guard: retryable, target: 'pause', actions: again },
        givenUp(ended),
      ],
      [`${track}.expired`]: { target: 'gate', actions: ['recordEnd', backToGate] },
      [`${track}.cancelled`]: { target: 'gate', actions: ['recordEnd', backToGate] },
      [`${track}.unknown`]: { target: 'unclear', actions: ended },
      [`${track}.conflict`]: person('conflict', ended),
      'mode.held': { actions: [{ type: 'withdraw', params: own }] },
    },
    states: supervisionSpecs(route),
  };
}

/** The deadline acts by withdrawing the command; if even that brings no answer, a person is called. It stands still while suspended. */
function supervisionSpecs(route: StepRoute): Record<string, StateSpec> {
  const { track, home, step } = route;
  const { own, again, retryable, givenUp, person } = partsOf(route);
  const withdraw = { type: 'withdraw', params: own };
  const startClock = { type: 'startClock', params: own };
  return {
    supervised: {
      after: { [`${track}Deadline`]: { target: 'overdue' } },
      on: { 'mode.suspended': { target: 'suspended', actions: [{ type: 'stopClock', params: own }] } },
    },
    suspended: {
      on: {
        'mode.running': { target: 'supervised', actions: [startClock] },
        'mode.held': { target: 'supervised', actions: [startClock, withdraw] },
      },
    },
    overdue: {
      entry: [withdraw, { type: 'warnOverdue', params: own }],
      after: { [`${track}Overdue`]: { ...person('overdue', []), target: `${home}.${step}.person` } },
      on: {
        'mode.suspended': { target: 'suspended', actions: [{ type: 'stopClock', params: own }] },
        [`${track}.cancelled`]: [{ guard: retryable, target: `${home}.${step}.gate`, actions: again }, givenUp(again)],
      },
    },
  };
}

function waitingSpecs(route: StepRoute): Record<string, StateSpec> {
  const { track, abandon, decide } = route;
  const { own, ended, backToGate, enter, passed, givenUp, person } = partsOf(route);
  const settled = (as: string): Ref => ({ type: 'settled', params: { track, as } });
  return {
    proving: {
      tags: ['watching'],
      entry: enter('proving'),
      always: [passed('proved', []), { ...givenUp([]), guard: { type: 'misplaced', params: own } }],
      after: { [`${track}Overdue`]: { target: 'unclear' } },
    },
    unclear: {
      tags: ['watching'],
      entry: enter('unclear'),
      always: [
        { ...passed('proved', []), guard: settled('done') },
        { guard: settled('notBegun'), target: 'gate', actions: [backToGate] },
        { guard: settled('confirmed'), target: 'gate', actions: [backToGate] },
        { ...person('unclear', []), guard: settled('between') },
      ],
      on: { confirm: { actions: [{ type: 'confirmed', params: own }] } },
    },
    pause: { entry: enter('pause'), after: { pause: { target: 'gate', actions: [backToGate] } } },
    person: {
      tags: ['person'],
      entry: enter('person'),
      exit: [{ type: 'attended', params: own }],
      on: {
        [`${track}.completed`]: passed('proved', ['recordEnd']),
        [`${track}.*`]: { actions: ended },
        confirm: { target: 'unclear', actions: [{ type: 'confirmed', params: own }] },
        ...(abandon ? { [abandon]: { target: decide } } : {}),
      },
    },
  };
}
