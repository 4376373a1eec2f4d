import { describe, expect, test } from 'vitest';
import type { PackFacts, VehicleFacts } from '../../../machines/contract.ts';
import { choosePack, whyNoneFits } from '../../../machines/policy/choose-pack.ts';
import type { LeaseFacts } from '../../../machines/policy/lease-terms.ts';
import { promisePack } from '../../../machines/policy/promise.ts';
import { packCode, vinOf } from '../helpers/world.ts';
import { pack, stationWith } from './facts.ts';

const lease = (terms: Partial<LeaseFacts> = {}): LeaseFacts => ({
  lease: 'l-1',
  plan: 'p',
  blocks: null,
  sohFloorPct: 80,
  onSohFloor: 'refuse',
  models: [],
  ...terms,
});
const car = (terms: Partial<LeaseFacts> = {}): VehicleFacts => ({
  vin: vinOf(1),
  models: [],
  firmwares: [],
  pack: null,
  lease: lease(terms),
});
const choose = (packs: PackFacts[], vehicle: VehicleFacts) =>
  choosePack(stationWith(packs), { vehicle, holder: 'swap-1', exclude: [] });
const credit = { onSohFloor: 'accept-with-credit' } as const;

describe('the floor of health of a lease', () => {
  test.each([{}, credit])('a pack above it is given before a fuller one below it (%j)', (terms) => {
    expect(choose([pack(1, { sohPct: 79.9, socPct: 99 }), pack(2, { sohPct: 80, socPct: 91 })], car(terms))).toBe(
      packCode(2),
    );
  });

  test('only below it there are packs: the plan decides', () => {
    const worn = [pack(1, { sohPct: 70 }), pack(2, { sohPct: 75 })];
    expect(choose(worn, car())).toBeNull();
    expect(whyNoneFits(stationWith(worn), car(), 'swap-1')).toBe('noPackAboveSohFloor');
    expect(choose(worn, car(credit))).toBe(packCode(1));
    expect(whyNoneFits(stationWith(worn), car(credit), 'swap-1')).toBeNull();
  });

  test('one above it that still charges is waited for where the plan refuses', () => {
    const station = [pack(1, { sohPct: 70 }), pack(2, { sohPct: 90, ready: false, socPct: 40 })];
    expect(choose(station, car())).toBeNull();
    expect(whyNoneFits(stationWith(station), car(), 'swap-1')).toBeNull();
    expect(choose(station, car(credit))).toBe(packCode(1));
  });

  test('a pack nobody has measured is given after those above it and before those below it', () => {
    const packs = [pack(1, { sohPct: null, socPct: 99 }), pack(2, { sohPct: 85 }), pack(3, { sohPct: 60, socPct: 99 })];
    expect(choose(packs, car(credit))).toBe(packCode(2));
    expect(choose([packs[0], packs[2]] as PackFacts[], car(credit))).toBe(packCode(1));
    expect(choose([packs[0]] as PackFacts[], car())).toBe(packCode(1));
  });

  test('what the driver took when reserving is given even where the plan refuses', () => {
    const taken = [pack(1, { sohPct: 70, reservedBy: 'swap-1' })];
    expect(choose(taken, car())).toBe(packCode(1));
    expect(whyNoneFits(stationWith(taken), car(), 'swap-1')).toBeNull();
    expect(whyNoneFits(stationWith(taken), car(), 'swap-2')).toBe('noPackAboveSohFloor');
  });

  test('without a floor, or without a lease, nothing of this counts', () => {
    const worn = [pack(1, { sohPct: 50, socPct: 96 }), pack(2, { sohPct: 99 })];
    expect(choose(worn, car({ sohFloorPct: null }))).toBe(packCode(1));
    expect(choose(worn, { ...car(), lease: null })).toBe(packCode(1));
  });
});

test('only the models of the lease are given', () => {
  expect(choose([pack(1), pack(2, { model: 'M2' })], car({ models: ['M2'] }))).toBe(packCode(2));
  expect(choose([pack(1)], car({ models: ['M2'] }))).toBeNull();
  expect(whyNoneFits(stationWith([pack(1)]), car({ models: ['M2'] }))).toBe('noCompatiblePack');
});

describe('a promise', () => {
  const ask = (packs: PackFacts[], acceptBelowFloor?: boolean, terms: Partial<LeaseFacts> = {}) =>
    promisePack(
      packs.map((facts, i) => ({ facts, slot: i + 1, slotLocked: false, pctPerHour: 20 })),
      {
        reservation: null,
        vehicle: car(terms),
        minSocPct: 80,
        from: 3_600_000,
        now: 0,
        walkInsUntil: 0,
        ...(acceptBelowFloor === undefined ? {} : { acceptBelowFloor }),
      },
      { minDispatchSocPct: 90, readySocPct: 95, marginMs: 60_000 },
    );

  test.each([{}, credit])('of a pack below the floor is given only to a driver who takes it (%j)', (terms) => {
    const worn = [pack(1, { sohPct: 70 })];
    expect(ask(worn, undefined, terms)).toMatchObject({ promise: null, reason: 'belowSohFloor' });
    expect(ask(worn, true, terms).promise?.pack).toBe(packCode(1));
  });

  test('of one above the floor stands before, even if it is still charging', () => {
    const packs = [pack(1, { sohPct: 70 }), pack(2, { sohPct: 90, ready: false, socPct: 80 })];
    expect(ask(packs, true).promise?.pack).toBe(packCode(2));
  });

  test('respects the models of the lease', () => {
    expect(ask([pack(1)], true, { models: ['M2'] })).toMatchObject({ reason: 'noPackFits', unfit: { doesNotFit: 1 } });
  });
});
