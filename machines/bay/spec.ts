import type { BaySafety } from '../../schema/wire/sensors.ts';
import type { StateSpec, TransitionSpec } from '../runtime/spec.ts';
import { bayModeSpec } from '../track/mode-spec.ts';
import { stepSpec } from '../track/step-spec.ts';

const shuttleHome = '#bay.shuttle';

/** The car in the bay, and the swap that goes with it. */
const workSpec: StateSpec = {
  initial: 'idle',
  states: {
    idle: {
      always: { guard: 'reserved', target: 'awaiting' },
      on: {
        vehicleEntered: { target: 'occupied', actions: ['noteEntered'] },
        vehicleInPosition: { target: 'occupied', actions: ['noteVehicle'] },
      },
    },
    /** A reservation is due and no car is here. The pack is fetched shortly before the car is expected. */
    awaiting: {
      initial: 'early',
      always: { guard: 'unreserved', target: 'idle' },
      on: {
        vehicleEntered: { target: 'occupied', actions: ['noteEntered'] },
        vehicleInPosition: { target: 'occupied', actions: ['noteVehicle'] },
      },
      after: { noShow: { actions: ['freeReservation'] } },
      exit: ['stopPrefetch'],
      states: {
        early: { after: { prefetchLead: { target: 'fetching' } } },
        fetching: { entry: ['startPrefetch'] },
      },
    },
    /** A car drives in or stands in position, and no swap is open for it yet. */
    occupied: {
      tags: ['watching'],
      always: {
        guard: 'mayOpen',
        target: 'swapping',
        actions: ['countSwap', 'handOverEffects', 'handOver', 'openSwap'],
      },
      on: {
        vehicleInPosition: { actions: ['noteVehicle'] },
        vehicleLeft: { target: 'idle', actions: ['forgetVehicle'] },
      },
    },
    swapping: {
      on: {
        released: { target: 'releasing' },
        cycleOver: { target: 'releasing' },
        vehicleLeft: { target: 'idle', actions: ['recordLeft', 'forgetVehicle'] },
      },
    },
    /** The car may go. */
    releasing: {
      on: {
        vehicleLeft: { target: 'idle', actions: ['recordLeft', 'forgetVehicle'] },
        vehicleInPosition: { target: 'occupied', actions: ['forgetVehicle', 'noteVehicle'] },
      },
    },
  },
};

const linkSpec: StateSpec = {
  initial: 'lost',
  states: { lost: { on: { 'link.up': { target: 'up' } } }, up: { on: { 'link.lost': { target: 'lost' } } } },
};

const safetyStates: readonly BaySafety[] = ['ready', 'stopped', 'awaitingReset', 'awaitingConfirm'];

const safetyBecomes = (state: BaySafety): TransitionSpec => ({
  target: `.${state}`,
  actions: state === 'ready' ? [] : ['noteStop'],
});

/** Mirrors the station's own safety controller. Nothing here makes a bay ready but the station's word. */
const safetySpec: StateSpec = {
  initial: 'awaitingReset',
  on: {
    safety: [
      ...safetyStates.slice(0, -1).map((state) => ({
        ...safetyBecomes(state),
        guard: { type: 'safetyIs', params: { state } },
      })),
      safetyBecomes('awaitingConfirm'),
    ],
    supervise: { guard: 'awaitsSupervisor', actions: ['noteSupervisor'] },
    panelConfirm: { actions: ['notePanelConfirm'] },
  },
  states: Object.fromEntries(safetyStates.map((state) => [state, {}])),
};

const holdSpec: StateSpec = {
  initial: 'free',
  states: {
    free: {
      on: {
        hold: { target: 'held', actions: ['noteHold', 'warnHeld'] },
        maintenance: { guard: 'noSwap', target: 'maintenance', actions: ['noteHold'] },
      },
    },
    held: {
      on: {
        resume: { target: 'free', actions: ['forgetHold', 'clearHeld'] },
        hold: { actions: ['noteHold', 'warnHeld'] },
        maintenance: { guard: 'noSwap', target: 'maintenance', actions: ['noteHold', 'clearHeld'] },
      },
    },
    maintenance: { on: { 'return-to-service': { target: 'free', actions: ['forgetHold'] } } },
  },
};

/** Charge limits that must reach the station. They move nothing, so neither a hold nor a stop keeps them back. */
const limitsSpec: StateSpec = {
  initial: 'settled',
  states: {
    settled: { on: { limitWanted: { target: 'pending', actions: ['noteLimit'] } } },
    pending: {
      always: [
        { guard: 'noLimits', target: 'settled' },
        { guard: 'limitsUnsent', actions: ['issueLimits', 'sendLimits'] },
      ],
      on: {
        limitWanted: { actions: ['noteLimit'] },
        limitResult: { actions: ['limitFailed', 'noteLimitResult'] },
      },
    },
  },
};

const shuttleSteps = ['isolatePack', 'stowPack', 'fetchPack', 'connectCharger'] as const;

const shuttleSpec: StateSpec = {
  initial: 'planning',
  states: {
    planning: {
      tags: ['watching'],
      entry: [{ type: 'phase', params: { track: 'shuttle', phase: 'idle' } }],
      always: [
        ...shuttleSteps.map(
          (step): TransitionSpec => ({ guard: { type: 'shuttlePlanIs', params: { step } }, target: step }),
        ),
        {
          guard: { type: 'shuttlePlanIs', params: { step: 'person' } },
          target: 'stuck',
          actions: [{ type: 'callPerson', params: { track: 'shuttle', why: 'noWayOut' } }],
        },
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
          abandon: 'reset',
        }),
      ]),
    ),
    stuck: {
      tags: ['person'],
      entry: [{ type: 'phase', params: { track: 'shuttle', phase: 'person' } }],
      exit: [{ type: 'attended', params: { track: 'shuttle' } }],
      on: { reset: { target: 'planning', actions: ['rethinkShuttle'] } },
    },
  },
};

/** One swap bay: its car, its link, its safety, its hold, its charge limits, and its shuttle between swaps. */
export const baySpec: StateSpec = {
  id: 'bay',
  type: 'parallel',
  on: {
    sensors: { actions: ['noteSensors'] },
    vehicleChanged: { actions: ['noteIdentity'] },
    reservationDue: { actions: ['noteReservation', 'setAside'] },
    reservationCancelled: { guard: 'isReservation', actions: ['freeReservation'] },
    // Its own event, so that what is planned then sees the pack and the slot free.
    reservationOver: { actions: ['dropReservation'] },
    alarm: { actions: ['noteAlarm'] },
    isolate: { actions: ['noteIsolate'] },
    isolated: { actions: ['forgetIsolate'] },
  },
  states: {
    work: workSpec,
    link: linkSpec,
    safety: safetySpec,
    hold: holdSpec,
    limits: limitsSpec,
    shuttle: shuttleSpec,
    mode: bayModeSpec,
  },
};
