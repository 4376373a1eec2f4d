import { expect, test } from 'vitest';
import type { PackFacts, VehicleFacts } from '../../../machines/contract.ts';
import { choosePack, chooseSlot, whyNoneFits } from '../../../machines/policy/choose-pack.ts';
import { incompatibilityOf } from '../../../machines/policy/compatibility.ts';
import { packCode, vinOf } from '../helpers/world.ts';
import { at, pack, stationWith } from './facts.ts';

const anyCar: VehicleFacts = { vin: vinOf(1), models: [], firmwares: [], pack: null };
const choose = (packs: PackFacts[], vehicle: VehicleFacts | undefined = anyCar, exclude: string[] = []) =>
  choosePack(stationWith(packs), { vehicle, holder: 'swap-1', exclude });

test('the fullest, by whole percent, then the lowest slot', () => {
  expect(choose([pack(1, { socPct: 94 }), pack(2, { socPct: 96 }), pack(3)])).toBe(packCode(2));
  expect(choose([pack(3, { socPct: 95.9 }), pack(2, { socPct: 95.1 })])).toBe(packCode(2));
});

test('what is set aside for the holder comes first, what is set aside for another never', () => {
  expect(choose([pack(1), pack(2, { socPct: 91, reservedBy: 'swap-1' })])).toBe(packCode(2));
  expect(choose([pack(1, { reservedBy: 'swap-2' })])).toBeNull();
});

test.each<[string, Partial<PackFacts>]>([
  ['not ready', { ready: false }],
  ['too empty', { socPct: 89.9 }],
  ['of unknown charge', { socPct: null }],
  ['with an alarm of level 2', { alarmLevel: 2 }],
  ['in quarantine', { status: 'quarantined' }],
  ['resting', { status: 'resting' }],
  ['on a berth', { place: at('bay/1/berth/1') }],
  ['of another station', { place: { kind: 'slot', key: 'bj-002/slot/1', station: 'bj-002' } }],
])('a pack that is %s is not given', (_, change) => {
  expect(choose([pack(1, change)])).toBeNull();
});

test('an alarm of level 1 is no hindrance', () => {
  expect(choose([pack(1, { alarmLevel: 1 })])).toBe(packCode(1));
});

test('a pack in a locked slot is not given, nor one that was rejected', () => {
  const state = stationWith([pack(1)]);
  state.slots[1] = { slot: 1, reservedBy: null, locked: true, charging: false };
  expect(choosePack(state, { vehicle: anyCar, holder: 's', exclude: [] })).toBeNull();
  expect(choose([pack(1), pack(2, { socPct: 91 })], anyCar, [packCode(1)])).toBe(packCode(2));
});

test('the car decides what fits; a car nobody has data of takes any', () => {
  const car = { ...anyCar, models: ['M2'], firmwares: ['2'] };
  expect(incompatibilityOf(pack(1), car)).toBe('model');
  expect(incompatibilityOf(pack(1, { model: 'M2' }), car)).toBe('packFirmware');
  expect(incompatibilityOf(pack(1, { model: 'M2', firmware: '2' }), car)).toBeNull();
  expect(incompatibilityOf(pack(1), undefined)).toBeNull();
  expect(choose([pack(1), pack(2, { model: 'M2', firmware: '2', socPct: 90 })], car)).toBe(packCode(2));
  expect(whyNoneFits(stationWith([pack(1)]), car)).toBe('noCompatiblePack');
  expect(whyNoneFits(stationWith([pack(1), pack(2, { model: 'M2' })]), car)).toBe('firmwareMismatch');
  expect(whyNoneFits(stationWith([pack(1, { model: 'M2', firmware: '2', ready: false })]), car)).toBeNull();
});

test('an old pack goes to the slot set aside for it, else to the lowest free one', () => {
  const state = stationWith([pack(1), pack(2)]);
  const slot = (n: number, change: object) => {
    state.slots[n] = { slot: n, reservedBy: null, locked: false, charging: false, ...change };
  };
  expect(chooseSlot(state, 'swap-1', [])).toBe(3);
  slot(5, { reservedBy: 'swap-1' });
  expect(chooseSlot(state, 'swap-1', [])).toBe(5);
  expect(chooseSlot(state, 'swap-1', [5])).toBe(3);
  slot(3, { locked: true });
  slot(4, { reservedBy: 'swap-2' });
  expect(chooseSlot(state, 'swap-3', [])).toBe(6);
  slot(6, { reservedBy: 'swap-2' });
  expect(chooseSlot(state, 'swap-3', [])).toBeNull();
});
