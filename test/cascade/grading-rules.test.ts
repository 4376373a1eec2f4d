import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actsIn, isChangeable, stepAsset } from '../../machines/cascade/asset-life.ts';
import { type GradedPack, gradePack, type Measured, measure } from '../../machines/cascade/grading.ts';
import { type AssetAct, assetActs, assetEventTypes, assetStates } from '../../schema/wire/cascade/asset.ts';
import { type GradingTest, gradingPolicy, gradingTest } from '../../schema/wire/cascade/grading.ts';
import { cascadeCode, cascadeCodeOf, decodeBatteryCode } from '../../schema/wire/pack-code.ts';
import { pulseTests } from './pulse-tests.ts';

const terms = (sohFromPct: number, own: object = {}) => ({ sohFromPct, functions: ['backup'], ...own });
const policy = gradingPolicy.parse({ A: terms(75), B: terms(65), C: terms(50), codeManufacturer: 'PLN' });
const pack: GradedPack = {
  code: 'PLNPE50VC4SD0SE1R0000007',
  thermalEvents: 0,
  negativeEvents: 3,
  fullCycles: 900,
  nominalV: 350,
  nominalWh: 52_500,
};
const at = '2026-11-20T08:00:00Z';
const record = (own: object = {}, residual: object = {}): GradingTest =>
  gradingTest.parse({
    visual: { at, operator: 'Li', findings: [], isFit: true },
    insulation: { at, operator: 'Li', device: 'Fluke 1507', kOhm: 500 },
    residualEnergy: {
      method: 'GB/T 34015-2017',
      at,
      operator: 'Li',
      device: 'Neware 800V',
      temperatureC: 25,
      chargeA: 50,
      dischargeA: 50,
      ratedAh: 150,
      dischargedAh: [110, 105.5, 107.5],
      ...residual,
    },
    ...own,
  });
const grade = (test: GradingTest, of: GradedPack = pack, by = policy) => {
  const measured = measure(of, test, by);
  if ('bad' in measured) throw new Error(JSON.stringify(measured.bad));
  return gradePack(of, test, measured, by);
};
const bad = (test: GradingTest, of: GradedPack = pack) => {
  const measured = measure(of, test, policy);
  return 'bad' in measured ? measured.bad.map(({ pointer }) => pointer) : [];
};

describe('a residual-energy test', () => {
  test('counts the mean of the last results that agree within 3 %', () => {
    expect(measure(pack, record(), policy)).toMatchObject({
      residualAh: 106.5,
      sohPct: 71,
      spreadPct: 1.87,
      ohmPerV: 1428,
    });
    expect(measure(pack, record({}, { dischargedAh: [110, 105.5, 109.5] }), policy)).toEqual({
      bad: [{ pointer: '/residualEnergy/dischargedAh', detail: expect.stringContaining('differ by 3.7 %') }],
    });
  });

  test.each([
    ['at 19 °C', record({}, { temperatureC: 19 }), '/residualEnergy/temperatureC'],
    ['of a pack rated otherwise than its model', record({}, { ratedAh: 100 }), '/residualEnergy/ratedAh'],
    ['with a pulse of another cell', record({ pulse: { ...pulseTests.LMO, cathode: 'XYZ' } }), '/pulse'],
  ])('%s is none', (_, test, pointer) => {
    expect(bad(test)).toEqual([pointer]);
  });

  test('of a model nobody has described needs the voltage for its insulation', () => {
    const unknown = { ...pack, nominalV: null, nominalWh: null };
    expect(bad(record(), unknown)).toEqual(['/insulation/systemV']);
    const insulation = { at, operator: 'Li', device: 'Fluke', kOhm: 30, systemV: 400 };
    expect(measure(unknown, record({ insulation }), policy)).toMatchObject({ ohmPerV: 75 });
  });

  test('says whether the pulse test agrees', () => {
    const measured = measure(pack, record({ pulse: pulseTests.LMO }), policy) as Measured;
    expect(measured.pulse?.lowPct).toBeLessThan(measured.pulse?.sohPct ?? 0);
    expect(measured.pulse?.agrees).toBe(71 >= (measured.pulse?.lowPct ?? 0) && 71 <= (measured.pulse?.highPct ?? 0));
  });
});

describe('a grade', () => {
  test.each([
    ['A', 113],
    ['B', 112],
    ['B', 98],
    ['C', 97],
    ['C', 75],
    ['recycle', 74.9],
  ])('%s for %d of 150 Ah', (expected, ah) => {
    expect(grade(record({}, { dischargedAh: [ah, ah] })).grade).toBe(expected);
  });

  test('is never a second life after a thermal event, whatever was measured', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 10, max: 180, noNaN: true }),
        (thermalEvents, ah) => {
          const result = grade(record({}, { dischargedAh: [ah, ah] }), { ...pack, thermalEvents });
          expect([result.grade, result.reasons[0]?.reason]).toEqual(['recycle', 'thermalEvent']);
        },
      ),
      { seed: 1 },
    );
  });

  test.each([
    ['visualUnfit', { visual: { at, operator: 'Li', findings: ['dent'], isFit: false } }],
    ['visualFinding', { visual: { at, operator: 'Li', findings: ['swelling'], isFit: true } }],
    ['insulationTooLow', { insulation: { at, operator: 'Li', device: 'Fluke', ohmPerV: 99 } }],
  ])('is none for %s', (reason, own) => {
    expect(grade(record(own))).toMatchObject({ grade: 'recycle', reasons: [{ grade: 'recycle', reason }] });
  });

  test('says what stood in the way of the better ones; what a policy limits and nobody measured is not met', () => {
    const strict = gradingPolicy.parse({
      A: terms(70, { maxCellSpreadMv: 30 }),
      B: terms(65, { maxFullCycles: 800 }),
      C: terms(50, { maxAgeYears: 15 }),
      codeManufacturer: 'PLN',
    });
    expect(grade(record(), pack, strict)).toEqual({
      grade: 'C',
      reasons: [
        { grade: 'A', reason: 'notMeasured', measured: 'cellSpreadTooLarge', demanded: 30 },
        { grade: 'B', reason: 'tooManyCycles', measured: 900, demanded: 800 },
      ],
    });
    expect(grade(record({ measured: { cellSpreadMv: 12 } }), pack, strict).grade).toBe('A');
  });

  test('is never better for less capacity', () => {
    const rank = ['A', 'B', 'C', 'recycle'];
    const ah = fc.double({ min: 20, max: 160, noNaN: true });
    fc.assert(
      fc.property(ah, ah, (one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)].map((each) =>
          rank.indexOf(grade(record({}, { dischargedAh: [each, each] })).grade),
        );
        expect(less).toBeGreaterThanOrEqual(more ?? 9);
      }),
      { seed: 2 },
    );
  });
});

describe('a policy', () => {
  test.each([
    ['that demands more of a lower grade', { C: terms(70) }],
    ['with a wrong maker', { codeManufacturer: 'pl' }],
    ['with a negative limit', { A: terms(75, { maxAgeYears: -1 }) }],
    ['with an unknown field', { D: terms(10) }],
  ])('%s is refused', (_, own) => {
    const whole = { A: terms(75), B: terms(65), C: terms(50), codeManufacturer: 'PLN', ...own };
    expect(gradingPolicy.safeParse(whole).success).toBe(false);
  });
});

describe('a cascade code', () => {
  test('has 19 characters, keeps what the original says of the product, and is read back', () => {
    const code = cascadeCodeOf({ manufacturer: 'PLN', original: pack.code, day: '2026-11-23', serial: 42 });
    expect(code).toBe('PLNPE50GBP0000042RP');
    expect(code).toHaveLength(19);
    expect(cascadeCode.safeParse(code).success).toBe(true);
    expect(decodeBatteryCode(code ?? '')).toMatchObject({
      manufacturer: 'PLN',
      product: 'pack',
      type: 'NCM',
      specification: '50',
      traceability: null,
      madeOn: '2026-11-23',
      serial: '0000042',
      cascade: true,
    });
  });

  test('is valid for every day until 2040 and every serial', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2011-01-01'), max: new Date('2040-12-31'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 9_999_999 }),
        (date, serial) => {
          const day = date.toISOString().slice(0, 10);
          const code = cascadeCodeOf({ manufacturer: 'X9Z', original: pack.code, day, serial });
          expect(cascadeCode.safeParse(code).success).toBe(true);
          expect(decodeBatteryCode(code ?? '')?.madeOn).toBe(day);
        },
      ),
      { seed: 3 },
    );
    expect(cascadeCodeOf({ manufacturer: 'PLN', original: 'no code', day: '2026-11-23', serial: 1 })).toBeNull();
  });
});

describe('the life of an asset', () => {
  const walk = (...acts: AssetAct[]) =>
    acts.reduce<string | null>(
      (state, act) => (state === null ? null : (stepAsset(state as (typeof assetStates)[number], act)?.state ?? null)),
      'planned',
    );

  test('every pair of state and act is decided', () => {
    const lines = assetStates.flatMap((state) =>
      assetActs.map((act) => `${state} ${act}: ${stepAsset(state, act)?.state ?? '-'}`),
    );
    expect(lines.filter((line) => !line.endsWith('-'))).toEqual([
      'planned commission: commissioned',
      'planned reportFault: faulted',
      'planned endLife: endOfLife',
      'commissioned reportFault: faulted',
      'commissioned takeOut: outOfService',
      'commissioned endLife: endOfLife',
      'faulted reportFault: faulted',
      'faulted repair: outOfService',
      'faulted endLife: endOfLife',
      'outOfService reportFault: faulted',
      'outOfService returnToService: commissioned',
      'outOfService endLife: endOfLife',
      // Noted, and nothing else of it: it goes to the recycler.
      'endOfLife reportFault: endOfLife',
      'endOfLife recycle: recycled',
    ]);
    expect(lines).toHaveLength(42);
  });

  test('ends with the recycler and nowhere else; from each state the end is in reach', () => {
    expect(actsIn('recycled')).toEqual([]);
    expect(actsIn('endOfLife')).toEqual(['reportFault', 'recycle']);
    for (const state of assetStates.filter((each) => each !== 'recycled' && each !== 'endOfLife'))
      expect(actsIn(state)).toContain('endLife');
    expect(walk('commission', 'reportFault', 'repair', 'returnToService', 'endLife', 'recycle')).toBe('recycled');
    expect(walk('commission', 'reportFault', 'returnToService')).toBeNull();
  });

  test('each act leaves its own event, and only an idle asset is changed', () => {
    const events = assetActs.flatMap((act) =>
      assetStates.flatMap((state) => stepAsset(state, act)?.event ?? []).slice(0, 1),
    );
    expect([...events, 'planned', 'changed'].sort()).toEqual([...assetEventTypes].sort());
    expect(assetStates.filter(isChangeable)).toEqual(['planned', 'outOfService']);
  });
});
