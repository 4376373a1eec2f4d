import { expect, test } from 'vitest';
import { cycleSteps } from '../../helpers/cycle-steps.ts';
import { countOf, cycleMemory, expectPerson, expectSwap } from '../helpers/scenario.ts';
import { createWorld, packCode, type World } from '../helpers/world.ts';

const failed = { outcome: 'failed' } as const;

function opened(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld(options);
  world.hello();
  world.arrive(1);
  return world;
}

test.each(cycleSteps.filter((step) => step !== 'authorise'))('(a) %s is tried again under a new id', (step) => {
  const world = opened();
  world.script(step, { ...failed, reason: 'stuckLock' });
  expectSwap(world, 'completed', null);
  const ids = world.commands().filter(({ type }) => type === step);
  expect(new Set(ids.map(({ id }) => id)).size).toBe(2);
});

test('before the car is opened it is let go as it came', () => {
  const world = opened();
  world.script('liftVehicle', failed, failed, failed);
  expectSwap(world, 'rolled-back', 'other');
  expect(countOf(world, 'unlockPack')).toBe(0);
  expect(world.equipment.sensors.clamps).toBe('open');
});

test('a car that withholds its handshake is refused', () => {
  const world = opened();
  world.script('authorise', { ...failed, reason: 'noConsent' });
  expectSwap(world, 'refused', 'noConsent');
  expect(countOf(world, 'positionAndClamp')).toBe(0);
});

test('(b) another ready pack when the new one fails its verification', () => {
  const world = opened();
  world.script('verifyPack', { ...failed, reason: 'bmsHandshake' }, { ...failed, reason: 'bmsHandshake' });
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(2));
  expect(world.state.packs[packCode(1)]?.status).toBe('quarantined');
});

test('(c) the old pack goes back when no other is ready', () => {
  const world = opened({ packs: 1 });
  world.script('verifyPack', { ...failed, reason: 'hvInterlock' }, { ...failed, reason: 'hvInterlock' });
  expectSwap(world, 'rolled-back', 'hvInterlock');
  expect(world.equipment.at.get('bay/1/vehicle')).toBe(packCode(901));
});

test('(c) the old pack is made fast again when it cannot be lowered', () => {
  const world = opened();
  world.script('lowerPack', failed, failed, failed);
  expectSwap(world, 'rolled-back');
  expect(world.equipment.sensors.packLock).toBe('locked');
});

test('(c) the old pack is verified when it cannot be unlocked', () => {
  const world = opened();
  world.script('unlockPack', failed, failed, failed);
  expectSwap(world, 'rolled-back');
  expect(countOf(world, 'verifyPack')).toBe(1);
});

test('(d) a person, with the place of every pack, when the old pack is too empty to go back', () => {
  const world = opened({ packs: 1, type: { minRefitSocPct: 99 } });
  world.script('verifyPack', failed, failed);
  expectPerson(world);
  const incident = world.effects.findLast((effect) => effect.kind === 'openIncident');
  expect(incident).toMatchObject({ code: 'needsPerson', packs: [packCode(901), packCode(1)] });
  expect(incident?.kind === 'openIncident' && incident.detail).toContain(`${packCode(901)} at bj-001/slot/1`);
});

test('a pack that is not in its slot is unknown, and another is fetched', () => {
  const world = opened();
  world.equipment.at.delete('slot/1');
  world.script('fetchPack', { ...failed, reason: 'packMissing' });
  world.run(() => countOf(world, 'fetchPack') === 1);
  const id = world.commands().find(({ type }) => type === 'fetchPack')?.id ?? null;
  world.record('packRead', { place: 'bay/1/berth/1', code: null, commandId: id, reading: null });
  expectSwap(world, 'completed', null);
  expect(world.state.packs[packCode(1)]?.place.kind).toBe('unknown');
  expect(world.swap()?.packIn).toBe(packCode(2));
});

function exchangedByHand(): World {
  const world = opened();
  // Somebody exchanged the packs of slots 1 and 2.
  world.equipment.at.set('slot/1', packCode(2));
  world.equipment.at.set('slot/2', packCode(1));
  world.script('fetchPack', { ...failed, reason: 'wrongPack', moves: true });
  return world;
}

test('another pack than expected on the berth is given when it will do', () => {
  const world = exchangedByHand();
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(2));
  // Nobody has seen the first pack yet: the next hello will find it in slot 2.
  expect(world.state.packs[packCode(1)]?.place.kind).toBe('unknown');
  world.hello();
  expect(world.state.packs[packCode(1)]?.place.key).toBe('bj-001/slot/2');
});

test('if it will not do it is stowed again and a third one fetched', () => {
  const world = exchangedByHand();
  world.record('alarm', {
    key: 'a2',
    active: true,
    level: 2,
    code: 'hot',
    place: null,
    pack: packCode(2),
    detail: null,
  });
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).toBe(packCode(3));
  expect(world.state.packs[packCode(2)]?.place.key).toBe('bj-001/slot/1');
});

test('no ready pack: the swap waits, then is refused', () => {
  const world = createWorld({ packs: 1 });
  world.hello();
  world.record('alarm', {
    key: 'a1',
    active: true,
    level: 2,
    code: 'hot',
    place: 'slot/1',
    pack: packCode(1),
    detail: null,
  });
  world.arrive(1);
  expectSwap(world, 'refused', 'noPackReady');
  expect(world.now).toBeGreaterThan(1_000_000 + world.type.maxPackWaitMs);
});

test('a pack that becomes ready in time is given', () => {
  const world = createWorld({ packs: 1 });
  world.hello();
  const alarm = { key: 'a1', level: 2, code: 'hot', place: 'slot/1', pack: packCode(1), detail: null };
  world.record('alarm', { ...alarm, active: true });
  world.arrive(1);
  world.run(() => world.swap() !== null);
  world.record('alarm', { ...alarm, active: false });
  world.record('packReady', { slot: 1, pack: packCode(1), registerWh: 1, reading: { socPct: 95 } });
  expectSwap(world, 'completed', null);
});

test('a car whose pack nobody knows is refused at once', () => {
  const world = createWorld();
  world.hello();
  world.arrive(1, { pack: null });
  expectSwap(world, 'refused', 'packUnknown');
});

test('one berth, every slot full: there is no place for the old pack', () => {
  const world = opened({ berths: 1 });
  expectSwap(world, 'refused', 'noFreeSlot');
});

test('completed with contradicting sensors never counts as done', () => {
  const world = opened();
  world.script('liftVehicle', { outcome: 'completed', moves: false });
  expectPerson(world);
  expect(cycleMemory(world).robot).toMatchObject({ step: 'liftVehicle', phase: 'person' });
  world.action({ action: 'confirm' });
  expectSwap(world, 'completed', null);
});

test('a shuttle that cannot stow calls a person, who clears it', () => {
  const world = opened();
  world.script('stowPack', failed, failed);
  expectPerson(world);
  world.action({ action: 'confirm' });
  expectSwap(world, 'completed', null);
});

test('a frame that is not empty is a matter for a person: no other pack would fit either', () => {
  const world = opened();
  world.script('raisePack', ...Array.from({ length: 3 }, () => ({ ...failed, reason: 'placeOccupied' as const })));
  expectPerson(world);
  expect(countOf(world, 'exchange')).toBe(1);
});
