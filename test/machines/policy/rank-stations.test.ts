import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assumedCycleMs, expectedWaitMs } from '../../../machines/policy/expected-wait.ts';
import { isOpenThroughout } from '../../../machines/policy/opening-hours.ts';
import { type RankWish, rankStations, type StationOffer, straightKm } from '../../../machines/policy/rank-stations.ts';

const here = { lat: 39.9, lon: 116.4 };
/** About so many kilometres north of here. */
const north = (km: number) => ({ lat: here.lat + km / 111.2, lon: here.lon });
const offer = (station: string, km: number, own: Partial<StationOffer> = {}): StationOffer => ({
  station,
  location: north(km),
  online: true,
  open: true,
  inMaintenance: false,
  waitMs: 0,
  readyPacks: 10,
  ...own,
});
const wish: RankWish = { at: here, rangeKm: null, untilFromMs: 0 };
const names = (offers: StationOffer[], own: Partial<RankWish> = {}) =>
  rankStations(offers, { ...wish, ...own }).best.map(({ station }) => station);

test('of equals the nearest is best, and the way is the straight line times a factor', () => {
  expect(names([offer('b', 5), offer('a', 2)])).toEqual(['a', 'b']);
  expect(straightKm(here, north(5))).toBeCloseTo(5, 1);
  const [best] = rankStations([offer('a', 5)], wish).best;
  expect(best?.roadKm).toBeCloseTo(7, 0);
  expect(best?.driveMs).toBeCloseTo((7 / 24) * 3_600_000, -4);
});

test('nearest alone is not the answer: a queue or want of packs sends the car farther', () => {
  expect(names([offer('near', 1, { waitMs: 30 * 60_000 }), offer('far', 3)])).toEqual(['far', 'near']);
  expect(names([offer('near', 1, { readyPacks: 0 }), offer('far', 1.5)])).toEqual(['far', 'near']);
});

test('a queue that is over before the car comes, or before its window, counts for nothing', () => {
  const busy = offer('near', 1, { waitMs: 10 * 60_000 });
  expect(names([busy, offer('far', 1.4)])).toEqual(['far', 'near']);
  expect(names([busy, offer('far', 1.4)], { untilFromMs: 3_600_000 })).toEqual(['near', 'far']);
});

test('silent, closed, in maintenance, without a bay, or beyond the range: out, with the reason', () => {
  const offers = [
    offer('silent', 1, { online: false }),
    offer('closed', 1, { open: false }),
    offer('maintenance', 1, { inMaintenance: true }),
    offer('noBay', 1, { waitMs: null }),
    offer('outOfRange', 20),
    offer('good', 5),
  ];
  const ranking = rankStations(offers, { ...wish, rangeKm: 20 });
  expect(ranking.best.map(({ station }) => station)).toEqual(['good']);
  for (const { station, reason } of ranking.out) expect(reason).toBe(station);
  // Where the car is not known, no way is too far.
  expect(names([offer('outOfRange', 20)], { at: null, rangeKm: 20 })).toEqual(['outOfRange']);
});

test('the order of reading decides nothing, and less wait or more packs never makes a station worse', () => {
  const anyOffer = fc
    .record({
      km: fc.integer({ min: 0, max: 30 }),
      waitMs: fc.integer({ min: 0, max: 3_600_000 }),
      readyPacks: fc.nat(8),
    })
    .map(({ km, ...own }) => offer('x', km, own));
  fc.assert(
    fc.property(fc.array(anyOffer, { minLength: 2, maxLength: 8 }), fc.nat(3_600_000), (drawn, untilFromMs) => {
      const offers = drawn.map((each, index) => ({ ...each, station: `s${index}` }));
      const ranked = names(offers, { untilFromMs });
      expect(names([...offers].reverse(), { untilFromMs })).toEqual(ranked);
      const improved = offers.map((each) =>
        each.station === 's0' ? { ...each, waitMs: 0, readyPacks: each.readyPacks + 1 } : each,
      );
      expect(names(improved, { untilFromMs }).indexOf('s0')).toBeLessThanOrEqual(ranked.indexOf('s0'));
    }),
  );
});

test('the wait: what is left of the running swaps, and a cycle for each car before', () => {
  const now = 1_000_000;
  const wait = (own: Partial<Parameters<typeof expectedWaitMs>[0]>) =>
    expectedWaitMs({ now, baysWorking: 1, running: [], carsBefore: 0, cycleMs: 100_000, ...own });
  expect(wait({})).toBe(0);
  expect(wait({ running: [now - 40_000] })).toBe(60_000);
  expect(wait({ running: [now - 900_000] })).toBe(5_000);
  expect(wait({ running: [now - 40_000], carsBefore: 2 })).toBe(260_000);
  expect(wait({ running: [now - 40_000], baysWorking: 2 })).toBe(0);
  expect(wait({ running: [now - 40_000], baysWorking: 2, carsBefore: 1 })).toBe(60_000);
  expect(wait({ baysWorking: 0 })).toBeNull();
  expect(wait({ running: [now], cycleMs: null })).toBe(assumedCycleMs);
});

test('the wait never falls with more cars before, and never rises with another bay', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(10),
      (ages, baysWorking, carsBefore) => {
        const facts = {
          now: 1_000_000,
          baysWorking,
          running: ages.map((age) => 1_000_000 - age),
          carsBefore,
          cycleMs: 100_000,
        };
        const wait = expectedWaitMs(facts) ?? 0;
        expect(expectedWaitMs({ ...facts, carsBefore: carsBefore + 1 })).toBeGreaterThanOrEqual(wait);
        expect(expectedWaitMs({ ...facts, baysWorking: baysWorking + 1 })).toBeLessThanOrEqual(wait);
      },
    ),
  );
});

const shanghai = (text: string) => Date.parse(`${text}+08:00`);

test('opening hours are those of Shanghai, and a window must lie in them from end to end', () => {
  // 2026-11-23 is a Monday.
  const days = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: 360, closes: 1320 }));
  const open = (from: string, to: string) => isOpenThroughout(days, shanghai(from), shanghai(to));
  expect(open('2026-11-23T06:00:00', '2026-11-23T06:30:00')).toBe(true);
  expect(open('2026-11-23T05:59:00', '2026-11-23T06:30:00')).toBe(false);
  expect(open('2026-11-23T21:45:00', '2026-11-23T22:00:00')).toBe(true);
  expect(open('2026-11-23T21:45:00', '2026-11-23T22:01:00')).toBe(false);
  expect(open('2026-11-28T12:00:00', '2026-11-28T12:30:00')).toBe(false);
  expect(isOpenThroughout(null, 0, 1)).toBe(true);
  expect(isOpenThroughout([], shanghai('2026-11-23T12:00:00'), shanghai('2026-11-23T12:10:00'))).toBe(false);
});

test('hours past midnight are two spans, also from Sunday to Monday and from one year to the next', () => {
  const night = [
    { weekday: 7, opens: 1200, closes: 1440 },
    { weekday: 1, opens: 0, closes: 240 },
    { weekday: 4, opens: 1200, closes: 1440 },
    { weekday: 5, opens: 0, closes: 60 },
  ];
  const open = (from: string, to: string) => isOpenThroughout(night, shanghai(from), shanghai(to));
  expect(open('2026-11-22T23:30:00', '2026-11-23T00:30:00')).toBe(true);
  expect(open('2026-11-23T03:30:00', '2026-11-23T04:01:00')).toBe(false);
  expect(open('2026-12-31T23:50:00', '2027-01-01T00:50:00')).toBe(true);
  const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: 0, closes: 1440 }));
  expect(isOpenThroughout(always, shanghai('2026-11-29T23:00:00'), shanghai('2026-11-30T02:00:00'))).toBe(true);
});
