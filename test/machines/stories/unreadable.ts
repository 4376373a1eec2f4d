import { expect, test } from 'vitest';
import { chooseSlot } from '../../../machines/policy/choose-pack.ts';
import { bayView } from '../../../machines/view.ts';
import { bayMemory, bayValue, countOf, expectPerson, expectSwap, runTo } from '../helpers/scenario.ts';
import { createWorld, packCode, type World } from '../helpers/world.ts';

/** The pack of the standing car. */
const oldPack = (world: World): string => world.equipment.at.get('bay/1/vehicle') ?? '';
const placeOf = (world: World, code: string) => world.state.packs[code]?.place.key;
const incident = (place: string) => expect.objectContaining({ kind: 'openIncident', key: `unread/${place}` });
const closed = (place: string) => expect.objectContaining({ kind: 'closeIncident', key: `unread/${place}` });
const failed = { outcome: 'failed', reason: 'wrongPack', moves: true } as const;

/** The lift's reader cannot read the old pack. */
function atTheLift(): { world: World; pack: string } {
  const world = createWorld();
  world.hello();
  world.arrive(1);
  runTo(world, 'unlockPack');
  const pack = oldPack(world);
  world.equipment.dirty.add(pack);
  world.script('lowerPack', failed);
  world.run(() => bayValue(world).hold === 'held');
  world.run(() => false, 120_000);
  return { world, pack };
}

test('unreadable at the lift: the bay holds, nothing moves, staff hear of it; cleaned and confirmed, the swap goes on', () => {
  const { world, pack } = atTheLift();
  expect(placeOf(world, pack)).toBe('bj-001/bay/1/lift');
  expect(world.state.packs[pack]?.alarmLevel).toBe(2);
  expect(bayMemory(world).hold?.reason).toBe('unreadable pack at bay/1/lift');
  expect(world.effects).toContainEqual(incident('bay/1/lift'));
  expect(countOf(world, 'exchange')).toBe(0);
  expect(bayView(world.state, '1')?.waitingFor).toBe('the code of the pack at bay/1/lift to be readable');
  // A hello that reads no better changes nothing, and nobody can resume before it is read.
  world.hello();
  expect(bayView(world.state, '1')?.allowed).not.toContain('resume');
  expect(world.action({ action: 'resume' }).action).toMatchObject({ accepted: false });
  world.record('panel', { bay: '1', button: 'resume', person: null });
  expect(bayValue(world).hold).toBe('held');
  const incidents = () => world.effects.flatMap((effect) => (effect.kind === 'openIncident' ? [effect.key] : []));
  expect(incidents()).toEqual(['unread/bay/1/lift', 'swap/bj-001.1.1/robot']);

  world.equipment.dirty.clear();
  world.hello();
  expect(world.state.packs[pack]?.alarmLevel).toBe(0);
  expect(world.effects).toContainEqual(closed('bay/1/lift'));
  expect(world.action({ action: 'resume' }).action).toMatchObject({ accepted: true });
  expect(bayView(world.state, '1')?.allowed).toContain('confirm');
  expect(world.action({ action: 'confirm' }).action).toMatchObject({ accepted: true });
  expectSwap(world, 'completed', null);
});

test('said to be lowered, and the reader sees nothing: the ledger has lost the pack; a person confirms, and the motion is made again', () => {
  const world = createWorld();
  world.hello();
  world.arrive(1);
  runTo(world, 'lowerPack');
  const pack = oldPack(world);
  const commandId = world.effects.findLast((effect) => effect.kind === 'command' && effect.type === 'lowerPack');
  world.record('packRead', {
    place: 'bay/1/lift',
    code: null,
    commandId: commandId?.kind === 'command' ? commandId.id : null,
    reading: null,
  });
  world.finishWith('lowerPack', { outcome: 'completed', moves: false });
  expectPerson(world);
  expect(world.state.packs[pack]?.place.kind).toBe('unknown');
  expect(world.action({ action: 'confirm' }).action).toMatchObject({ accepted: true });
  expectSwap(world, 'completed', null);
  expect(world.state.packs[pack]?.place.kind).toBe('slot');
});

test('it may turn out to be another pack: the one that was expected is unknown', () => {
  const { world, pack } = atTheLift();
  world.equipment.dirty.clear();
  world.equipment.at.set('bay/1/lift', packCode(88));
  world.hello();
  expect(world.state.packs[pack]?.place.kind).toBe('unknown');
  expect(placeOf(world, packCode(88))).toBe('bj-001/bay/1/lift');
  expect(bayValue(world).hold).toBe('held');
  expect(world.custodyErrors()).toEqual([]);
});

test('unreadable in a slot: the ledger keeps its pack there, and it is not given', () => {
  const world = createWorld();
  world.hello();
  world.equipment.dirty.add(packCode(1));
  world.hello();
  expect(placeOf(world, packCode(1))).toBe('bj-001/slot/1');
  expect(world.state.packs[packCode(1)]).toMatchObject({ alarmLevel: 2, ready: false });
  expect(world.state.slots[1]?.locked).toBe(true);
  expect(bayValue(world).hold).toBe('free');
  world.arrive(1);
  expectSwap(world, 'completed', null);
  expect(world.swap()?.packIn).not.toBe(packCode(1));
});

test('a pack that nobody expected and nobody can read: its slot is not free', () => {
  const world = createWorld({ slots: 6, packs: 5 });
  world.hello();
  expect(chooseSlot(world.state, 'x', [])).toBe(6);
  world.equipment.at.set('slot/6', packCode(99));
  world.equipment.dirty.add(packCode(99));
  world.hello();
  expect(chooseSlot(world.state, 'x', [])).toBeNull();
  expect(world.effects).toContainEqual(incident('slot/6'));
  expect(Object.keys(world.state.packs)).toHaveLength(5);
  world.equipment.at.delete('slot/6');
  world.hello();
  expect(chooseSlot(world.state, 'x', [])).toBe(6);
  expect(world.effects).toContainEqual(closed('slot/6'));
});

test('an isolation box with a pack that nobody can read is not free: nothing is brought there, and nobody is offered to', () => {
  const world = createWorld();
  world.hello();
  const boxes = Array.from({ length: world.state.type.isolationBoxes }, (_, n) => `isolation/${n + 1}`);
  const [first = '', ...others] = boxes;
  world.equipment.at.set(first, packCode(99));
  world.equipment.dirty.add(packCode(99));
  world.hello();
  expect(world.effects).toContainEqual(incident(first));
  // The next box is taken instead.
  expect(world.action({ action: 'isolate-pack', pack: packCode(2) }).action).toMatchObject({ accepted: true });
  world.run(() => placeOf(world, packCode(2)) === `bj-001/${others[0]}`);
  expect(placeOf(world, packCode(2))).toBe(`bj-001/${others[0]}`);

  expect(bayView(world.state, '1')?.allowed).not.toContain('isolate-pack');
  expect(world.action({ action: 'isolate-pack', pack: packCode(3) }).action).toMatchObject({
    accepted: false,
    reason: 'no isolation box is free',
  });
  const before = countOf(world, 'isolatePack');
  const heat = { key: 'heat', active: true, level: 4, code: 'thermalRunaway', place: 'slot/4', pack: packCode(4) };
  world.record('alarm', { ...heat, detail: null });
  world.run(() => false, 60_000);
  expect(countOf(world, 'isolatePack')).toBe(before);

  // Taken out, the box is free again, and the burning pack goes there.
  world.equipment.at.delete(first);
  world.hello();
  world.run(() => placeOf(world, packCode(4)) === `bj-001/${first}`);
  expect(placeOf(world, packCode(4))).toBe(`bj-001/${first}`);
});

test('a stranger on a berth holds the bay until it is gone', () => {
  const world = createWorld();
  world.hello();
  world.equipment.at.set('bay/1/berth/1', packCode(99));
  world.equipment.dirty.add(packCode(99));
  world.hello();
  world.action({ action: 'maintenance' });
  expect(bayView(world.state, '1')?.allowed).not.toContain('return-to-service');
  world.equipment.at.delete('bay/1/berth/1');
  world.hello();
  expect(world.action({ action: 'return-to-service' }).action).toMatchObject({ accepted: true });
});

test('a car that leaves takes its unreadable pack along', () => {
  const world = createWorld();
  world.hello();
  world.arrive(1);
  runTo(world, 'authorise');
  world.equipment.dirty.add(oldPack(world));
  world.hello();
  expect(bayValue(world).hold).toBe('held');
  world.finishRunning();
  world.vanish();
  world.record('vehicleLeft', { bay: '1', early: true });
  expect(world.action({ action: 'resume' }).action).toMatchObject({ accepted: true });
});
