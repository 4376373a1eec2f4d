import type { Track } from '../contract.ts';
import { traitsOf } from '../policy/assess.ts';
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
  /** Once come to, this step is wanted whatever happens. */
  binding?: boolean;
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
          ...(route.binding ? [] : [{ guard: { type: 'offPlan', params: parts.step }, target: route.decide }]),
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
    proved: { type: 'proved', params: own } satisfies Ref,
    retryable: { type: 'retryable', params: own } satisfies Ref,
    again: ['recordEnd', { type: 'again', params: own }] satisfies Actions,
    backToGate: { type: 'backToGate', params: own } satisfies Ref,
    passed: (guard: Ref | null, before: Actions): TransitionSpec => ({
      ...(guard ? { guard } : {}),
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
  const traits = traitsOf(route.step);
  const { step, own, ended, again, backToGate, proved, retryable, passed, givenUp, person } = partsOf(route);
  return {
    initial: 'supervised',
    entry: [
      { type: 'issue', params: step },
      { type: 'send', params: own },
    ],
    on: {
      [`${track}.completed`]: [
        passed(traits.checked ? proved : null, ['recordEnd']),
        ...(traits.carries
          ? [
              { ...givenUp(ended), guard: { type: 'misplaced', params: own } },
              { guard: { type: 'awaited', params: own }, target: 'proving', actions: ended },
            ]
          : []),
        ...(traits.checked ? [person('contradiction', ended)] : []),
      ],
      [`${track}.failed`]: [
        { guard: 'interrupted', target: 'unclear', actions: ended },
        ...(traits.leavesTrace
          ? [{ ...person('contradiction', ended), guard: { type: 'contradicted', params: own } }]
          : []),
        { guard: retryable, target: 'gate', actions: again },
        givenUp(ended),
      ],
      [`${track}.refused`]: [
        ...(traits.leavesTrace ? [passed({ type: 'alreadyThere', params: own }, ['recordEnd'])] : []),
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
  const { backToGate, enter } = partsOf(route);
  return {
    ...(traitsOf(route.step).carries ? { proving: provingSpec(route) } : {}),
    unclear: unclearSpec(route),
    pause: { entry: enter('pause'), after: { pause: { target: 'gate', actions: [backToGate] } } },
    person: personSpec(route),
  };
}

/** Completed by result and sensors; a pack read is still missing. */
function provingSpec(route: StepRoute): StateSpec {
  const { own, enter, proved, passed, givenUp } = partsOf(route);
  return {
    tags: ['watching'],
    entry: enter('proving'),
    always: [passed(proved, []), { ...givenUp([]), guard: { type: 'misplaced', params: own } }],
    after: { [`${route.track}Overdue`]: { target: 'unclear' } },
  };
}

/** Nobody knows how the motion ended. Once things may move again the sensors decide, or a person does. */
function unclearSpec(route: StepRoute): StateSpec {
  const { own, backToGate, enter, passed, person } = partsOf(route);
  const { leavesTrace, checked } = traitsOf(route.step);
  const settled = (as: string): Ref => ({ type: 'settled', params: { track: route.track, as } });
  const byPerson: TransitionSpec[] = [
    { guard: settled('confirmed'), target: 'gate', actions: [backToGate] },
    { ...person('unclear', []), guard: settled('between') },
  ];
  return {
    tags: ['watching'],
    entry: enter('unclear'),
    always: [
      ...(leavesTrace ? [passed(settled('done'), [])] : []),
      { guard: settled('notBegun'), target: 'gate', actions: [backToGate] },
      ...(checked ? byPerson : []),
    ],
    on: { confirm: { actions: [{ type: 'confirmed', params: own }] } },
  };
}

function personSpec(route: StepRoute): StateSpec {
  const { track, abandon, decide, step } = route;
  const { own, ended, enter, proved, passed } = partsOf(route);
  return {
    tags: ['person'],
    entry: enter('person'),
    exit: [{ type: 'attended', params: own }],
    on: {
      // A late result still counts when the sensors agree.
      [`${track}.completed`]: passed(traitsOf(step).checked ? proved : null, ['recordEnd']),
      [`${track}.*`]: { actions: ended },
      confirm: {
        target: 'unclear',
        // Whoever confirms has taken a motion that never answered off the machine's hands.
        actions: [
          { type: 'abandon', params: own },
          { type: 'confirmed', params: own },
        ],
      },
      ...(abandon ? { [abandon]: { target: decide } } : {}),
    },
  };
}
