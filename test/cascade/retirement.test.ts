import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideRetirement, resistanceGrowthPct, sohCompared } from '../../machines/cascade/retirement.ts';
import {
  type RetirementInputs,
  type RetirementTerms,
  retirementInputs,
  retirementTerms,
} from '../../schema/wire/cascade/retirement.ts';

const terms: RetirementTerms = {
  minSohPct: 80,
  sohBound: 'estimate',
  minCharges: 3,
  maxResistanceGrowthPct: 100,
  maxCellSpreadMv: 150,
  maxNegativeEvents: 20,
  maxThermalEvents: 0,
  maxAgeYears: 10,
};
const sound: RetirementInputs = {
  estimate: { sohPct: 90, lowPct: 86, highPct: 94, charges: 50 },
  bmsSohPct: 88,
  resistanceMohm: 80,
  referenceMohm: 70,
  cellSpreadMv: 20,
  negativeEvents: 2,
  thermalEvents: 0,
  ageYears: 3,
};
const estimated = (sohPct: number, charges = 50) => ({ sohPct, lowPct: sohPct - 4, highPct: sohPct + 4, charges });

describe('whether a pack retires', () => {
  test('a sound one does not', () => expect(decideRetirement(terms, sound)).toEqual([]));

  test.each<[string, Partial<RetirementInputs>]>([
    ['soh', { estimate: estimated(79.9) }],
    ['resistanceGrowth', { resistanceMohm: 140.1 }],
    ['cellSpread', { cellSpreadMv: 151 }],
    ['negativeEvents', { negativeEvents: 21 }],
    ['thermalEvents', { thermalEvents: 1 }],
    ['age', { ageYears: 10.01 }],
  ])('each limit alone suffices: %s', (reason, change) => {
    expect(decideRetirement(terms, { ...sound, ...change })).toEqual([reason]);
  });

  test('at a limit it stays, and every limit it is past is named', () => {
    const at = {
      ...sound,
      estimate: estimated(80),
      resistanceMohm: 140,
      cellSpreadMv: 150,
      negativeEvents: 20,
      ageYears: 10,
    };
    expect(decideRetirement(terms, at)).toEqual([]);
    expect(decideRetirement(terms, { ...at, estimate: estimated(10), thermalEvents: 2, ageYears: 11 })).toEqual([
      'soh',
      'thermalEvents',
      'age',
    ]);
  });

  test('what nobody knows, and what is not asked, retires nothing', () => {
    const unknown = {
      ...sound,
      estimate: null,
      bmsSohPct: null,
      referenceMohm: null,
      cellSpreadMv: null,
      ageYears: null,
    };
    expect(decideRetirement(terms, unknown)).toEqual([]);
    const silent: RetirementTerms = {
      ...terms,
      minSohPct: null,
      maxResistanceGrowthPct: null,
      maxCellSpreadMv: null,
      maxNegativeEvents: null,
      maxThermalEvents: null,
      maxAgeYears: null,
    };
    const wreck = { ...sound, estimate: estimated(1), cellSpreadMv: 5000, negativeEvents: 900, thermalEvents: 9 };
    expect(decideRetirement(silent, wreck)).toEqual([]);
  });

  test('an estimate counts once it rests on enough charges; before, the BMS does', () => {
    const young = { ...sound, estimate: estimated(70, 2), bmsSohPct: 85 };
    expect(sohCompared(terms, young)).toBe(85);
    expect(decideRetirement(terms, young)).toEqual([]);
    expect(decideRetirement(terms, { ...young, bmsSohPct: 79 })).toEqual(['soh']);
    expect(sohCompared(terms, { ...young, estimate: estimated(70, 3) })).toBe(70);
    expect(sohCompared({ ...terms, sohBound: 'high' }, { ...young, estimate: estimated(78, 3) })).toBe(82);
    expect(resistanceGrowthPct({ ...sound, referenceMohm: 0 })).toBeNull();
  });
});

const bound = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null });
const anyTerms: fc.Arbitrary<RetirementTerms> = fc.record({
  minSohPct: bound,
  sohBound: fc.constantFrom('estimate' as const, 'high' as const),
  minCharges: fc.nat(10),
  maxResistanceGrowthPct: bound,
  maxCellSpreadMv: bound,
  maxNegativeEvents: fc.option(fc.nat(50), { nil: null }),
  maxThermalEvents: fc.option(fc.nat(3), { nil: null }),
  maxAgeYears: bound,
});
const share = fc.double({ min: 0, max: 100, noNaN: true });
const anyInputs: fc.Arbitrary<RetirementInputs> = fc.record({
  estimate: fc.option(
    fc
      .record({ sohPct: share, half: fc.double({ min: 0, max: 20, noNaN: true }), charges: fc.nat(20) })
      .map(({ sohPct, half, charges }) => ({ sohPct, lowPct: sohPct - half, highPct: sohPct + half, charges })),
    { nil: null },
  ),
  bmsSohPct: fc.option(share, { nil: null }),
  resistanceMohm: fc.option(share, { nil: null }),
  referenceMohm: fc.option(share, { nil: null }),
  cellSpreadMv: fc.option(share, { nil: null }),
  negativeEvents: fc.nat(60),
  thermalEvents: fc.nat(4),
  ageYears: fc.option(share, { nil: null }),
});

describe('for every policy', () => {
  test('a pack that is better in health and no worse in anything else never retires where the worse one stays', () => {
    fc.assert(
      fc.property(anyTerms, anyInputs, fc.double({ min: 0, max: 50, noNaN: true }), (policy, worse, gain) => {
        const { estimate, bmsSohPct } = worse;
        const better = {
          ...worse,
          estimate: estimate && {
            ...estimate,
            sohPct: estimate.sohPct + gain,
            lowPct: estimate.lowPct + gain,
            highPct: estimate.highPct + gain,
          },
          bmsSohPct: bmsSohPct === null ? null : bmsSohPct + gain,
        };
        const [left, right] = [decideRetirement(policy, worse), decideRetirement(policy, better)];
        expect(left).toEqual(expect.arrayContaining(right));
      }),
      { numRuns: 500 },
    );
  });

  test('a stricter limit never lets a pack stay that a laxer one retires', () => {
    fc.assert(
      fc.property(anyTerms, anyInputs, share, (policy, inputs, by) => {
        const stricter = {
          ...policy,
          minSohPct: policy.minSohPct === null ? null : policy.minSohPct + by,
          maxCellSpreadMv: policy.maxCellSpreadMv === null ? null : policy.maxCellSpreadMv - by,
          maxAgeYears: policy.maxAgeYears === null ? null : policy.maxAgeYears - by,
        };
        expect(decideRetirement(stricter, inputs)).toEqual(expect.arrayContaining(decideRetirement(policy, inputs)));
      }),
    );
  });
});

test('terms and inputs are what the wire takes', () => {
  expect(retirementTerms.parse(terms)).toEqual(terms);
  expect(retirementInputs.parse(sound)).toEqual(sound);
  for (const bad of [{ ...terms, minSohPct: 101 }, { ...terms, maxAgeYears: -1 }, { ...terms, minCharges: 1.5 }, {}]) {
    expect(retirementTerms.safeParse(bad).success).toBe(false);
  }
});
