import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  neededSocPct,
  type PromisablePack,
  type PromiseRules,
  type PromiseWish,
  promisePack,
} from '../../../machines/policy/promise.ts';

const now = 1_795_400_000_000;
const minuteMs = 60_000;
const rules: PromiseRules = { minDispatchSocPct: 90, readySocPct: 95, marginMs: 2 * minuteMs };

const pack = (slot: number, own: Partial<PromisablePack['facts']> = {}, more: Partial<PromisablePack> = {}) => ({
  facts: {
    code: `P${slot}`,
    place: { kind: 'slot' as const, key: `bj-001/slot/${slot}`, station: 'bj-001' },
    custodyVersion: 1,
    model: 'BP-50',
    firmware: '4.1',
    socPct: 96,
    sohPct: 90,
    energyWh: 48_000,
    ready: true,
    alarmLevel: 0,
    status: 'inService' as const,
    reservedBy: null,
    ...own,
  },
  slot,
  slotLocked: false,
  pctPerHour: 60,
  ...more,
});

const wish = (own: Partial<PromiseWish> = {}): PromiseWish => ({
  reservation: null,
  vehicle: { vin: 'V', models: ['BP-50'], firmwares: [], pack: null },
  minSocPct: 80,
  from: now + 30 * minuteMs,
  now,
  walkInsUntil: 0,
  ...own,
});

test('a ready pack to spare is promised, the fullest first, then the lowest slot', () => {
  const answer = promisePack([pack(1), pack(2, { socPct: 99 }), pack(3, { socPct: 99.9 })], wish(), rules);
  expect(answer.promise).toMatchObject({ pack: 'P2', slot: 2, because: 'spare', ready: true });
});

test('with many walk-ins to come the one that is ready just in time is promised', () => {
  const packs = [pack(1), pack(2, { ready: false, socPct: 75 }), pack(3, { ready: false, socPct: 85 })];
  const answer = promisePack(packs, wish({ walkInsUntil: 4 }), rules);
  expect(answer.promise).toMatchObject({ pack: 'P2', because: 'justInTime', ready: false });
  // 20 % at 60 % an hour.
  expect(answer.promise?.readyAt).toBe(now + 20 * minuteMs);
});

test('one ready pack and nothing that charges: it is promised, whoever else may come', () => {
  expect(promisePack([pack(1)], wish({ walkInsUntil: 9 }), rules).promise).toMatchObject({ because: 'onlyReady' });
});

test('what is held stays held, though another would be better', () => {
  const packs = [pack(1, { socPct: 100 }), pack(2, { reservedBy: 'r-1' })];
  expect(promisePack(packs, wish({ reservation: 'r-1' }), rules).promise).toMatchObject({
    pack: 'P2',
    because: 'held',
  });
});

test('every pack that cannot be promised is counted under its reason', () => {
  const packs = [
    pack(1, { status: 'quarantined' }),
    pack(2, { alarmLevel: 2 }),
    pack(3, { model: 'other' }),
    pack(4, {}, { slotLocked: true }),
    pack(5, { reservedBy: 'r-2' }),
    pack(6, { socPct: 40, ready: false }, { pctPerHour: 0 }),
    pack(7, { socPct: 40, ready: false }),
    pack(8, {}, { slot: null }),
  ];
  expect(promisePack(packs, wish(), rules)).toEqual({
    promise: null,
    reason: 'notReadyInTime',
    unfit: {
      notInService: 1,
      alarm: 1,
      doesNotFit: 1,
      slotLocked: 1,
      promised: 1,
      tooLittleCharge: 1,
      notReadyInTime: 1,
      elsewhere: 1,
    },
  });
  expect(promisePack(packs.slice(0, 5), wish(), rules)).toMatchObject({ reason: 'allPromised' });
  expect(promisePack([], wish(), rules)).toMatchObject({ promise: null, reason: 'noPackFits' });
});

const anyPack = fc
  .record({
    slot: fc.integer({ min: 1, max: 60 }),
    inSlot: fc.boolean(),
    socPct: fc.double({ min: 0, max: 100, noNaN: true }),
    ready: fc.boolean(),
    alarmLevel: fc.integer({ min: 0, max: 4 }),
    status: fc.constantFrom('inService' as const, 'quarantined' as const),
    model: fc.constantFrom('BP-50', 'BP-60'),
    reservedBy: fc.constantFrom(null, 'r-1', 'r-2'),
    slotLocked: fc.boolean(),
    pctPerHour: fc.constantFrom(0, 20, 90),
  })
  .map(({ slot, inSlot, slotLocked, pctPerHour, ...facts }) =>
    pack(slot, facts, { slot: inSlot ? slot : null, slotLocked, pctPerHour }),
  );
const anyPacks = fc.uniqueArray(anyPack, { selector: ({ facts }) => facts.code, maxLength: 12 });
const anyWish = fc
  .record({
    reservation: fc.constantFrom(null, 'r-1'),
    minSocPct: fc.integer({ min: 10, max: 100 }),
    inMs: fc.integer({ min: 0, max: 7_200_000 }),
    walkInsUntil: fc.integer({ min: 0, max: 10 }),
  })
  .map(({ inMs, ...own }) => wish({ ...own, from: now + inMs }));

test('whatever is promised fits, is free, healthy, unlocked, and charged enough or will be in time', () => {
  fc.assert(
    fc.property(anyPacks, anyWish, (packs, wished) => {
      const { promise } = promisePack(packs, wished, rules);
      if (!promise) return;
      const chosen = packs.find(({ facts }) => facts.code === promise.pack);
      if (!chosen) throw new Error('promised what is not there');
      expect(chosen.slot).toBe(promise.slot);
      expect(chosen.slotLocked).toBe(false);
      expect(chosen.facts).toMatchObject({ status: 'inService', model: 'BP-50' });
      expect(chosen.facts.alarmLevel).toBeLessThan(2);
      expect([null, wished.reservation]).toContain(chosen.facts.reservedBy);
      expect(promise.readyAt).toBeLessThanOrEqual(Math.max(now, wished.from - rules.marginMs));
      const hours = Math.max(0, promise.readyAt - now) / 3_600_000;
      const then = (chosen.facts.socPct ?? 0) + hours * chosen.pctPerHour;
      expect(then).toBeGreaterThanOrEqual(neededSocPct(wished.minSocPct, rules) - 0.001);
    }),
  );
});

test('the order in which the packs are read decides nothing, and every pack is a candidate or counted', () => {
  fc.assert(
    fc.property(anyPacks, anyWish, (packs, wished) => {
      const answer = promisePack(packs, wished, rules);
      expect(promisePack([...packs].reverse(), wished, rules)).toEqual(answer);
      const counted = Object.values(answer.unfit).reduce((sum, n) => sum + n, 0);
      expect(counted + (answer.promise ? 1 + answer.next.length : 0)).toBe(packs.length);
    }),
  );
});

test('another free pack never takes a promise away', () => {
  fc.assert(
    fc.property(anyPacks, anyWish, (packs, wished) => {
      if (!promisePack(packs, wished, rules).promise) return;
      expect(promisePack([...packs, pack(61)], wished, rules).promise).not.toBeNull();
    }),
  );
});
