import type { Track } from '../contract.ts';
import type { StateSpec, TransitionSpec } from '../runtime/spec.ts';
import { cycleModeSpec } from '../track/mode-spec.ts';
import { stepSpec } from '../track/step-spec.ts';
import { isBinding, type RobotStep, robotSteps } from './plan-robot.ts';

const robotHome = '#cycle.working.robot';
const shuttleHome = '#cycle.working.shuttle';
const deciding = `${robotHome}.deciding`;

/** Steps after which the physical state decides what comes next, not the healthy order. */
const replanned: ReadonlySet<RobotStep> = new Set(['exchange']);

function afterStep(step: RobotStep): string {
  if (replanned.has(step)) return deciding;
  const next = robotSteps[robotSteps.indexOf(step) + 1];
  return `${robotHome}.${next ?? 'released'}`;
}

const robotStepSpecs = Object.fromEntries(
  robotSteps.map((step) => [
    step,
    stepSpec({
      track: 'robot',
      step,
      home: robotHome,
      next: afterStep(step),
      decide: deciding,
      binding: isBinding(step),
    }),
  ]),
);

/** What `deciding` may lead to: everything but the two steps that are never done twice. */
const planned = robotSteps.filter(
  (step) => step !== 'authorise' && step !== 'positionAndClamp' && step !== 'liftVehicle',
);

const robotSpec: StateSpec = {
  initial: 'preparing',
  on: {
    abort: {
      guard: 'abortable',
      actions: ['noteAbort', { type: 'withdraw', params: { track: 'robot' } }],
    },
    vehicleLeft: [
      { guard: 'finishedWithCar' },
      { guard: 'stillShut', target: '.gone', actions: ['noteLeft', { type: 'withdraw', params: { track: 'robot' } }] },
      { guard: 'alreadyVerified', target: '.gone', actions: ['noteLeft'] },
      {
        target: '.stuck',
        actions: ['noteLeft', { type: 'callPerson', params: { track: 'robot', why: 'vehicleLeft' } }],
      },
    ],
  },
  states: {
    /** Until car and pack allow a beginning. Nothing has moved at the car. */
    preparing: {
      tags: ['watching'],
      entry: ['choose', 'reserve'],
      always: [
        { guard: 'calledOff', target: 'deciding' },
        { guard: 'hopeless', target: 'deciding', actions: ['noteHopeless'] },
        { guard: 'prepared', target: 'authorise' },
      ],
      on: { facts: { guard: 'canChoose', actions: ['choose', 'reserve'] } },
      after: { packWait: { target: 'deciding', actions: ['noteWaited'] } },
    },
    ...robotStepSpecs,
    /** After a failure, an abort or an exchange: chooses a way out, then the step that brings the car nearer to the goal. */
    deciding: {
      entry: ['decide', 'reserve'],
      always: [
        ...planned.map((step): TransitionSpec => ({ guard: { type: 'robotPlanIs', params: { step } }, target: step })),
        { target: 'stuck', actions: [{ type: 'callPerson', params: { track: 'robot', why: 'noWayOut' } }] },
      ],
    },
    stuck: {
      tags: ['person'],
      entry: [{ type: 'phase', params: { track: 'robot', phase: 'person' } }],
      exit: [{ type: 'attended', params: { track: 'robot' } }],
      on: { confirm: { target: 'deciding', actions: ['rethink'] } },
    },
    /** Clamps open, light green: the car may go. With a pack that nobody verified, a person must end the swap. */
    released: {
      entry: [{ type: 'phase', params: { track: 'robot', phase: 'done' } }, 'tellReleased'],
      always: {
        guard: 'leftUnverified',
        target: 'stuck',
        actions: [{ type: 'callPerson', params: { track: 'robot', why: 'leftUnverified' } }],
      },
    },
    /** The car went without being released. */
    gone: { entry: [{ type: 'phase', params: { track: 'robot', phase: 'done' } }] },
  },
};

const shuttleSteps = ['isolatePack', 'stowPack', 'fetchPack', 'connectCharger'] as const;

const shuttleSpec: StateSpec = {
  initial: 'planning',
  states: {
    planning: {
      tags: ['watching'],
      entry: [{ type: 'phase', params: { track: 'shuttle', phase: 'idle' } }, 'reserve'],
      always: [
        ...shuttleSteps.map(
          (step): TransitionSpec => ({ guard: { type: 'shuttlePlanIs', params: { step } }, target: step }),
        ),
        {
          guard: { type: 'shuttlePlanIs', params: { step: 'person' } },
          target: 'stuck',
          actions: [{ type: 'callPerson', params: { track: 'shuttle', why: 'noWayOut' } }],
        },
        { guard: 'finished', target: '#cycle.over' },
      ],
    },
    ...Object.fromEntries(
      shuttleSteps.map((step) => [
        step,
        stepSpec({
          track: 'shuttle',
          step,
          home: shuttleHome,
          next: `${shuttleHome}.planning`,
          decide: `${shuttleHome}.planning`,
        }),
      ]),
    ),
    stuck: {
      tags: ['person'],
      entry: [{ type: 'phase', params: { track: 'shuttle', phase: 'person' } }],
      exit: [{ type: 'attended', params: { track: 'shuttle' } }],
      on: { confirm: { target: 'planning', actions: ['rethinkShuttle'] } },
    },
  },
};

const abandon = (track: Track) => ({ type: 'abandon', params: { track } });

/** One swap: robot and shuttle in parallel, meeting at the exchange. */
export const cycleSpec: StateSpec = {
  id: 'cycle',
  initial: 'working',
  states: {
    working: {
      type: 'parallel',
      // At every event, also one that says nothing of it: a person may have changed what is known of the pack or of the car.
      always: { guard: 'incomingGone', actions: ['dropIncoming', 'reserve'] },
      on: {
        vehicleChanged: { actions: ['noteVehicle'] },
        packAlarm: [
          {
            guard: 'burnsAtCar',
            actions: ['noteBurning', 'warnBurning', { type: 'withdraw', params: { track: 'robot' } }],
          },
          { guard: 'spoilsIncoming', actions: ['dropIncoming', 'reserve'] },
        ],
        sensors: { actions: ['noteSensors'] },
        resolve: { guard: 'needsPerson', target: 'over', actions: ['resolve'] },
      },
      states: { robot: robotSpec, shuttle: shuttleSpec, mode: cycleModeSpec },
    },
    over: { type: 'final', entry: [abandon('robot'), abandon('shuttle'), 'freeReservations', 'closeSwap'] },
  },
};
