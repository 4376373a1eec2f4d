import { expect, test } from 'vitest';
import { reconcile } from '../../../machines/policy/reconcile.ts';
import { awaitedCommands, restingSensors } from '../../../machines/station/hello.ts';
import {
  bayMemory,
  bayValue,
  countOf,
  cycleMemory,
  cycleState,
  expectPerson,
  expectSwap,
  runTo,
} from '../helpers/scenario.ts';
import { createWorld, packCode, vinOf, type World } from '../helpers/world.ts';

function findings(world: World, begun: string[] = []): string[] {
  const hello = world.helloBody();
  const vins = { '1': bayMemory(world).vehicle?.identity.vin ?? null };
  const { state } = world;
  const known = { awaited: awaitedCommands(state), begun: new Set(begun), vins, resting: restingSensors(state) };
  const view = { state, hello, ...known };
  return reconcile(view).findings.map(({ kind }) => kind);
}

/** The motion is gone from the station without a result. */
function lose(world: World, step: string): string {
  const id = [...world.running.values()].find(({ type }) => type === step)?.id ?? '';
  world.running.delete(id);
  return id;
}

function opened(): World {
  const world = createWorld();
  world.hello();
  world.arrive(1);
  return world;
}

test('the first hello of a station adopts every pack it reads', () => {
  const world = createWorld();
  expect(findings(world)).toEqual(Array.from({ length: 6 }, () => 'adopted'));
  world.hello();
  expect(Object.values(world.state.packs).map(({ place }) => place.key)).toEqual(
    [1, 2, 3, 4, 5, 6].map((n) => `bj-001/slot/${n}`),
  );
  const moves = world.effects.filter((effect) => effect.kind === 'moveBattery');
  expect(moves.every((move) => move.kind === 'moveBattery' && move.from === null && move.cause === 'adopted')).toBe(
    true,
  );
  expect(world.effects.some((effect) => effect.kind === 'openIncident')).toBe(false);
});

test('equal: it goes on', () => {
  const world = opened();
  runTo(world, 'unlockPack');
  expect(findings(world)).toEqual(['equal']);
  world.takeOver();
  world.record('chargeEnded', { slot: 1, pack: packCode(1), registerWh: 1, reason: 'stopped', reading: null });
  expect(cycleState(world)).toContain('suspended');
  world.hello();
  expect(bayValue(world).hold).toBe('free');
  expectSwap(world, 'completed', null);
});

test('an active command that nobody gave: hold, a person decides', () => {
  const world = opened();
  runTo(world, 'unlockPack');
  const running = [...world.running.values()][0];
  if (running) world.running.set('x', { ...running, id: 'bj-001/1/cycle/bj-001.1.1/9.9.0' });
  expect(findings(world)).toEqual(['unknownCommand']);
  world.hello();
  expect(bayValue(world).hold).toBe('held');
  expect(bayMemory(world).hold?.reason).toContain('unknown command');
});

test('another pack in a slot: what was not seen is unknown, with an incident', () => {
  const world = createWorld();
  world.hello();
  world.equipment.at.set('slot/3', packCode(77));
  expect(findings(world)).toEqual(['packDiffers', 'adopted']);
  world.hello();
  expect(world.state.packs[packCode(3)]?.place.kind).toBe('unknown');
  expect(world.state.packs[packCode(77)]?.place.key).toBe('bj-001/slot/3');
  expect(world.effects).toContainEqual(expect.objectContaining({ kind: 'openIncident', packs: [packCode(3)] }));
  // A slot is no reason to stop a bay.
  expect(bayValue(world).hold).toBe('free');
});

test('two packs that changed places stay known, with an incident each', () => {
  const world = createWorld();
  world.hello();
  world.equipment.at.set('slot/1', packCode(2));
  world.equipment.at.set('slot/2', packCode(1));
  world.hello();
  expect(world.custodyErrors()).toEqual([]);
  expect(world.state.packs[packCode(1)]?.place.key).toBe('bj-001/slot/2');
  expect(world.effects.filter((effect) => effect.kind === 'openIncident')).toHaveLength(2);
});

test('a pack that is found again closes its incident', () => {
  const world = createWorld();
  world.hello();
  world.equipment.at.delete('slot/1');
  world.hello();
  expect(world.state.packs[packCode(1)]?.place.kind).toBe('unknown');
  world.equipment.at.set('slot/1', packCode(1));
  world.hello();
  expect(world.effects.at(-1)?.kind).not.toBe('openIncident');
  expect(world.effects).toContainEqual(
    expect.objectContaining({ kind: 'closeIncident', key: `custody/${packCode(1)}` }),
  );
});

test('a pack that differs at the bay holds it', () => {
  const world = opened();
  runTo(world, 'raisePack');
  world.running.clear();
  world.equipment.at.delete('bay/1/lift');
  expect(findings(world)).toContain('packDiffers');
  world.hello();
  expect(bayValue(world).hold).toBe('held');
});

test('a pack that somebody took out of a bay in the middle of a swap holds the bay', () => {
  const world = createWorld({ packs: 5 });
  world.hello();
  world.arrive(1);
  runTo(world, 'exchange');
  world.running.clear();
  const pack = world.equipment.at.get('bay/1/lift') ?? '';
  world.equipment.at.delete('bay/1/lift');
  world.equipment.at.set('slot/6', pack);
  world.hello();
  expect(world.state.packs[pack]?.place.key).toBe('bj-001/slot/6');
  expect(bayValue(world).hold).toBe('held');
});

test('a pack at a place that hello does not name is not there', () => {
  const world = createWorld();
  world.hello();
  const hello = world.helloBody();
  world.input({ source: 'hello', hello: { ...hello, slots: hello.slots.slice(0, 5) }, boot: 1, occurredAt: world.now });
  expect(world.state.packs[packCode(6)]?.place.kind).toBe('unknown');
  expect(world.effects).toContainEqual(expect.objectContaining({ kind: 'openIncident', packs: [packCode(6)] }));
});

test('a pack in the hand of a motion under way is not missing', () => {
  const world = opened();
  runTo(world, 'fetchPack');
  world.equipment.at.delete('slot/1');
  expect(findings(world)).toEqual(['equal']);
});

test('a device that somebody moved by hand holds the bay', () => {
  const world = opened();
  runTo(world, 'lowerPack');
  world.action({ action: 'hold' });
  world.run(() => false, 60_000);
  world.action({ action: 'resume' });
  world.action({ action: 'hold' });
  world.run(() => false, 60_000);
  world.running.clear();
  world.equipment.sensors.clamps = 'open';
  world.loseLink();
  expect(findings(world)).toEqual(['sensorDiffers']);
  world.hello();
  expect(bayMemory(world).hold?.reason).toContain('clamps is open, was closed');
  const incident = { kind: 'openIncident', key: 'sensor/bay/1/clamps', code: 'sensorDiffers', bay: '1' };
  expect(world.effects).toContainEqual(expect.objectContaining(incident));
});

test('a motion that began and has no result, and is not active: sensors decide', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  const id = lose(world, 'liftVehicle');
  world.equipment.sensors.vehicleLift = 'up';
  expect(findings(world, [id])).toEqual(['motionLost']);
  world.hello([id]);
  expectSwap(world, 'completed', null);
  expect(countOf(world, 'liftVehicle')).toBe(1);
});

test('the same half-way: a person', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  const id = lose(world, 'liftVehicle');
  world.equipment.sensors.vehicleLift = 'between';
  world.hello([id]);
  expectPerson(world);
  expect(cycleMemory(world).robot.phase).toBe('person');
});

test('a command that never arrived is only waited for', () => {
  const world = opened();
  world.drop('liftVehicle');
  world.run(() => countOf(world, 'liftVehicle') === 1);
  expect(findings(world)).toEqual(['equal']);
  world.hello();
  expect(cycleState(world)).toContain('liftVehicle(moving(supervised))');
});

test('a result that the journal lost: sensors decide', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  const id = lose(world, 'liftVehicle');
  world.equipment.sensors.vehicleLift = 'up';
  // The record of the result was lost: the machine still waits.
  world.results.set(id, { outcome: 'completed', hash: 'lost-hash', seq: 1 });
  expect(findings(world)).toEqual(['motionLost']);
  world.hello();
  expectSwap(world, 'completed', null);
});

test('a car that left while nobody listened', () => {
  const world = opened();
  runTo(world, 'authorise');
  world.running.clear();
  world.vanish();
  expect(findings(world)).toContain('vehicleDiffers');
  world.hello();
  expectSwap(world, 'refused', 'vehicleLeft');
  expect(bayValue(world).work).toBe('idle');
});

test('a car that came while nobody listened is served', () => {
  const world = createWorld();
  world.stand(3);
  world.hello();
  expectSwap(world, 'completed', null);
  expect(world.swap()?.vin).toBe(vinOf(3));
});

test('a clamped car without a swap is a person’s matter', () => {
  const world = createWorld();
  world.stand(3);
  world.equipment.sensors.clamps = 'closed';
  world.hello();
  expect(world.swap()).toBeNull();
  expect(bayMemory(world).hold?.reason).toContain('without a swap');
});

test('time scale on a real station is refused', () => {
  const world = createWorld({ timeScale: 50 });
  world.state = { ...world.state, simulated: false };
  world.hello();
  expect(world.state.reconciled).toBe(false);
  expect(bayValue(world)).toMatchObject({ hold: 'held', link: 'lost' });
});

test('hello brings alarms and readiness up to date', () => {
  const world = createWorld();
  world.hello();
  const alarm = { key: 'a', active: true, level: 3, code: 'hot', place: 'slot/2', pack: packCode(2), detail: null };
  const hello = { ...world.helloBody(), alarms: [alarm] };
  world.input({ source: 'hello', hello, boot: 1, occurredAt: world.now });
  expect(world.state.packs[packCode(2)]).toMatchObject({ alarmLevel: 3, ready: false });
  expect(world.state.slots[2]?.locked).toBe(true);
  expect(countOf(world, 'setChargeLimit')).toBe(1);
  world.run(() => bayMemory(world).limits.length === 0);
  world.hello();
  expect(world.state.packs[packCode(2)]).toMatchObject({ alarmLevel: 0 });
  expect(world.state.slots[2]?.locked).toBe(false);
});
