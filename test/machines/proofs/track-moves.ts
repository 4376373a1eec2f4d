import type { BaySensors } from '../../../schema/wire/sensors.ts';
import { packCode, vinOf } from '../helpers/world.ts';
import {
  type Answer,
  answer,
  copyOf,
  fire,
  hello,
  input,
  record,
  sendRead,
  setSafety,
  type TrackWorld,
} from './track-world.ts';

type Change = (world: TrackWorld) => void;

interface Move {
  may(world: TrackWorld): boolean;
  do: Change;
}

/** How the bay reads when a step has stopped half-way. */
const halfway: Record<string, Partial<BaySensors>> = {
  authorise: { vehiclePresent: false },
  positionAndClamp: { clamps: 'between' },
  liftVehicle: { vehicleLift: 'between' },
  unlockPack: { packLock: 'between' },
  lowerPack: { packLift: 'between' },
  exchange: { shuttle: 'between' },
  raisePack: { packLift: 'between' },
  lockPack: { packLock: 'between' },
  verifyPack: { packLock: 'between' },
  lowerVehicle: { vehicleLift: 'between' },
  release: { clamps: 'between' },
  fetchPack: { shuttle: 'between' },
  stowPack: { shuttle: 'between' },
  isolatePack: { shuttle: 'between' },
};

/** Sensors that contradict a step that is called done. */
const contradiction: Partial<BaySensors> = {
  vehiclePresent: false,
  clamps: 'between',
  vehicleLift: 'between',
  packLock: 'between',
  packLift: 'between',
  shuttle: 'between',
};

const answers: Record<string, Answer | ((type: string) => Answer)> = {
  completed: { outcome: 'completed' },
  completedReadsLate: { outcome: 'completed', reads: 'late' },
  completedNothingRead: { outcome: 'completed', reads: 'nothing' },
  failed: { outcome: 'failed', reason: 'stuckLock' },
  failedForGood: { outcome: 'failed', reason: 'badParameters' },
  failedButDone: { outcome: 'failed', reason: 'stuckLock', moved: true },
  stoppedBefore: { outcome: 'failed', reason: 'emergencyStop' },
  stoppedAfter: { outcome: 'failed', reason: 'emergencyStop', moved: true },
  stoppedBetween: (type) => ({ outcome: 'failed', reason: 'emergencyStop', sensors: halfway[type] ?? {} }),
  busy: { outcome: 'refused', reason: 'moverBusy' },
  interlock: { outcome: 'refused', reason: 'interlock' },
  interlockAsDone: { outcome: 'refused', reason: 'interlock', moved: true },
  refusedForGood: { outcome: 'refused', reason: 'badParameters' },
  expired: { outcome: 'expired' },
  cancelled: { outcome: 'cancelled' },
  unknownBefore: { outcome: 'unknown' },
  unknownAfter: { outcome: 'unknown', moved: true },
  unknownBetween: (type) => ({ outcome: 'unknown', sensors: halfway[type] ?? {} }),
  conflict: { outcome: 'conflict' },
};

const always = () => true;
const act = (request: { action: 'hold' | 'resume' | 'abort' | 'confirm' | 'reset' }): Move => ({
  may: always,
  do: (world) => input(world, { source: 'action', request: { bay: '1', by: 'ann', reason: 'test', ...request } }),
});

function makeReady(world: TrackWorld): void {
  setSafety(world, 'awaitingReset');
  setSafety(world, 'awaitingConfirm');
  record(world, 'panel', { bay: '1', button: 'confirm', person: null });
  setSafety(world, 'ready');
}

const common: Record<string, Move> = {
  /** Completed, it says; the sensors that come with it say otherwise. They read well again with the next result. */
  contradicted: {
    may: ({ open }) => open !== null,
    do: (world) => {
      const { open, sensors } = world;
      if (!open) return;
      answer(world, open, { outcome: 'completed', moved: false, sensors: contradiction });
      world.sensors = { ...sensors };
    },
  },
  readsComeIn: {
    may: ({ late }) => late.length > 0,
    do: (world) => {
      for (const read of world.late.splice(0)) sendRead(world, read);
    },
  },
  nothingWasThere: {
    may: ({ late }) => late.length > 0,
    do: (world) => {
      for (const read of world.late.splice(0)) sendRead(world, { ...read, code: null, reading: null });
    },
  },
  hold: act({ action: 'hold' }),
  resume: act({ action: 'resume' }),
  confirm: act({ action: 'confirm' }),
  linkLost: { may: always, do: (world) => input(world, { source: 'link', up: false }) },
  hello: { may: always, do: hello },
  emergencyStop: { may: ({ safety }) => safety === 'ready', do: (world) => setSafety(world, 'stopped') },
  ready: { may: ({ safety }) => safety !== 'ready', do: (world) => makeReady(world) },
  /** Held while nothing could move, so that what comes back is no leave to move. */
  backWhileHeld: {
    may: ({ safety, state }) => safety !== 'ready' || !state.reconciled,
    do: (world) => {
      act({ action: 'hold' }).do(world);
      if (!world.state.reconciled) hello(world);
      if (world.safety !== 'ready') makeReady(world);
    },
  },
  badge: { may: always, do: (world) => record(world, 'panel', { bay: '1', button: 'confirm', person: 'badge-1' }) },
};

/** A promise that is due: its pack is fetched at once, with its first timer. */
export function promise(world: TrackWorld): void {
  const body = { reservation: 'r1', vin: vinOf(7), pack: packCode(2), arrivesAt: world.now + 3_600_000 };
  input(world, { source: 'reservation', bay: '1', ...body, state: 'due' });
  const timer = [...world.timers.values()].find(({ sendId }) => sendId.includes('prefetchLead'));
  if (timer) fire(world, timer);
}

const alarm = (pack: string, level: 3 | 4): Change => {
  return (world) =>
    record(world, 'alarm', {
      key: `heat/${pack}`,
      active: true,
      level,
      code: 'cellTemperature',
      place: null,
      pack,
      detail: null,
    });
};

const freeBerth = (at: TrackWorld['at']): string | null =>
  ['bay/1/berth/1', 'bay/1/berth/2'].find((berth) => !at.has(berth)) ?? null;

const forMachine: Record<TrackWorld['walked']['machine'], Record<string, Move>> = {
  bay: {
    reset: act({ action: 'reset' }),
    strayPack: {
      may: ({ at }) => at.has('slot/4') && freeBerth(at) !== null,
      do: (world) => {
        const code = world.at.get('slot/4');
        const place = freeBerth(world.at);
        if (!code || !place) return;
        world.at.delete('slot/4');
        world.at.set(place, code);
        sendRead(world, { place, code, reading: null, commandId: null });
      },
    },
    packBurns: { may: always, do: alarm(packCode(3), 4) },
    strayPackBurns: { may: always, do: alarm(packCode(4), 4) },
  },
  cycle: {
    abort: act({ action: 'abort' }),
    newPackSpoils: { may: always, do: alarm(packCode(1), 3) },
    packBurnsInItsSlot: { may: always, do: alarm(packCode(3), 4) },
    packBurnsInTheCar: { may: always, do: alarm(packCode(901), 4) },
    driverWalksOff: {
      may: ({ car }) => car !== null,
      do: (world) => {
        if (!world.car) return;
        world.car = { ...world.car, consent: false };
        record(world, 'vehicleChanged', { bay: '1', vehicle: world.car });
      },
    },
    drivesOff: {
      may: ({ car }) => car !== null,
      do: (world) => {
        world.car = null;
        world.at.delete('bay/1/vehicle');
        Object.assign(world.sensors, { vehiclePresent: false, packLock: 'noPack' });
        record(world, 'vehicleLeft', { bay: '1', early: true });
      },
    },
  },
};

function movesOf({ walked }: TrackWorld): Record<string, Move> {
  return { ...common, ...forMachine[walked.machine] };
}

/** What may happen next: the station answers, a timer fires, a person or the world does something. */
export function movesFrom(world: TrackWorld): string[] {
  const free = Object.entries(movesOf(world)).flatMap(([name, { may }]) => (may(world) ? [name] : []));
  const timers = [...world.timers.keys()].filter((key) => key.includes(`.${world.walked.track}.`));
  return [...(world.open ? Object.keys(answers) : []), ...timers, ...free];
}

export function makeMove(before: TrackWorld, name: string): TrackWorld {
  const world = copyOf(before);
  const given = answers[name];
  const timer = world.timers.get(name);
  if (timer) fire(world, timer);
  else if (given && world.open) {
    const { open } = world;
    answer(world, open, typeof given === 'function' ? given(open.type) : given);
  } else movesOf(world)[name]?.do(world);
  return world;
}
