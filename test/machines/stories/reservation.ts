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

test('the expected car may be announced only when it stands', () => {
  const world = reserved();
  world.stand(1);
  const { vehicle } = world.helloBody().bays[0] ?? {};
  if (!vehicle) throw new Error('no car');
  world.record('vehicleInPosition', { bay: '1', vehicle });
  expectSwap(world, 'completed', null);
});
