import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DispatchInterval,
  type DispatchStep,
  type DispatchStore,
  planDispatch,
} from '../../machines/cascade/dispatch.ts';
import { siteOutcome } from '../../machines/cascade/site-outcome.ts';
import { intervalHours } from '../../schema/wire/cascade/dispatch.ts';

const store: DispatchStore = {
  powerW: 20_000,
  energyWh: 40_000,
  socMinPct: 10,
  socMaxPct: 90,
  reservePct: 0,
  chargeEfficiencyPct: 95,
  dischargeEfficiencyPct: 95,
};
const valley = 454_170;
const peak = 1_038_730;
const at = (own: Partial<DispatchInterval>): DispatchInterval => ({
  loadWh: 5_000,
  priceMicro: valley,
  importLimitW: 100_000,
  exportLimitW: 0,
  ...own,
});
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const sum = (steps: readonly DispatchStep[], of: 'chargeWh' | 'dischargeWh') =>
  steps.reduce((all, step) => all + step[of], 0);

describe('a plan', () => {
  test('charges in the valley and discharges in the peak', () => {
    const day = [...times(16, at({})), ...times(16, at({ priceMicro: peak }))];
    const steps = planDispatch(day, store, 4_000);
    expect(sum(steps.slice(0, 16), 'dischargeWh') + sum(steps.slice(16), 'chargeWh')).toBe(0);
    // The window is 32 kWh wide; levels stand 160 Wh apart.
    expect(sum(steps, 'chargeWh')).toBeGreaterThan(33_000);
    expect(sum(steps, 'dischargeWh')).toBeGreaterThan(30_000);
    const { costWithFen, costWithoutFen } = siteOutcome(day, steps);
    expect(costWithoutFen - costWithFen).toBeGreaterThan(1_550);
    expect(steps.at(-1)?.storedWh).toBe(4_000);
  });

  test('does nothing where the difference of prices does not pay for the losses', () => {
    const day = [...times(8, at({ priceMicro: 1_000_000 })), ...times(8, at({ priceMicro: 1_050_000 }))];
    const steps = planDispatch(day, store, 20_000);
    expect([sum(steps, 'chargeWh'), sum(steps, 'dischargeWh')]).toEqual([0, 0]);
  });

  test('shaves a load that breaks the limit of the grid, though prices give no reason', () => {
    const limited = (loadWh: number) => at({ loadWh, importLimitW: 24_000 });
    const day = [...times(8, limited(2_000)), ...times(4, limited(9_000)), ...times(8, limited(2_000))];
    const outcome = siteOutcome(day, planDispatch(day, store, 20_000));
    expect([outcome.overLimitWithoutWh, outcome.overLimitWithWh]).toEqual([12_000, 0]);
    expect(outcome.peakWithoutW).toBe(36_000);
    expect(outcome.peakWithW).toBeLessThanOrEqual(24_000);
  });

  test('keeps the reserve for a black-out, and fills it at once where it lacks', () => {
    const reserved = { ...store, reservePct: 60 };
    const day = times(16, at({ priceMicro: peak }));
    expect(planDispatch(day, reserved, 24_000).every(({ storedWh }) => storedWh === 24_000)).toBe(true);
    const steps = planDispatch(day, reserved, 10_000);
    expect(steps.slice(0, 4).map(({ storedWh }) => storedWh)).toEqual(
      [14_700, 19_400, 24_100, 24_100].map((wh) => expect.closeTo(wh, -3)),
    );
    expect(steps.at(-1)?.storedWh).toBeGreaterThanOrEqual(24_000);
  });

  test('gives away what lies above its window, and takes nothing more', () => {
    const steps = planDispatch(times(8, at({ priceMicro: peak })), store, 40_000);
    expect(sum(steps, 'chargeWh')).toBe(0);
    expect(sum(steps, 'dischargeWh')).toBeGreaterThan(3_500);
  });
});

const problem = fc
  .record({
    store: fc
      .record({
        powerW: fc.integer({ min: 500, max: 60_000 }),
        energyWh: fc.integer({ min: 1_000, max: 90_000 }),
        socMinPct: fc.integer({ min: 0, max: 30 }),
        socMaxPct: fc.integer({ min: 60, max: 100 }),
        reservePct: fc.integer({ min: 0, max: 80 }),
        chargeEfficiencyPct: fc.integer({ min: 80, max: 100 }),
        dischargeEfficiencyPct: fc.integer({ min: 80, max: 100 }),
      })
      .map((each): DispatchStore => each),
    intervals: fc.array(
      fc.record({
        loadWh: fc.integer({ min: 0, max: 20_000 }),
        priceMicro: fc.constantFrom(388_140, 621_970, 855_790, 980_490),
        importLimitW: fc.integer({ min: 0, max: 120_000 }),
        exportLimitW: fc.constantFrom(0, 0, 10_000),
      }),
      { minLength: 1, maxLength: 40 },
    ),
    startPct: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ startPct, ...rest }) => ({ ...rest, startWh: Math.round((rest.store.energyWh * startPct) / 100) }));

const runs = { seed: 20_261_123, numRuns: 250 };

describe('whatever is asked', () => {
  test('no limit is broken by what the asset does, and energy is neither made nor lost beyond its losses', () => {
    fc.assert(
      fc.property(problem, ({ store: own, intervals, startWh }) => {
        const steps = planDispatch(intervals, own, startWh);
        expect(steps).toHaveLength(intervals.length);
        const lowest = Math.max((own.energyWh * own.socMinPct) / 100, (own.energyWh * own.reservePct) / 100);
        const highest = (own.energyWh * own.socMaxPct) / 100;
        let before = startWh;
        for (const [index, { chargeWh, dischargeWh, storedWh }] of steps.entries()) {
          const { loadWh, importLimitW, exportLimitW } = intervals[index] as DispatchInterval;
          expect(Math.min(chargeWh, dischargeWh)).toBe(0);
          expect(chargeWh + dischargeWh).toBeLessThanOrEqual(own.powerW * intervalHours);
          if (chargeWh > 0) {
            expect(loadWh + chargeWh).toBeLessThanOrEqual(importLimitW * intervalHours);
            expect(storedWh).toBeLessThanOrEqual(highest);
          }
          expect(dischargeWh - loadWh).toBeLessThanOrEqual(exportLimitW * intervalHours);
          if (dischargeWh > 0) expect(storedWh).toBeGreaterThanOrEqual(lowest - 1e-6);
          expect(storedWh).toBeGreaterThanOrEqual(Math.min(startWh, lowest) - 1e-6);
          const gained = storedWh - before;
          if (gained >= 0) expect(chargeWh).toBe(Math.ceil((gained * 100) / own.chargeEfficiencyPct));
          else expect(dischargeWh).toBe(Math.floor((-gained * own.dischargeEfficiencyPct) / 100));
          before = storedWh;
        }
        expect(before).toBeGreaterThanOrEqual(Math.min(startWh, highest - own.energyWh / 100));
      }),
      runs,
    );
  });

  test('it is never worse than doing nothing: not above the limit, and where both keep it, not in money', () => {
    fc.assert(
      fc.property(problem, ({ store: own, intervals, startWh }) => {
        const outcome = siteOutcome(intervals, planDispatch(intervals, own, startWh));
        expect(outcome.overLimitWithWh).toBeLessThanOrEqual(outcome.overLimitWithoutWh);
        const reserveWh = (own.energyWh * Math.max(own.socMinPct, own.reservePct)) / 100;
        // Filling a reserve that lacks, and keeping a limit that the load breaks, may cost something.
        if (startWh < reserveWh || outcome.overLimitWithoutWh > 0) return;
        expect(outcome.costWithFen).toBeLessThanOrEqual(outcome.costWithoutFen);
      }),
      runs,
    );
  });

  test('of a small store no other way is cheaper: all of them tried', () => {
    const small = fc.record({
      prices: fc.array(fc.constantFrom(400_000, 600_000, 1_000_000, 1_200_000), { minLength: 2, maxLength: 6 }),
      startWh: fc.constantFrom(0, 1_000, 2_000),
    });
    const tiny: DispatchStore = { ...store, energyWh: 2_000, powerW: 4_000, socMinPct: 0, socMaxPct: 100 };
    fc.assert(
      fc.property(small, ({ prices, startWh }) => {
        const intervals = prices.map((priceMicro) => at({ priceMicro, loadWh: 3_000 }));
        const { costWithFen } = siteOutcome(intervals, planDispatch(intervals, tiny, startWh));
        expect(costWithFen).toBeLessThanOrEqual(cheapest(intervals, tiny, startWh));
      }),
      { ...runs, numRuns: 60 },
    );
  });
});

/** Every way in steps of half the store. */
function cheapest(intervals: readonly DispatchInterval[], own: DispatchStore, startWh: number): number {
  let least = Number.POSITIVE_INFINITY;
  const walk = (steps: DispatchStep[], stored: number) => {
    if (steps.length === intervals.length) {
      if (stored >= startWh) least = Math.min(least, siteOutcome(intervals, steps).costWithFen);
      return;
    }
    for (const gained of [-1_000, 0, 1_000]) {
      const storedWh = stored + gained;
      if (storedWh < 0 || storedWh > own.energyWh) continue;
      const chargeWh = gained > 0 ? Math.ceil((gained * 100) / own.chargeEfficiencyPct) : 0;
      const dischargeWh = gained < 0 ? Math.floor((-gained * own.dischargeEfficiencyPct) / 100) : 0;
      if (Math.max(chargeWh, dischargeWh) > own.powerW * intervalHours) continue;
      walk([...steps, { chargeWh, dischargeWh, storedWh }], storedWh);
    }
  };
  walk([], startWh);
  return least;
}
