import type { Track } from '../../../machines/contract.ts';
import type { Step } from '../../../machines/track/memory.ts';
import { runTo } from '../helpers/scenario.ts';
import { createWorld, packCode, vinOf, type World } from '../helpers/world.ts';

/** A step of one of the machines, and how to bring a world to its gate, held shut. */
export interface Place {
  machine: 'bay' | 'cycle';
  track: Track;
  step: Step;
  atGate(): World;
  /** Something that makes the step unwanted while it waits at its gate; absent where nothing can. */
  divert?(world: World): void;
}

const alarm = (world: World, pack: string) =>
  world.record('alarm', { key: pack.slice(-4), active: true, level: 4, code: 'hot', place: null, pack, detail: null });
export const hold = (world: World) => void world.action({ action: 'hold' });
export const resume = (world: World) => void world.action({ action: 'resume' });
export const wait = (world: World) => void world.run(() => false, 90_000);

/** Holds while the step before runs, and lets that one end. */
function after(previous: string, prepare: (world: World) => void = () => {}): World {
  const world = createWorld();
  world.hello();
  world.arrive(1);
  runTo(world, previous);
  hold(world);
  wait(world);
  prepare(world);
  return world;
}

function beforeAll(): World {
  const world = createWorld();
  world.hello();
  hold(world);
  world.arrive(1);
  world.run(() => world.swap() !== null);
  return world;
}

function reserved(): World {
  const world = createWorld();
  world.hello();
  reservation(world, 'due');
  return world;
}

function reservation(world: World, state: 'due' | 'cancelled'): void {
  const arrivesAt = world.now + 60_000;
  world.input({
    source: 'reservation',
    bay: '1',
    reservation: 'r-1',
    vin: vinOf(1),
    pack: packCode(3),
    arrivesAt,
    state,
  });
}

function fetchedFor(nobody: (world: World) => void): World {
  const world = reserved();
  world.run(() => world.equipment.at.has('bay/1/berth/1'));
  nobody(world);
  return world;
}

const abort = (world: World) => void world.action({ action: 'abort' });
const burnOld = (world: World) => alarm(world, packCode(901));
const burnNew = (world: World) => alarm(world, packCode(1));
const burnInSlot = (world: World) => alarm(world, packCode(5));

const order: Step[] = [
  'authorise',
  'positionAndClamp',
  'liftVehicle',
  'unlockPack',
  'lowerPack',
  'exchange',
  'raisePack',
  'lockPack',
  'verifyPack',
  'lowerVehicle',
  'release',
];
const beforeUnlock: Step[] = ['authorise', 'positionAndClamp', 'liftVehicle', 'unlockPack'];
const binding: Step[] = ['lowerVehicle', 'release'];

const robot: Place[] = order.map((step, index) => {
  const previous = order[index - 1];
  const burn = step === 'lowerPack' || step === 'exchange' ? burnOld : burnNew;
  const divert = binding.includes(step) ? {} : { divert: beforeUnlock.includes(step) ? abort : burn };
  return { machine: 'cycle', track: 'robot', step, atGate: previous ? () => after(previous) : beforeAll, ...divert };
});

const cycleShuttle: Place[] = [
  { machine: 'cycle', track: 'shuttle', step: 'fetchPack', atGate: beforeAll, divert: abort },
  { machine: 'cycle', track: 'shuttle', step: 'stowPack', atGate: () => after('exchange'), divert: burnInSlot },
  { machine: 'cycle', track: 'shuttle', step: 'connectCharger', atGate: () => after('stowPack'), divert: burnInSlot },
  {
    machine: 'cycle',
    track: 'shuttle',
    step: 'isolatePack',
    atGate: () => after('lowerPack', burnInSlot),
    divert: (world) =>
      void world.record('packRead', { place: 'isolation/1', code: packCode(5), commandId: null, reading: null }),
  },
];

const bayShuttle: Place[] = [
  {
    machine: 'bay',
    track: 'shuttle',
    step: 'fetchPack',
    atGate: () => {
      const world = createWorld();
      world.hello();
      hold(world);
      reservation(world, 'due');
      wait(world);
      return world;
    },
    divert: (world) => reservation(world, 'cancelled'),
  },
  {
    machine: 'bay',
    track: 'shuttle',
    step: 'stowPack',
    atGate: () =>
      fetchedFor((world) => {
        hold(world);
        reservation(world, 'cancelled');
      }),
    divert: (world) => world.arrive(2),
  },
  {
    machine: 'bay',
    track: 'shuttle',
    step: 'connectCharger',
    atGate: () =>
      fetchedFor((world) => {
        reservation(world, 'cancelled');
        runTo(world, 'stowPack');
        hold(world);
        wait(world);
      }),
    divert: (world) => world.arrive(2),
  },
  {
    machine: 'bay',
    track: 'shuttle',
    step: 'isolatePack',
    atGate: () => {
      const world = createWorld();
      world.hello();
      hold(world);
      world.action({ action: 'isolate-pack', pack: packCode(5) });
      return world;
    },
    divert: (world) =>
      void world.record('packRead', { place: 'isolation/1', code: packCode(5), commandId: null, reading: null }),
  },
];

export const places: Place[] = [...robot, ...cycleShuttle, ...bayShuttle];
