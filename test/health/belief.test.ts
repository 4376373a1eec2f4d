import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { age, type Reading, unknownPack, update } from '../../machines/health/belief.ts';
import { chargeCoefficients } from '../../machines/health/charge-coefficients.ts';
import type { ChargeFacts } from '../../machines/health/charge-readings.ts';
import { healthOf, judgeCharge, newBelief } from '../../machines/health/estimate-health.ts';

const good: ChargeFacts = {
  ratedAh: 2,
  fullAh: 1.8,
  windowAh: 0.75,
  meanTempC: 26,
  maxTempC: 31,
  durationS: 10_500,
  fullCycles: 1,
  days: 0,
};

const number = fc.oneof(fc.double({ min: -5, max: 500 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0));
const maybe = fc.option(number, { nil: null });
const anyCharge: fc.Arbitrary<ChargeFacts> = fc.record({
  ratedAh: number,
  fullAh: maybe,
  windowAh: maybe,
  meanTempC: maybe,
  maxTempC: maybe,
  durationS: maybe,
  fullCycles: fc.double({ min: 0, max: 50, noNaN: true }),
  days: fc.double({ min: 0, max: 4000, noNaN: true }),
});
const plausible: fc.Arbitrary<ChargeFacts> = fc
  .record({
    full: fc.double({ min: 0.1, max: 2.6, noNaN: true }),
    window: fc.double({ min: 0, max: 1.2, noNaN: true }),
  })
  .map(({ full, window }) => ({ ...good, fullAh: full, windowAh: window }));
const history = fc.array(fc.oneof(anyCharge, plausible), { maxLength: 40 });
const reading: fc.Arbitrary<Reading> = fc.record({
  value: fc.double({ min: 0.2, max: 1.2, noNaN: true }),
  biasWeight: fc.constantFrom(0 as const, 1 as const),
  noise: fc.double({ min: 0.003, max: 0.1, noNaN: true }),
});

const beliefAfter = (charges: readonly ChargeFacts[]) =>
  charges.reduce((belief, charge) => judgeCharge(belief, charge).belief, newBelief());

describe('state of health', () => {
  test('stays within bounds and inside its interval, whatever was measured', () => {
    fc.assert(
      fc.property(history, (charges) => {
        const { soh, low, high } = healthOf(beliefAfter(charges));
        expect(soh).toBeGreaterThanOrEqual(0);
        expect(soh).toBeLessThanOrEqual(1.2);
        expect(low).toBeLessThanOrEqual(soh);
        expect(high).toBeGreaterThanOrEqual(soh);
      }),
    );
  });

  test('a reading never makes it less sure', () => {
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 30 }), (readings) => {
        let belief = { ...unknownPack };
        for (const each of readings) {
          const next = update(belief, each);
          expect(next.varSoh).toBeLessThanOrEqual(belief.varSoh);
          belief = next;
        }
      }),
    );
  });

  test('time and cycles make it less sure and leave the figure alone', () => {
    const span = fc.double({ min: 0.1, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 10 }), span, span, (readings, fullCycles, days) => {
        const belief = readings.reduce(update, { ...unknownPack });
        const older = age(belief, { fullCycles, days });
        expect(older.soh).toBe(belief.soh);
        expect(older.varSoh).toBeGreaterThan(belief.varSoh);
        expect(age(older, { fullCycles: 1, days: 0 }).varSoh).toBeGreaterThanOrEqual(older.varSoh);
      }),
    );
  });

  test('the same history gives the same figure', () => {
    fc.assert(
      fc.property(history, (charges) => {
        expect(beliefAfter(structuredClone(charges))).toEqual(beliefAfter(charges));
      }),
    );
  });

  test.each([
    ['tooCold', { meanTempC: 4 }],
    ['tooHot', { meanTempC: 55 }],
    ['tooHot', { maxTempC: 70 }],
    ['tooFast', { durationS: 1800 }],
    ['countImpossible', { fullAh: 3 }],
    ['countImpossible', { fullAh: -1 }],
    ['nothingCounted', { fullAh: null, windowAh: null }],
    ['nothingCounted', { fullAh: Number.NaN, windowAh: null }],
    ['windowTooSmall', { fullAh: null, windowAh: 0.2 }],
    ['ratedCapacityUnknown', { ratedAh: 0 }],
  ] as const)('%s: a charge outside the limits moves nothing but time', (why, change) => {
    const before = beliefAfter([good, good, good]);
    const { belief, ignored } = judgeCharge(before, { ...good, ...change });
    expect(ignored).toBe(why);
    expect(belief).toEqual(age(before, good));
  });

  test('a charge from half full does not look like a dead pack; two low counts in a row do', () => {
    const known = beliefAfter([good, good, good]);
    const half = judgeCharge(known, { ...good, fullAh: 0.95, windowAh: null });
    expect(half.ignored).toBe('farBelowHistory');
    expect(half.belief.soh).toBe(known.soh);
    expect(judgeCharge(half.belief, good).belief.soh).toBeCloseTo(known.soh, 1);
    const second = judgeCharge(half.belief, { ...good, fullAh: 0.96, windowAh: null });
    expect(second.ignored).toBeNull();
    expect(second.belief.soh).toBeCloseTo(0.47, 1);
  });

  test('a pack cannot be charged with more than it holds: a high count is taken at once', () => {
    const low = beliefAfter([
      { ...good, fullAh: 1 },
      { ...good, fullAh: 1 },
    ]);
    expect(judgeCharge(low, good).belief.soh).toBeCloseTo(0.885, 1);
  });

  test('windows alone are worth less than full charges, however many', () => {
    const width = (charges: ChargeFacts[]) => {
      const { low, high } = healthOf(beliefAfter(charges));
      return high - low;
    };
    const windows = Array.from({ length: 60 }, () => ({ ...good, fullAh: null }));
    expect(width(windows)).toBeGreaterThan(2 * chargeCoefficients.windowBias);
    expect(width([good, good])).toBeLessThan(width(windows));
  });
});
