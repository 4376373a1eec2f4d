import { expect, test } from 'vitest';
import { bayView } from '../../../machines/view.ts';
import { bayMemory, bayValue, countOf, expectPerson, expectSwap, runTo } from '../helpers/scenario.ts';
import { createWorld, packCode, vinOf, type World } from '../helpers/world.ts';

const view = (world: World) => bayView(world.state, '1');

function opened(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld(options);
  world.hello();
  world.arrive(1);
  return world;
}

/** A swap that only a person can end: nothing can be put back. */
function needingPerson(): World {
  const world = opened({ packs: 1, type: { minRefitSocPct: 99 } });
  world.script('verifyPack', { outcome: 'failed' }, { outcome: 'failed' });
  expectPerson(world);
  return world;
}

test('what a bay shows', () => {
  const world = createWorld();
  expect(view(world)).toMatchObject({
    state: 'offline',
    waitingFor: 'the station to connect',
    allowed: ['hold', 'isolate-pack', 'maintenance'],
  });
  world.hello();
  expect(view(world)).toMatchObject({
    state: 'idle',
    waitingFor: null,
    allowed: ['hold', 'isolate-pack', 'maintenance'],
  });
  world.arrive(1);
  expect(view(world)).toMatchObject({ state: 'occupied' });
  runTo(world, 'liftVehicle');
  expect(view(world)).toMatchObject({ state: 'swapping', swap: 'bj-001.1.1', robotStep: 'liftVehicle', vin: vinOf(1) });
  world.action({ action: 'hold', reason: 'lunch' });
  expect(view(world)).toMatchObject({ state: 'held', waitingFor: 'resume (held: lunch)' });
  world.action({ action: 'resume' });
  world.emergencyStop();
  expect(view(world)).toMatchObject({ state: 'emergencyStopped', waitingFor: 'the cause of the stop to go away' });
  world.recover();
  world.run(() => world.equipment.sensors.exitLight === 'green');
  world.run(() => bayValue(world).work === 'releasing');
  expect(view(world)).toMatchObject({ state: 'releasing' });
  expect(bayView(world.state, '7')).toBeNull();
});

test('a refused action says why, and what is allowed', () => {
  const world = createWorld();
  world.hello();
  const refuse = (action: Parameters<World['action']>[0]) => world.action(action).action;
  expect(refuse({ action: 'resume' })).toMatchObject({ accepted: false, reason: 'the bay is not held' });
  expect(refuse({ action: 'abort' })).toMatchObject({ reason: 'no swap is open' });
  expect(refuse({ action: 'reset' })).toMatchObject({ accepted: false });
  expect(refuse({ action: 'resolve' })).toMatchObject({ reason: 'no swap of this bay needs a person' });
  expect(refuse({ action: 'confirm' })).toMatchObject({ reason: 'nothing waits for a confirmation' });
  expect(refuse({ action: 'return-to-service' })).toMatchObject({ reason: 'the bay is not in maintenance' });
  expect(refuse({ action: 'isolate-pack' })).toMatchObject({ reason: 'name a pack of this station' });
  expect(refuse({ action: 'hold', bay: '9' })).toMatchObject({ reason: 'no bay 9', allowed: [] });
  expect(world.steps.at(-1)?.step).toMatchObject({ effects: [], changed: [] });
});

test('remote confirm without the panel is refused; after it, it adds the supervisor', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  world.emergencyStop();
  expect(world.action({ action: 'confirm' }).action).toMatchObject({
    accepted: false,
    reason: 'the panel at the station has not confirmed',
  });
  world.recover();
  expect(world.action({ action: 'confirm', by: 'sup-1' }).action).toMatchObject({ accepted: true });
  expect(bayMemory(world).supervisor).toBe('sup-1');
  expect(world.action({ action: 'confirm' }).action).toMatchObject({ accepted: false });
});

test('after a stop of an idle bay nothing waits for a remote confirm', () => {
  const world = createWorld();
  world.hello();
  const before = view(world)?.allowed;
  world.emergencyStop();
  world.recover();
  expect(view(world)?.allowed).toEqual(before);
  expect(before).not.toContain('confirm');
  const answer = world.action({ action: 'confirm' });
  expect(answer.action).toMatchObject({ accepted: false, reason: 'nothing waits for a confirmation' });
  expect(answer.changed).toEqual([]);
});

test('maintenance: only without a swap; cars are not served until it is over', () => {
  const world = opened();
  runTo(world, 'authorise');
  expect(world.action({ action: 'maintenance' }).action).toMatchObject({ accepted: false, reason: 'a swap is open' });
  expectSwap(world, 'completed', null);
  world.leave();
  expect(world.action({ action: 'maintenance' }).action).toMatchObject({ accepted: true });
  expect(view(world)).toMatchObject({ state: 'maintenance', allowed: ['isolate-pack', 'return-to-service'] });
  world.arrive(2);
  world.run(() => false, 60_000);
  expect(world.swap()?.id).toBe('bj-001.1.1');
  world.action({ action: 'return-to-service' });
  expectSwap(world, 'completed', null);
  expect(world.swap()?.id).toBe('bj-001.1.2');
});

test('a held bay may be taken into maintenance', () => {
  const world = createWorld();
  world.hello();
  world.action({ action: 'hold' });
  expect(world.action({ action: 'maintenance' }).action).toMatchObject({ accepted: true });
  expect(bayValue(world).hold).toBe('maintenance');
});

test('resolve ends a swap with every pack where a person confirmed it', () => {
  const world = needingPerson();
  expect(view(world)).toMatchObject({ state: 'faulted', waitingFor: 'a person to resolve or confirm' });
  expect(view(world)?.allowed).toContain('resolve');
  const resolve = (packs: { code: string; place: string }[]) =>
    world.action({ action: 'resolve', resolution: { outcome: 'rolled-back', packs } }).action;
  expect(world.action({ action: 'resolve' }).action).toMatchObject({ accepted: false });
  expect(resolve([])).toMatchObject({ reason: `the place of ${packCode(1)} must be confirmed` });
  expect(resolve([{ code: packCode(1), place: 'moon' }])).toMatchObject({ reason: 'moon is not a place' });
  expect(resolve([{ code: packCode(8), place: 'slot/2' }])).toMatchObject({
    reason: `${packCode(8)} is not a pack of this station`,
  });
  const twice = [packCode(1), packCode(901)].map((code) => ({ code, place: 'slot/2' }));
  expect(resolve(twice)).toMatchObject({ reason: 'two packs at slot/2' });
  const packs = [
    { code: packCode(901), place: 'bay/1/vehicle' },
    { code: packCode(1), place: 'workshop/3' },
  ];
  expect(resolve(packs)).toMatchObject({ accepted: true });
  expect(world.swap()).toMatchObject({ state: 'rolled-back', endedAt: world.now });
  expect(world.state.packs[packCode(901)]?.place.key).toBe(`vehicle/${vinOf(1)}`);
  expect(world.state.packs[packCode(1)]?.place).toEqual({ kind: 'workshop', key: 'workshop/3', station: null });
  expect(bayValue(world).work).toBe('releasing');
  expect([...world.timers.keys()].filter((key) => key.startsWith('cycle'))).toEqual([]);
});

test('a pack may stay unknown, or be in the car under its VIN', () => {
  const world = needingPerson();
  const packs = [
    { code: packCode(1), place: `vehicle/${vinOf(1)}` },
    { code: packCode(901), place: 'unknown' },
  ];
  expect(world.action({ action: 'resolve', resolution: { outcome: 'completed', packs } }).action).toMatchObject({
    accepted: true,
  });
  expect(world.swap()?.state).toBe('completed');
  expect(world.state.packs[packCode(901)]?.place.kind).toBe('unknown');
});

test('isolate-pack takes a pack out of its slot', () => {
  const world = createWorld();
  world.hello();
  const { action } = world.action({ action: 'isolate-pack', pack: packCode(2) });
  expect(action).toMatchObject({ accepted: true, commandId: expect.stringContaining('/bay/main/') });
  expect(world.action({ action: 'isolate-pack', pack: packCode(2) }).action).toMatchObject({
    reason: 'the pack is being isolated already',
  });
  world.run(() => false, 120_000);
  expect(world.state.packs[packCode(2)]).toMatchObject({ place: { key: 'bj-001/isolation/1' }, status: 'quarantined' });
  world.action({ action: 'isolate-pack', pack: packCode(3) });
  world.run(() => false, 120_000);
  expect(world.action({ action: 'isolate-pack', pack: packCode(4) }).action).toMatchObject({
    reason: 'no isolation box is free',
  });
  expect(world.action({ action: 'isolate-pack', pack: packCode(3) }).action).toMatchObject({ accepted: false });
});

test('an isolation that fails calls a person; reset goes on without it', () => {
  const world = createWorld();
  world.hello();
  world.script('isolatePack', { outcome: 'failed' }, { outcome: 'failed' });
  world.action({ action: 'isolate-pack', pack: packCode(2) });
  world.run(() => bayMemory(world).shuttle.phase === 'person');
  expect(view(world)).toMatchObject({ state: 'faulted', waitingFor: 'a person: the shuttle has given up' });
  world.action({ action: 'reset' });
  world.run(() => false, 120_000);
  expect(countOf(world, 'isolatePack')).toBe(3);
  expect(world.state.packs[packCode(2)]?.place.kind).toBe('isolation');
});

test('the station was first to isolate it, as it must after a thermal event: its refusal of the order is the end of it', () => {
  const world = createWorld();
  world.hello();
  world.script('isolatePack', { outcome: 'refused', reason: 'packMissing', moves: false });
  world.action({ action: 'isolate-pack', pack: packCode(2) });
  world.record('packRead', { place: 'isolation/1', code: packCode(2), commandId: null, reading: null });
  world.run(() => false, 120_000);
  expect(countOf(world, 'isolatePack')).toBe(1);
  expect(world.state.packs[packCode(2)]?.place.kind).toBe('isolation');
  expect(view(world)).toMatchObject({ state: 'idle' });
});

test('a gap in the journal holds every bay until staff resume', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  world.input({ source: 'gap', reason: 'skipped', detail: 'records 5 to 6' });
  expect(view(world)).toMatchObject({ state: 'held' });
  world.run(() => false, 60_000);
  world.action({ action: 'resume' });
  expectSwap(world, 'completed', null);
});

test('the panel may hold and resume', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  world.record('panel', { bay: '1', button: 'hold', person: null });
  expect(view(world)).toMatchObject({ state: 'held' });
  world.record('panel', { bay: '1', button: 'hold', person: 'badge-1' });
  world.record('panel', { bay: '1', button: 'resume', person: null });
  expectSwap(world, 'completed', null);
});

test('the next car may come while the last pack is still being stowed', () => {
  const world = opened();
  world.script('stowPack', { outcome: 'failed' });
  world.run(() => bayValue(world).work === 'releasing');
  world.leave();
  world.arrive(2);
  world.run(() => world.swap()?.id === 'bj-001.1.2');
  expectSwap(world, 'completed', null);
});

test('a car that is announced anew while the last one was not seen to leave', () => {
  const world = opened();
  expectSwap(world, 'completed', null);
  world.vanish();
  world.arrive(2);
  world.run(() => world.swap()?.id === 'bj-001.1.2');
  expectSwap(world, 'completed', null);
});
