import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DispatchInterval, DispatchStore } from '../../machines/cascade/dispatch.ts';
import { deviationsOf, type MeteredQuarter, nextEpisodes } from '../../machines/cascade/dispatch-alarms.ts';
import { bookQuarter, implausible, mostPlausibleWh } from '../../machines/cascade/dispatch-booking.ts';
import { energyBalance } from '../../machines/cascade/energy-balance.ts';
import { limitsOf, type Signal } from '../../machines/cascade/grid-limits.ts';
import { forecastLoad } from '../../machines/cascade/load-forecast.ts';
import { planSite } from '../../machines/cascade/site-dispatch.ts';
import { siteOutcome } from '../../machines/cascade/site-outcome.ts';
import { parseAccount } from '../../machines/settlement/accounts.ts';
import { amountFen } from '../../machines/settlement/money.ts';
import { dispatchPostings } from '../../machines/settlement/postings.ts';
import { intervalHours, intervalMs } from '../../schema/wire/cascade/dispatch.ts';

const runs = { seed: 20_261_123, numRuns: 150 };
const store: DispatchStore = {
  powerW: 20_000,
  energyWh: 30_000,
  socMinPct: 10,
  socMaxPct: 90,
  reservePct: 0,
  chargeEfficiencyPct: 95,
  dischargeEfficiencyPct: 95,
};

const asset = fc
  .record({
    store: fc.record({
      powerW: fc.integer({ min: 500, max: 40_000 }),
      energyWh: fc.integer({ min: 1_000, max: 60_000 }),
      socMinPct: fc.integer({ min: 0, max: 30 }),
      socMaxPct: fc.integer({ min: 60, max: 100 }),
      reservePct: fc.integer({ min: 0, max: 80 }),
      chargeEfficiencyPct: fc.integer({ min: 80, max: 100 }),
      dischargeEfficiencyPct: fc.integer({ min: 80, max: 100 }),
    }),
    startPct: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ store: own, startPct }) => ({ store: own, startWh: Math.round((own.energyWh * startPct) / 100) }));
const site = fc
  .record({
    assets: fc.array(asset, { minLength: 1, maxLength: 5 }),
    intervals: fc.array(
      fc.record({
        loadWh: fc.integer({ min: 0, max: 20_000 }),
        priceMicro: fc.constantFrom(388_140, 621_970, 855_790, 980_490),
        importLimitW: fc.integer({ min: 0, max: 120_000 }),
        exportLimitW: fc.constantFrom(0, 0, 10_000, 33_333),
        /** What assets do whose plans stand. */
        othersWh: fc.constantFrom(0, 0, 0, 3_000, -2_000),
      }),
      { minLength: 1, maxLength: 24 },
    ),
  })
  .map(({ assets, intervals }) => ({
    assets: assets.map((each, at) => ({ asset: `a-${at}`, ...each })),
    intervals: intervals.map(({ othersWh: _, ...interval }): DispatchInterval => interval),
    othersWh: intervals.map(({ loadWh, exportLimitW, othersWh }) =>
      // Plans that stand keep the limits.
      Math.max(othersWh, -loadWh - Math.floor(exportLimitW * intervalHours)),
    ),
  }));

describe('the assets of a site together', () => {
  test('never break a limit of the site: what they add up to is within it, or the load alone is not', () => {
    fc.assert(
      fc.property(site, ({ intervals, assets, othersWh }) => {
        const plans = planSite(intervals, assets, othersWh);
        expect(plans.map((plan) => plan.asset)).toEqual(assets.map((each) => each.asset));
        for (const [at, { loadWh, importLimitW, exportLimitW }] of intervals.entries()) {
          const others = othersWh[at] ?? 0;
          const added = plans.reduce(
            (sum, { steps }) => sum + (steps[at]?.chargeWh ?? 0) - (steps[at]?.dischargeWh ?? 0),
            0,
          );
          const gridWh = loadWh + others + added;
          expect(gridWh).toBeLessThanOrEqual(Math.max(importLimitW * intervalHours, loadWh + others));
          expect(-gridWh).toBeLessThanOrEqual(exportLimitW * intervalHours);
        }
      }),
      runs,
    );
  });

  test('are told what those before them do, and are no worse than nothing above the limit', () => {
    fc.assert(
      fc.property(site, ({ intervals, assets }) => {
        const plans = planSite(intervals, assets);
        const moved = intervals.map((_, at) => ({
          chargeWh: plans.reduce((sum, { steps }) => sum + (steps[at]?.chargeWh ?? 0), 0),
          dischargeWh: plans.reduce((sum, { steps }) => sum + (steps[at]?.dischargeWh ?? 0), 0),
        }));
        const last = plans.at(-1);
        for (const [at, { chargeWh, dischargeWh }] of moved.entries()) {
          const step = last?.steps[at];
          expect((last?.othersWh[at] ?? 0) + (step?.chargeWh ?? 0) - (step?.dischargeWh ?? 0)).toBe(
            chargeWh - dischargeWh,
          );
        }
        const figures = siteOutcome(intervals, moved);
        expect(figures.overLimitWithWh).toBeLessThanOrEqual(figures.overLimitWithoutWh);
      }),
      runs,
    );
  });

  test('two shave a peak that one alone has not the power for', () => {
    const at = (loadWh: number): DispatchInterval => ({
      loadWh,
      priceMicro: 600_000,
      importLimitW: 100_000,
      exportLimitW: 0,
    });
    const day = [...Array(12).fill(at(10_000)), ...Array(4).fill(at(33_000)), ...Array(12).fill(at(10_000))];
    const of = (name: string) => ({ asset: name, store, startWh: 24_000 });
    const outcome = (names: string[]) => {
      const plans = planSite(day, names.map(of));
      return siteOutcome(
        day,
        day.map((_, index) => ({
          chargeWh: plans.reduce((sum, { steps }) => sum + (steps[index]?.chargeWh ?? 0), 0),
          dischargeWh: plans.reduce((sum, { steps }) => sum + (steps[index]?.dischargeWh ?? 0), 0),
        })),
      );
    };
    expect(outcome(['a']).overLimitWithWh).toBeGreaterThan(0);
    expect(outcome(['a', 'b']).overLimitWithWh).toBe(0);
  });
});

describe('money of a quarter of an hour', () => {
  const quarter = fc.record({
    loadWh: fc.integer({ min: 0, max: 30_000 }),
    priceMicro: fc.integer({ min: 1, max: 2_000_000 }),
    readings: fc.array(
      fc.record({ chargeWh: fc.integer({ min: 0, max: 9_000 }), dischargeWh: fc.integer({ min: 0, max: 9_000 }) }),
      { minLength: 1, maxLength: 6 },
    ),
  });

  test('debits are credits; what is used is never more than was discharged, nor than the site took', () => {
    fc.assert(
      fc.property(quarter, ({ loadWh, priceMicro, readings }) => {
        const named = readings.map((each, at) => ({ asset: `a-${at}`, ...each }));
        const booked = bookQuarter({ loadWh, priceMicro, known: [], readings: named });
        let [charged, discharged, used] = [0, 0, 0];
        const balances = new Map<string, number>();
        for (const { asset: name, chargeWh, dischargeWh } of named) {
          const { usedWh, costFen, worthFen } = booked.get(name) ?? { usedWh: -1, costFen: -1, worthFen: -1 };
          expect(usedWh).toBeGreaterThanOrEqual(0);
          expect(usedWh).toBeLessThanOrEqual(dischargeWh);
          expect([costFen, worthFen]).toEqual([
            amountFen(chargeWh, 'Wh', priceMicro),
            amountFen(usedWh, 'Wh', priceMicro),
          ]);
          charged += chargeWh;
          discharged += dischargeWh;
          used += usedWh;
          for (const { debit, credit, amountFen: fen } of dispatchPostings({ costFen, worthFen })) {
            expect(parseAccount(debit)).not.toBeNull();
            expect(parseAccount(credit)).not.toBeNull();
            expect(fen).toBeGreaterThan(0);
            balances.set(debit, (balances.get(debit) ?? 0) + fen);
            balances.set(credit, (balances.get(credit) ?? 0) - fen);
          }
        }
        expect(used).toBe(Math.min(discharged, loadWh + charged));
        expect([...balances.values()].reduce((sum, fen) => sum + fen, 0)).toBe(0);
      }),
      runs,
    );
  });

  test('of assets that come one after another the first is served first', () => {
    const one = bookQuarter({
      loadWh: 3_000,
      priceMicro: 1_000_000,
      known: [],
      readings: [{ asset: 'b', chargeWh: 0, dischargeWh: 2_000 }],
    });
    expect(one.get('b')).toEqual({ usedWh: 2_000, costFen: 0, worthFen: 200 });
    const two = bookQuarter({
      loadWh: 3_000,
      priceMicro: 1_000_000,
      known: [{ chargeWh: 0, usedWh: 2_000 }],
      readings: [{ asset: 'a', chargeWh: 0, dischargeWh: 2_000 }],
    });
    expect(two.get('a')).toEqual({ usedWh: 1_000, costFen: 0, worthFen: 100 });
  });

  test('more than the power moves is implausible, by 5 %', () => {
    expect(mostPlausibleWh(20_000)).toBe(5_250);
    expect(implausible({ chargeWh: 5_250, dischargeWh: 0 }, 20_000)).toBeNull();
    expect(implausible({ chargeWh: 0, dischargeWh: 5_251 }, 20_000)?.field).toBe('dischargeWh');
    expect(implausible({ chargeWh: 3_000, dischargeWh: 3_000 }, 20_000)?.reason).toMatch(/^together with chargeWh/);
  });
});

describe('limits of the grid', () => {
  const own = { importLimitW: 100_000, exportLimitW: 5_000 };
  const t = 1_000 * intervalMs;
  const signal = (id: number, limitW: number | null, more: Partial<Signal> = {}): Signal => ({
    id,
    type: 'IMPORT_CAPACITY_LIMIT',
    limitW,
    from: t,
    to: t + 4 * intervalMs,
    recordedAt: t - 1,
    ...more,
  });

  test.each([
    ['none', [], 100_000, []],
    ['a lower one', [signal(1, 60_000)], 60_000, [1]],
    ['a higher one changes nothing', [signal(1, 160_000)], 100_000, []],
    ['the later counts, also when it is higher', [signal(2, 80_000), signal(1, 60_000)], 80_000, [2]],
    ['null takes back', [signal(1, 60_000), signal(2, null)], 100_000, []],
    ['one that was told too late', [signal(1, 60_000, { recordedAt: t + 1 })], 100_000, []],
    ['over before', [signal(1, 60_000, { to: t, from: t - 1 })], 100_000, []],
    ['a part of the quarter', [signal(1, 60_000, { from: t + 600_000 })], 60_000, [1]],
    ['taken back within it', [signal(1, 60_000), signal(2, null, { from: t + 600_000 })], 60_000, [1]],
  ] as const)('%s', (_, signals, importLimitW, used) => {
    expect(limitsOf(own, signals, t)).toEqual({ importLimitW, exportLimitW: 5_000, signals: used });
  });

  test('each kind by itself', () => {
    const signals = [signal(1, 0, { type: 'EXPORT_CAPACITY_LIMIT' }), signal(2, 70_000)];
    expect(limitsOf(own, signals, t)).toEqual({ importLimitW: 70_000, exportLimitW: 0, signals: [1, 2] });
  });
});

describe('the load to be expected', () => {
  const day = 86_400_000;
  const at = 2_000 * day;
  const now = at - 3_600_000;

  test('is the mean of the last four of eight weeks at that time, whichever have a reading', () => {
    const history = new Map([1, 3, 4, 6, 8].map((week) => [at - week * 7 * day, week * 100]));
    expect(forecastLoad(history, at, now)).toBe(350);
  });
  test('is that of the last day that has one, where no such weekday has', () => {
    const history = new Map([
      [at - 2 * day, 40],
      [at - 5 * day, 70],
    ]);
    expect(forecastLoad(history, at, now)).toBe(40);
  });
  test('is not known where there is neither', () => {
    expect(forecastLoad(new Map([[at - 9 * 7 * day, 7]]), at, now)).toBeNull();
  });
});

describe('what is told', () => {
  const t = 1_000 * intervalMs;
  const quarter = (n: number, own: Partial<MeteredQuarter> = {}): MeteredQuarter => ({
    startsAt: t + n * intervalMs,
    loadWh: 10_000,
    importLimitW: 60_000,
    exportLimitW: 0,
    assets: [
      { asset: 'a', powerW: 20_000, chargeWh: 0, dischargeWh: 4_000, planned: { chargeWh: 0, dischargeWh: 4_000 } },
    ],
    ...own,
  });
  const withA = (own: object) => ({ assets: [{ ...quarter(0).assets[0], ...own }] as MeteredQuarter['assets'] });

  test('a limit that is broken beyond the error of the meter, with all assets counted', () => {
    expect(deviationsOf(quarter(0, { loadWh: 19_150 }))).toEqual([]);
    expect(deviationsOf(quarter(0, { loadWh: 19_151 }))).toMatchObject([{ code: 'importLimitBroken', byWh: 151 }]);
    expect(deviationsOf(quarter(0, { loadWh: 3_900 }))).toMatchObject([{ code: 'exportLimitBroken', byWh: 100 }]);
  });
  test('a plan that was not kept, by more than a tenth of the power', () => {
    expect(deviationsOf(quarter(0, withA({ dischargeWh: 3_500 })))).toEqual([]);
    expect(deviationsOf(quarter(0, withA({ dischargeWh: 3_499 })))).toMatchObject([
      { key: 'offPlan/a', detail: 'discharged 3499 Wh, planned discharged 4000 Wh' },
    ]);
    expect(deviationsOf(quarter(0, withA({ dischargeWh: 0, planned: null })))).toEqual([]);
  });
  test('stands as long as it lasts, once, and keeps the worst', () => {
    const over = (n: number, loadWh: number) => quarter(n, { loadWh });
    const [began] = nextEpisodes([], null, [quarter(0), over(1, 20_000), over(2, 25_000)]);
    expect(began).toMatchObject({ quarters: 2, worstWh: 6_000, raisedAt: t + intervalMs, clearedAt: null });
    const open = began ? [began] : [];
    const [ended] = nextEpisodes(open, t + 2 * intervalMs, [over(3, 19_600), quarter(4)]);
    expect(ended).toMatchObject({ quarters: 3, worstWh: 6_000, clearedAt: t + 4 * intervalMs });
  });
  test('of a quarter that comes late is over at once', () => {
    const late = nextEpisodes([], t + 9 * intervalMs, [quarter(3, { loadWh: 25_000 })]);
    expect(late).toMatchObject([{ raisedAt: t + 3 * intervalMs, clearedAt: t + 4 * intervalMs }]);
  });
});

describe('energy that went in and out', () => {
  test('is compared with the state of charge, and the difference shown', () => {
    const readings = [
      { chargeWh: 5_000, dischargeWh: 0, socPct: null },
      { chargeWh: 5_000, dischargeWh: 0, socPct: 61 },
      { chargeWh: 0, dischargeWh: 1_900, socPct: 54 },
      { chargeWh: 0, dischargeWh: 4_000, socPct: null },
    ];
    // 10,000 x 0.95 − 1,900 / 0.95 = 7,500; 24 % of 30,000 = 7,200.
    expect(energyBalance(readings, 30, store)).toEqual({
      byMetersWh: 7_500,
      bySocWh: 7_200,
      differenceWh: -300,
      differencePct: -2.5,
    });
    expect(energyBalance(readings.slice(0, 2), null, store)).toBeNull();
  });

  test('what a plan does balances to the Wh, apart from rounding', () => {
    fc.assert(
      fc.property(site, ({ intervals, assets }) => {
        for (const [index, { steps }] of planSite(intervals, assets).entries()) {
          const { store: own, startWh = 0 } = assets[index] ?? {};
          if (!own) continue;
          const before = (startWh / own.energyWh) * 100;
          const readings = steps.map(({ chargeWh, dischargeWh, storedWh }) => ({
            chargeWh,
            dischargeWh,
            socPct: (storedWh / own.energyWh) * 100,
          }));
          const { differenceWh = 0 } = energyBalance(readings, before, own) ?? {};
          expect(Math.abs(differenceWh)).toBeLessThanOrEqual(2 * steps.length);
        }
      }),
      { ...runs, numRuns: 60 },
    );
  });
});
