import { expect, test } from 'vitest';
import { bayMemory, bayValue, countOf, expectSwap, runTo } from '../helpers/scenario.ts';
import { createWorld, packCode, vinOf, type World } from '../helpers/world.ts';

function reserved(options: Parameters<typeof createWorld>[0] = {}, inMs = 300_000): World {
  const world = createWorld(options);
  world.hello();
  reserve(world, 'due', inMs);
  return world;
}

function reserve(world: World, state: 'due' | 'cancelled', inMs = 300_000): void {
  const arrivesAt = world.now + inMs;
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

const onBerth = (world: World) => world.equipment.at.get('bay/1/berth/1');

test('the reserved pack is fetched at most 120 s before the car is expected, and given to it', () => {
  const world = reserved();
  expect(bayValue(world).work).toEqual({ awaiting: 'early' });
  expect(world.state.packs[packCode(3)]?.reservedBy).toBe('r-1');
  runTo(world, 'fetchPack');
  expect(world.now - 1_000_000).toBeGreaterThanOrEqual(180_000);
  world.run(() => onBerth(world) === packCode(3));
  world.arrive(1);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(3));
  expect(countOf(world, 'fetchPack')).toBe(1);
  expect(bayMemory(world).reservation).toBeNull();
});

test('a car that comes early takes the reserved pack from its slot', () => {
  const world = reserved();
  world.arrive(1);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(3));
});

test('a car that comes while the pack is being fetched takes it over', () => {
  const world = reserved({}, 60_000);
  runTo(world, 'fetchPack');
  world.arrive(1);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(3));
  expect(countOf(world, 'fetchPack')).toBe(1);
});

test('nobody comes: the pack is stowed and charged again, and free', () => {
  const world = reserved();
  world.run(() => onBerth(world) === packCode(3));
  world.run(() => bayMemory(world).reservation === null);
  world.run(() => countOf(world, 'connectCharger') === 1);
  world.run(() => false, 60_000);
  expect(world.equipment.at.get('slot/3')).toBe(packCode(3));
  expect(world.state.packs[packCode(3)]?.reservedBy).toBeNull();
  expect(world.state.slots[3]?.reservedBy).toBeNull();
  expect(bayValue(world).work).toBe('idle');
});

test('cancelled: the same, at once', () => {
  const world = reserved();
  world.run(() => onBerth(world) === packCode(3));
  reserve(world, 'cancelled');
  world.run(() => false, 60_000);
  expect(world.equipment.at.get('slot/3')).toBe(packCode(3));
  expect(bayValue(world).work).toBe('idle');
  reserve(world, 'cancelled');
  expect(world.ignored.at(-1)).toMatchObject({ event: 'reservationCancelled' });
});

test('a walk-in takes the pack that lies ready when another keeps the promise', () => {
  const world = reserved();
  world.run(() => onBerth(world) === packCode(3));
  world.arrive(2);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(3));
  expect(bayMemory(world).reservation?.pack).toBe(packCode(1));
  expect(world.state.packs[packCode(1)]?.reservedBy).toBe('r-1');
  world.leave();
  expect(bayValue(world).work).toMatchObject({ awaiting: expect.any(String) });
});

test('a walk-in does not take it when no other can keep the promise', () => {
  const world = reserved({ packs: 4 });
  for (const n of [1, 2, 4]) {
    world.record('alarm', {
      key: `a${n}`,
      active: true,
      level: 2,
      code: 'hot',
      place: null,
      pack: packCode(n),
      detail: null,
    });
  }
  world.run(() => onBerth(world) === packCode(3));
  world.arrive(2);
  expectSwap(world, 'refused', 'noPackReady');
  expect(world.state.packs[packCode(3)]?.reservedBy).toBe('r-1');
});

test('a pre-fetch that fails calls a person, who resets the shuttle', () => {
  const world = reserved();
  world.script(
    'fetchPack',
    { outcome: 'failed', reason: 'positionLost' },
    { outcome: 'failed', reason: 'positionLost' },
  );
  world.run(() => bayMemory(world).shuttle.phase === 'person');
  expect(bayValue(world).shuttle).toBe('stuck');
  expect(world.action({ action: 'reset' }).action).toMatchObject({ accepted: true });
  expect(bayValue(world).shuttle).toBe('planning');
  world.arrive(1);
  expectSwap(world, 'completed', null);
});

test('while the shuttle needs a person no car is clamped', () => {
  const world = reserved();
  world.script(
    'fetchPack',
    { outcome: 'failed', reason: 'positionLost' },
    { outcome: 'failed', reason: 'positionLost' },
  );
  world.run(() => bayMemory(world).shuttle.phase === 'person');
  world.arrive(1);
  expectSwap(world, 'refused', 'bayFaulted');
  expect(countOf(world, 'positionAndClamp')).toBe(0);
});

test('with one berth nothing is fetched beforehand: the old pack has to come onto it first', () => {
  const world = createWorld({ berths: 1, packs: 5 });
  world.hello();
  reserve(world, 'due', 60_000);
  world.run(() => bayMemory(world).prefetch);
  world.run(() => false, 60_000);
  expect(countOf(world, 'fetchPack')).toBe(0);
  world.arrive(1);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(3));
});

test('with one berth a pack that lies there all the same goes back to its slot, and the swap goes on', () => {
  const world = createWorld({ berths: 1, packs: 5 });
  world.equipment.at.delete('slot/3');
  world.equipment.at.set('bay/1/berth/1', packCode(3));
  world.hello();
  reserve(world, 'due', 60_000);
  world.arrive(1);
  expectSwap(world, 'completed', null);
});

test('the expected car may be announced only when it stands', () => {
  const world = reserved();
  world.stand(1);
  const { vehicle } = world.helloBody().bays[0] ?? {};
  if (!vehicle) throw new Error('no car');
  world.record('vehicleInPosition', { bay: '1', vehicle });
  expectSwap(world, 'completed', null);
});

/** A pack promised to a car beforehand, as the ledger has it when the car comes. */
function promised(world: World, pack: number, car: number, id = 'r-2'): void {
  const { packs, vehicles } = world.state;
  const code = packCode(pack);
  const facts = packs[code];
  if (!facts) throw new Error('no such pack');
  const vin = vinOf(car);
  world.state = {
    ...world.state,
    packs: { ...packs, [code]: { ...facts, reservedBy: id } },
    vehicles: { ...vehicles, [vin]: { vin, models: [], firmwares: [], pack: null, promise: id } },
  };
}

test('a car with a promise that no bay awaits gets its pack, and the slot it leaves is for the old one', () => {
  const world = createWorld();
  world.hello();
  promised(world, 5, 1);
  world.arrive(1);
  world.run(() => Boolean(world.swap()));
  expect(world.state.slots[5]?.reservedBy).toBe(world.swap()?.id);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(5));
  expect(world.equipment.at.get('slot/5')).toBe(world.swap()?.packOut);
});

test('a promise made long before keeps its pack from walk-ins', () => {
  const world = createWorld({ packs: 2 });
  world.hello();
  promised(world, 1, 9);
  world.arrive(1);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(2));
  expect(world.state.packs[packCode(1)]?.reservedBy).toBe('r-2');
});

test('a car with a promise leaves alone what another reservation has fetched', () => {
  const world = reserved();
  world.run(() => onBerth(world) === packCode(3));
  promised(world, 5, 2);
  world.arrive(2);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(5));
  expect(bayMemory(world).reservation?.pack).toBe(packCode(3));
  expect(world.state.packs[packCode(3)]?.reservedBy).toBe('r-1');
});

test('a window is waited for to its end', () => {
  const world = createWorld();
  world.hello();
  const arrivesAt = world.now + 60_000;
  const until = arrivesAt + 900_000;
  const wish = { source: 'reservation', bay: '1', reservation: 'r-1', vin: vinOf(1), pack: packCode(3) } as const;
  world.input({ ...wish, arrivesAt, until, state: 'due' });
  world.run(() => false, until - world.now + 590_000);
  expect(bayMemory(world).reservation?.id).toBe('r-1');
  world.run(() => bayMemory(world).reservation === null);
  expect(world.now).toBeGreaterThanOrEqual(until + 600_000);
});
