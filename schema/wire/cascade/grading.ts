import { z } from 'zod';
import { safeText } from '../ids.ts';

/** What becomes of a retired pack: a use by how good it still is, or the recycler. */
export const grades = ['A', 'B', 'C', 'recycle'] as const;
export type Grade = (typeof grades)[number];

export const assetFunctions = ['peakShaving', 'backup', 'stationBuffer'] as const;
export type AssetFunction = (typeof assetFunctions)[number];

/** What a visual check can find. */
export const visualFindings = [
  'dent',
  'crack',
  'corrosion',
  'leakage',
  'swelling',
  'burnMarks',
  'waterIngress',
  'connectorDamage',
  'labelUnreadable',
  'other',
] as const;
export type VisualFinding = (typeof visualFindings)[number];

/** Future, or before there were such packs: refused where the clock is known. */
const instant = z.iso.datetime({ offset: true });
const who = safeText(100).refine((text) => text.trim().length >= 2, 'must be a name');
const device = safeText(100).refine((text) => text.trim().length >= 2, 'must name the device');

export const visualCheck = z.strictObject({
  at: instant,
  operator: who,
  findings: z.array(z.enum(visualFindings)).max(visualFindings.length),
  /** Judged by whoever looked: not fit for further use, whatever else is measured. */
  isFit: z.boolean(),
  note: safeText(500).optional(),
});

export const insulationTest = z
  .strictObject({
    at: instant,
    operator: who,
    device,
    kOhm: z.number().min(0).max(10_000_000).optional().describe('Resistance to the case.'),
    ohmPerV: z.number().min(0).max(100_000_000).optional().describe('The same by the highest working voltage.'),
    systemV: z
      .number()
      .min(1)
      .max(2_000)
      .optional()
      .describe('Highest working voltage; the nominal voltage of the model when left out.'),
  })
  .refine(({ kOhm, ohmPerV }) => (kOhm === undefined) !== (ohmPerV === undefined), {
    message: 'must be given in kOhm or in ohmPerV',
    path: ['kOhm'],
  });

/** Residual energy in the manner of GB/T 34015: charged and discharged at 25 °C until consecutive results agree. */
export const residualEnergyTest = z.strictObject({
  method: safeText(100).refine((text) => text.trim().length >= 3, 'must name the method'),
  at: instant,
  operator: who,
  device,
  temperatureC: z.number().min(-50).max(100),
  chargeA: z.number().positive().max(5_000),
  dischargeA: z.number().positive().max(5_000),
  ratedAh: z.number().positive().max(5_000).describe('By the nameplate.'),
  dischargedAh: z
    .array(z.number().positive().max(10_000))
    .min(2)
    .max(20)
    .describe('Of each discharge, in their order.'),
});

/** 5 s pulse test of a cell; 21 voltages, as docs/battery-health.md says. */
export const pulseRecord = z.strictObject({
  at: instant,
  operator: who,
  device,
  cathode: safeText(10),
  nominalAh: z.number().positive().max(1_000),
  socPct: z.number().min(0).max(100).nullable(),
  pulseS: z.number().positive().max(60).nullable(),
  volts: z.array(z.number()).length(21),
});

export const gradingTest = z.strictObject({
  visual: visualCheck,
  insulation: insulationTest.optional(),
  residualEnergy: residualEnergyTest.optional(),
  untestable: safeText(500)
    .min(3)
    .optional()
    .describe('Why nobody can measure it any more, in place of insulation and residual energy: it is graded recycle.'),
  pulse: pulseRecord.optional(),
  measured: z
    .strictObject({
      cellSpreadMv: z.number().min(0).max(5_000).optional(),
      resistanceGrowthPct: z.number().min(-100).max(1_000).optional(),
      selfDischargePctPerMonth: z.number().min(0).max(100).optional(),
    })
    .default({})
    .describe('What else was measured; a limit of the policy on what was not measured is not met.'),
});
export type GradingTest = z.infer<typeof gradingTest>;

const limit = (max: number) => z.number().min(0).max(max).nullable().default(null);

/** What a grade demands; null: nothing. */
export const gradeTerms = z.strictObject({
  sohFromPct: z.number().min(0).max(110),
  maxAgeYears: limit(50),
  maxFullCycles: limit(100_000),
  maxNegativeEvents: limit(1_000_000),
  maxCellSpreadMv: limit(5_000),
  maxResistanceGrowthPct: limit(1_000),
  maxSelfDischargePctPerMonth: limit(100),
  functions: z.array(z.enum(assetFunctions)).min(1).max(assetFunctions.length),
});
export type GradeTerms = z.infer<typeof gradeTerms>;

/** How retired packs are graded. A version is never changed; each grading says under which it was made. */
export const gradingPolicy = z
  .strictObject({
    A: gradeTerms,
    B: gradeTerms,
    C: gradeTerms,
    minOhmPerV: z.number().min(0).max(100_000).default(100),
    testTempC: z.strictObject({ from: z.number(), to: z.number() }).default({ from: 23, to: 27 }),
    /** How many results at the end must agree, and how well: spread by their mean. */
    agreeingResults: z.int().min(2).max(10).default(2),
    agreementPct: z.number().min(0.1).max(20).default(3),
    /** Findings that leave only the recycler. */
    recycleFindings: z.array(z.enum(visualFindings)).default(['leakage', 'swelling', 'burnMarks', 'waterIngress']),
    /** Under which manufacturer code (GB/T 34014, positions 1 to 3) cascade products are coded. */
    codeManufacturer: z.string().regex(/^[A-Z0-9]{3}$/, 'must be a manufacturer code of 3 characters'),
  })
  .refine(({ A, B, C }) => A.sohFromPct >= B.sohFromPct && B.sohFromPct >= C.sohFromPct, {
    message: 'must not demand more of a lower grade',
    path: ['C', 'sohFromPct'],
  })
  .refine(({ testTempC: { from, to } }) => from <= to, {
    message: 'must not end before it begins',
    path: ['testTempC'],
  });
export type GradingPolicy = z.infer<typeof gradingPolicy>;

/** Why a grade is not better than it is. */
export const gradeReasons = [
  'thermalEvent',
  'visualUnfit',
  'visualFinding',
  'insulationTooLow',
  'untestable',
  'sohTooLow',
  'tooOld',
  'tooManyCycles',
  'tooManyNegativeEvents',
  'cellSpreadTooLarge',
  'resistanceTooHigh',
  'selfDischargeTooHigh',
  'notMeasured',
] as const;

export const gradeReason = z.strictObject({
  /** The grade it stands in the way of; recycle: of any. */
  grade: z.enum(grades),
  reason: z.enum(gradeReasons),
  /** What was measured, and what is demanded. */
  measured: z.union([z.number(), z.string(), z.null()]),
  demanded: z.union([z.number(), z.string(), z.null()]),
});
export type GradeReason = z.infer<typeof gradeReason>;
