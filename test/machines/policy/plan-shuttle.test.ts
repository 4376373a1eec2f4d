import { expect, test } from 'vitest';
import type { PackFacts } from '../../../machines/contract.ts';
import { planShuttle, type ShuttleGoals } from '../../../machines/policy/plan-shuttle.ts';
import { packCode } from '../helpers/world.ts';
import { at, pack, stationWith } from './facts.ts';

const onBerth = (n: number, berth: number, change: Partial<PackFacts> = {}) =>
  pack(n, { place: at(`bay/1/berth/${berth}`), ...change });

function plan(packs: PackFacts[], goals: Partial<ShuttleGoals> = {}, berths: 1 | 2 = 2) {
  const state = stationWith(packs, { berths });
  return planShuttle({
    state,
    bay: '1',
    holder: 'swap-1',
    busy: false,
    onlyIsolate: false,
    wanted: null,
    keepBerthFree: false,
    isolate: [],
    unreadBoxes: [],
    connect: null,
    badSlots: [],
    ...goals,
  });
}

const wanted = packCode(1);
const connect = { pack: packCode(4), slot: 4 };

test('nothing to do, or not allowed to', () => {
  expect(plan([pack(1)])).toBe('idle');
  expect(plan([pack(1)], { wanted, busy: true })).toBe('wait');
  expect(plan([pack(1)], { wanted, onlyIsolate: true })).toBe('wait');
});

test('fetches what is wanted onto a free berth', () => {
  expect(plan([pack(1)], { wanted })).toEqual({ type: 'fetchPack', params: { pack: wanted, slot: 1, berth: 1 } });
  expect(plan([pack(1)], { wanted, keepBerthFree: true })).toMatchObject({ type: 'fetchPack' });
  expect(plan([onBerth(1, 2)], { wanted })).toBe('idle');
});

test('with one berth the place for the old pack is kept free until it has been stowed', () => {
  expect(plan([pack(1)], { wanted, keepBerthFree: true }, 1)).toBe('wait');
  expect(plan([pack(1), onBerth(2, 1)], { wanted, keepBerthFree: false }, 1)).toMatchObject({ type: 'stowPack' });
  expect(plan([pack(1)], { wanted, keepBerthFree: false }, 1)).toMatchObject({ type: 'fetchPack' });
});

test('stows what nobody wants before it fetches', () => {
  expect(plan([pack(1), onBerth(2, 2)], { wanted })).toEqual({
    type: 'stowPack',
    params: { pack: packCode(2), berth: 2, slot: 2 },
  });
  expect(plan([onBerth(1, 1), onBerth(2, 2)], { wanted, badSlots: [1, 2] })).toMatchObject({ params: { slot: 3 } });
});

test('without a slot for it a person is needed', () => {
  const full = [1, 2, 3, 4, 5, 6].map((n) => pack(n));
  expect(plan([...full, onBerth(7, 1)])).toBe('person');
});

test('the plug comes last', () => {
  expect(plan([pack(1), pack(4)], { wanted, connect })).toMatchObject({ type: 'fetchPack' });
  expect(plan([onBerth(1, 1), pack(4)], { wanted, connect })).toEqual({ type: 'connectCharger', params: connect });
});

test('isolation goes first, from a slot by way of a berth', () => {
  const isolate = [packCode(5)];
  expect(plan([pack(1), pack(5)], { wanted, isolate })).toEqual({
    type: 'isolatePack',
    params: { pack: packCode(5), from: 'slot/5', to: 'isolation/1' },
  });
  expect(plan([onBerth(5, 2)], { isolate })).toMatchObject({ params: { from: 'bay/1/berth/2' } });
  expect(plan([pack(5)], { isolate, onlyIsolate: true })).toMatchObject({ type: 'isolatePack' });
  expect(plan([pack(5), onBerth(1, 1)], { wanted, isolate }, 1)).toBe('idle');
});

test('the next free box is taken; without one the pack stays', () => {
  const first = pack(8, { place: at('isolation/1') });
  const second = pack(9, { place: at('isolation/2') });
  expect(plan([pack(5), first], { isolate: [packCode(5)] })).toMatchObject({ params: { to: 'isolation/2' } });
  expect(plan([pack(5), first, second], { isolate: [packCode(5)] })).toBe('idle');
});
