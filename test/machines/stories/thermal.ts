import { expect, test } from 'vitest';
import { bayView } from '../../../machines/view.ts';
import { bayMemory, bayValue, countOf, expectPerson, expectSwap, runTo } from '../helpers/scenario.ts';
import { createWorld, packCode, type World } from '../helpers/world.ts';

function alarm(world: World, pack: string, level: number, active = true): void {
  world.record('alarm', {
    key: `t-${pack.slice(-3)}`,
    active,
    level,
    code: 'cellOverheat',
    place: null,
    pack,
    detail: null,
  });
}

function opened(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld(options);
  world.hello();
  world.arrive(1);
  return world;
}

test('level 2 keeps a pack from dispatch, level 3 locks its slot and stops its charging', () => {
  const world = createWorld();
  world.hello();
  alarm(world, packCode(1), 2);
  expect(world.state.slots[1]?.locked).toBe(false);
  alarm(world, packCode(1), 3);
  expect(world.state.slots[1]?.locked).toBe(true);
  expect(world.commands().at(-1)).toMatchObject({ type: 'setChargeLimit', params: { slot: 1, powerW: 0 } });
  world.run(() => bayMemory(world).limits.length === 0);
  alarm(world, packCode(1), 3, false);
  expect(world.commands().at(-1)).toMatchObject({ params: { slot: 1, powerW: world.type.slotPowerW } });
  expect(world.state.slots[1]?.locked).toBe(false);
});

test('a burning pack in a slot is isolated at once when nothing else goes on', () => {
  const world = createWorld();
  world.hello();
  alarm(world, packCode(4), 4);
  world.run(() => countOf(world, 'isolatePack') === 1);
  world.run(() => false, 120_000);
  expect(world.equipment.at.get('isolation/1')).toBe(packCode(4));
  expect(world.state.packs[packCode(4)]).toMatchObject({ status: 'quarantined', place: { key: 'bj-001/isolation/1' } });
  expect(bayMemory(world).isolate).toEqual([]);
  expect(bayView(world.state, '1')?.shuttleStep).toBeNull();
});

test('the slot it has left may be used again when its alarm is over, and not while another is as grave', () => {
  const world = createWorld();
  world.hello();
  alarm(world, packCode(4), 4);
  world.run(() => countOf(world, 'isolatePack') === 1);
  world.run(() => false, 120_000);
  expect(world.state.slots[4]?.locked).toBe(true);
  alarm(world, packCode(5), 3);
  alarm(world, packCode(4), 4, false);
  expect(world.state.slots[4]?.locked).toBe(true);
  alarm(world, packCode(5), 3, false);
  expect(world.state.slots[4]?.locked).toBe(false);
  expect(world.state.slots[5]?.locked).toBe(false);
  world.run(() => bayMemory(world).limits.length === 0);
  expect(
    world
      .commands()
      .filter(({ type, params }) => type === 'setChargeLimit' && 'slot' in params && params.slot === 4)
      .at(-1),
  ).toMatchObject({ params: { slot: 4, powerW: world.type.slotPowerW } });
});

test('in a swap isolation goes first at the next gate, then the swap goes on', () => {
  const world = opened();
  runTo(world, 'lowerPack');
  alarm(world, packCode(4), 4);
  expectSwap(world, 'completed', null);
  const types = world.commands().map(({ type }) => type);
  expect(types.indexOf('isolatePack')).toBeLessThan(types.indexOf('exchange'));
});

test('the pack that is to be given burns on the berth: another is given, the burning one isolated', () => {
  const world = opened();
  runTo(world, 'lowerPack');
  world.run(() => world.equipment.at.has('bay/1/berth/1'));
  alarm(world, packCode(1), 4);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(2));
  expect(world.equipment.at.get('isolation/1')).toBe(packCode(1));
});

test('the car’s own pack burns before it is opened: lower and release', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  alarm(world, packCode(901), 4);
  expectSwap(world, 'rolled-back', 'thermalEvent');
  expect(world.commands().at(-1)?.type).toBe('connectCharger');
  expect(world.commands().find(({ type }) => type === 'release')?.params).toEqual({
    reason: 'Leave the bay and the car: battery alarm.',
  });
});

test('while preparing: released at once', () => {
  const world = createWorld({ packs: 0 });
  world.equipment.at.set('slot/1', packCode(1));
  world.hello();
  world.arrive(1, { consent: false });
  world.run(() => world.swap() !== null);
  alarm(world, packCode(901), 4);
  expectSwap(world, 'refused', 'thermalEvent');
});

test('a burning pack on the lift under the car: hold and call people', () => {
  const world = opened();
  runTo(world, 'exchange');
  alarm(world, packCode(901), 4);
  world.running.clear();
  expectPersonSoon(world);
});

function expectPersonSoon(world: World): void {
  world.finishRunning();
  world.run(() => false, 1000);
  world.hello();
  expectPerson(world);
}

test('the new pack burns once it is locked: the car is released, a person ends the swap', () => {
  const world = opened();
  runTo(world, 'lockPack');
  world.script('verifyPack', { outcome: 'failed', reason: 'bmsHandshake' });
  runTo(world, 'verifyPack');
  alarm(world, packCode(1), 4);
  expectPerson(world);
  expect(world.equipment.sensors).toMatchObject({ clamps: 'open', exitLight: 'green' });
  expect(world.swap()?.reason).toBe('thermalEvent');
  const packs = [
    { code: packCode(1), place: 'bay/1/vehicle' },
    { code: packCode(901), place: 'slot/1' },
  ];
  world.action({ action: 'resolve', resolution: { outcome: 'completed', packs } });
  expect(world.swap()?.state).toBe('completed');
});

test('smoke at the slots stops all charging; smoke in a bay holds it', () => {
  const world = createWorld();
  world.hello();
  world.record('smoke', { bay: null, active: true });
  expect(world.commands().at(-1)).toMatchObject({ type: 'setChargeLimit', params: { slot: null, powerW: 0 } });
  world.record('smoke', { bay: '1', active: true });
  expect(bayValue(world).hold).toBe('held');
  world.run(() => bayMemory(world).limits.length === 0);
  world.record('smoke', { bay: null, active: false });
  expect(world.commands().at(-1)).toMatchObject({ params: { slot: null, powerW: world.type.stationPowerW } });
  world.record('smoke', { bay: '1', active: false });
  expect(world.effects).toContainEqual({ kind: 'clearAlarm', key: 'smoke/bay/1' });
});

test('a charge limit is sent again until it is taken, then given up with an alarm', () => {
  const world = createWorld();
  world.hello();
  world.script('setChargeLimit', { outcome: 'expired' }, { outcome: 'failed' }, { outcome: 'refused' });
  alarm(world, packCode(1), 3);
  world.run(() => bayMemory(world).limits.length === 0);
  expect(countOf(world, 'setChargeLimit')).toBe(4);
  world.script('setChargeLimit', { outcome: 'failed' }, { outcome: 'failed' }, { outcome: 'failed' });
  alarm(world, packCode(2), 3);
  world.run(() => bayMemory(world).limits.length === 0);
  expect(countOf(world, 'setChargeLimit')).toBe(7);
  expect(world.effects).toContainEqual(expect.objectContaining({ kind: 'raiseAlarm', key: 'limit/2' }));
});

test('a charge limit that is wanted while the link is away is sent when it is back', () => {
  const world = createWorld();
  world.hello();
  world.loseLink();
  alarm(world, packCode(1), 3);
  alarm(world, packCode(2), 3);
  expect(countOf(world, 'setChargeLimit')).toBe(0);
  world.hello();
  expect(countOf(world, 'setChargeLimit')).toBe(2);
  expect(new Set(world.commands().map(({ id }) => id)).size).toBe(2);
});
