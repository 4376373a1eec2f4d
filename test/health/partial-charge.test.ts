import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Belief } from '../../machines/health/belief.ts';
import { partialCoefficients, partialLimits } from '../../machines/health/charge-coefficients.ts';
import { healthOf, judgePartialCharge, newBelief } from '../../machines/health/estimate-health.ts';
import { type PartialCharge, readPartialCharge } from '../../machines/health/partial-charge.ts';
import { createRandom } from '../../station-sim/random.ts';
import { addCharge, createPack, drainTo, ratedWh, readBms, socOf, trueHealth } from '../../station-sim/world/pack.ts';

const good: PartialCharge = {
  ratedAh: 150,
  ah: 75,
  socFrom: 0.3,
  socTo: 0.9,
  cellFromC: 28,
  cellToC: 33,
  durationS: 3600,
  isFlat: false,
  fullCycles: 0.5,
  days: 1,
};

const number = fc.oneof(
  fc.double({ min: -5, max: 500 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0),
);
const maybe = fc.option(number, { nil: null });
const anyCharge: fc.Arbitrary<PartialCharge> = fc.record({
  ratedAh: number,
  ah: maybe,
  socFrom: maybe,
  socTo: maybe,
  cellFromC: maybe,
  cellToC: maybe,
  durationS: number,
  isFlat: fc.boolean(),
  fullCycles: fc.double({ min: 0, max: 50, noNaN: true }),
  days: fc.double({ min: 0, max: 4000, noNaN: true }),
});
const plausible: fc.Arbitrary<PartialCharge> = fc
  .record({
    ah: fc.double({ min: 10, max: 200, noNaN: true }),
    from: fc.double({ min: 0, max: 0.6, noNaN: true }),
    span: fc.double({ min: 0.2, max: 0.6, noNaN: true }),
  })
  .map(({ ah, from, span }) => ({ ...good, ah, socFrom: from, socTo: Math.min(1, from + span), durationS: 7200 }));

describe('a charge between two SOCs', () => {
  test('the variance of a belief is never negative, nor is anything in it not a number, whatever was charged', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyCharge, plausible), { maxLength: 60 }), (charges) => {
        let belief: Belief = newBelief();
        for (const charge of charges) {
          belief = judgePartialCharge(belief, charge).belief;
          expect(belief.varSoh).toBeGreaterThan(0);
          for (const each of [belief.soh, belief.varSoh, belief.covBias]) expect(Number.isFinite(each)).toBe(true);
          const { soh, low, high } = healthOf(belief);
          expect(low).toBeLessThanOrEqual(soh);
          expect(high).toBeGreaterThanOrEqual(soh);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a reading never makes it less sure than it was before the reading', () => {
    fc.assert(
      fc.property(fc.array(plausible, { minLength: 1, maxLength: 40 }), (charges) => {
        let belief: Belief = newBelief();
        for (const charge of charges) {
          const still = { ...charge, fullCycles: 0, days: 0 };
          const judged = judgePartialCharge(belief, still);
          const began = judged.belief.covBias === 0 || judged.belief.pending !== null;
          // A belief that was given up starts anew, on purpose wider.
          if (judged.ignored === null && !began && belief.pending === null)
            expect(judged.belief.varSoh).toBeLessThanOrEqual(belief.varSoh + 1e-12);
          belief = judged.belief;
        }
      }),
    );
  });

  test('the noise is that of the SOC at both ends, and grows as they come together', () => {
    const noiseOf = (socFrom: number) => {
      const read = readPartialCharge({ ...good, socFrom, ah: (0.9 - socFrom) * 125 });
      if ('ignored' in read) throw new Error(read.ignored);
      return read.readings[0];
    };
    const [wide, narrow] = [noiseOf(0.1), noiseOf(0.5)];
    expect(wide?.value).toBeCloseTo(125 / 150, 1);
    const soc = (span: number, value = 0) => (Math.SQRT2 * partialCoefficients.socNoise * value) / span;
    expect(wide?.noise).toBeGreaterThanOrEqual(soc(0.8, wide?.value));
    expect(wide?.noise).toBeLessThan(soc(0.8, wide?.value) * 1.1);
    expect(narrow?.noise).toBeGreaterThan((wide?.noise ?? 0) * 1.7);
    expect(narrow?.biasWeight).toBeGreaterThan((wide?.biasWeight ?? 0) * 1.7);
  });

  test.each<[string, Partial<PartialCharge>]>([
    ['spanTooSmall', { socFrom: 0.9 - partialLimits.leastSpan + 0.01 }],
    ['spanTooSmall', { socFrom: 0.9, socTo: 0.3 }],
    ['socUnknown', { socTo: null }],
    ['nothingCounted', { ah: null }],
    ['nothingCounted', { ah: -3 }],
    ['ratedCapacityUnknown', { ratedAh: Number.NaN }],
    ['tooCold', { cellFromC: 2, cellToC: 9 }],
    ['tooHot', { cellFromC: 50, cellToC: 55 }],
    ['tooHot', { cellFromC: 20, cellToC: 66 }],
    ['tooFast', { durationS: 1200 }],
    ['durationOutside', { durationS: 60 }],
    ['durationOutside', { durationS: 200_000 }],
    ['durationOutside', { durationS: Number.NaN }],
    ['countImpossible', { ah: 150, durationS: 7200 }],
  ])('outside its limits it is no reading: %s', (ignored, change) => {
    expect(readPartialCharge({ ...good, ...change })).toEqual({ ignored });
    const before = judgePartialCharge(newBelief(), good).belief;
    const after = judgePartialCharge(before, { ...good, ...change });
    expect(after).toMatchObject({ ignored, belief: { soh: before.soh, charges: before.charges } });
  });

  test('a SOC that jumps is not believed in either direction until the next charge says the same', () => {
    let belief = newBelief();
    for (let n = 0; n < 10; n += 1) belief = judgePartialCharge(belief, { ...good, ah: 80 }).belief;
    const known = belief.soh;
    for (const [ah, ignored] of [
      [105, 'farAboveHistory'],
      [50, 'farBelowHistory'],
    ] as const) {
      const once = judgePartialCharge(belief, { ...good, ah });
      expect(once.ignored).toBe(ignored);
      expect(once.belief.soh).toBe(known);
      const twice = judgePartialCharge(once.belief, { ...good, ah: ah + 1 });
      expect(twice.ignored).toBeNull();
      expect(Math.abs(twice.belief.soh - known)).toBeGreaterThan(0.1);
    }
  });
});

/** Charges of simulated packs, whose capacity fades by a law of the simulator's own. */
function followPack(serial: number, charges: number) {
  const random = createRandom(`soh/${serial}`);
  const pack = createPack('bj-soh', serial, random, 90);
  const ratedAh = ratedWh / 352;
  const points: { truth: number; bms: number; soh: number; low: number; high: number }[] = [];
  let belief = newBelief();
  for (let n = 0; n < charges; n += 1) {
    drainTo(pack, random.between(8, 55), 0, random);
    const before = readBms(pack, 0);
    const to = random.between(80, 96);
    while (socOf(pack) < to) addCharge(pack, 2_000);
    const after = readBms(pack, 0);
    belief = judgePartialCharge(belief, {
      ratedAh,
      ah: (after.throughputAh ?? 0) - (before.throughputAh ?? 0),
      socFrom: before.socPct / 100,
      socTo: after.socPct / 100,
      cellFromC: before.maxCellC ?? null,
      cellToC: after.maxCellC ?? null,
      durationS: 4_000,
      isFlat: false,
      fullCycles: 0.6,
      days: 0.3,
    }).belief;
    points.push({ truth: trueHealth(pack), bms: (after.sohPct ?? 0) / 100, ...healthOf(belief) });
  }
  return points;
}

test('against packs of the simulator, whose truth nobody tells, the estimate is near and its interval honest', () => {
  const all = Array.from({ length: 24 }, (_, n) => followPack(n + 1, 900));
  // The packs do fade, so that there is something to follow.
  for (const points of all) expect((points[0]?.truth ?? 0) - (points.at(-1)?.truth ?? 0)).toBeGreaterThan(0.03);
  const late = all.flatMap((points) => points.slice(20));
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const error = mean(late.map(({ soh, truth }) => Math.abs(soh - truth)));
  const byBms = mean(late.map(({ bms, truth }) => Math.abs(bms - truth)));
  const covered = mean(late.map(({ low, high, truth }) => (truth >= low && truth <= high ? 1 : 0)));
  const half = mean(late.map(({ low, high }) => (high - low) / 2));
  if (process.env.PITLANE_SHOW) console.log({ error, byBms, covered, half });
  expect(error).toBeLessThan(0.02);
  expect(error).toBeLessThan(byBms / 2);
  expect(covered).toBeGreaterThan(0.85);
  expect(half).toBeLessThan(0.06);
});
