import { z } from 'zod';
import { gradeReason, grades, gradingPolicy, gradingTest } from '../cascade/grading.ts';
import { packCode } from '../ids.ts';
import { orNull, utcInstant } from './common.ts';

const terms = gradingPolicy.meta({ id: 'GradingPolicyTerms' });
const use = (sohFromPct: number, functions: readonly string[]) => ({ sohFromPct, functions });

export const newPolicy = gradingPolicy.clone().meta({
  id: 'NewGradingPolicy',
  examples: [
    {
      A: { ...use(78, ['peakShaving', 'backup', 'stationBuffer']), maxAgeYears: 8 },
      B: use(65, ['peakShaving', 'stationBuffer']),
      C: use(50, ['backup']),
      codeManufacturer: 'PLN',
    },
  ],
});

export const publishedPolicy = z
  .object({
    /** 1, 2, …; the highest counts. */
    version: z.int(),
    terms,
    publishedAt: utcInstant,
    publishedBy: z.string(),
  })
  .meta({ id: 'GradingPolicy' });
export type PublishedPolicy = z.infer<typeof publishedPolicy>;

const at = '2026-05-01T06:00:00Z';
/** What a test says of a retired pack. */
export const newGrading = gradingTest
  .extend({
    pack: packCode,
    replaces: z
      .int32()
      .min(1)
      .optional()
      .meta({ description: 'Number of the grading that this test was made again for; left out: the pack has none.' }),
  })
  .meta({
    id: 'NewGrading',
    examples: [
      {
        pack: 'PLNPE50VC4SD0SE1R0000008',
        visual: { at, operator: 'Li Na', findings: ['dent'], isFit: true, note: 'a dent in the tray, 2 mm' },
        insulation: { at, operator: 'Li Na', device: 'Fluke 1507', kOhm: 1200, systemV: 400 },
        residualEnergy: {
          method: 'GB/T 34015-2017',
          at,
          operator: 'Li Na',
          device: 'Neware CE-6000',
          temperatureC: 25,
          chargeA: 50,
          dischargeA: 50,
          ratedAh: 150,
          dischargedAh: [108.2, 106.9, 107.1],
        },
        measured: { cellSpreadMv: 18 },
      },
    ],
  });

const pulse = z.object({ sohPct: z.number(), lowPct: z.number(), highPct: z.number(), agrees: z.boolean() });

export const grading = z
  .object({
    /** `<pack>.<n>` */
    id: z.string(),
    pack: packCode,
    /** 1, 2, … per pack; the highest counts. */
    n: z.int(),
    grade: z.enum(grades),
    /** By the residual energy, in per cent of rated capacity; null: it could not be tested. */
    sohPct: orNull(z.number()),
    /** Version of the policy it was graded under. */
    policy: z.int(),
    /** Why not better. */
    reasons: z.array(gradeReason),
    inputs: z.object({
      thermalEvents: z.int(),
      negativeEvents: z.int(),
      ageYears: orNull(z.number()),
      fullCycles: orNull(z.number()),
      ohmPerV: orNull(z.number()),
      residualAh: orNull(z.number()),
      /** Spread of the results that agree. */
      spreadPct: orNull(z.number()),
      /** What the pulse test predicts, and whether the residual energy lies within. */
      pulse: orNull(pulse),
    }),
    test: gradingTest,
    /** Where it was tested. */
    place: z.string(),
    testedAt: utcInstant,
    gradedAt: utcInstant,
    gradedBy: z.string(),
  })
  .meta({ id: 'Grading' });
export type Grading = z.infer<typeof grading>;

export const gradingId = z
  .string()
  .regex(/^[A-Z0-9]{24}\.[1-9][0-9]{0,8}$/, 'must be the id of a grading such as PLNPE50VC4SD0SE1R0000007.1')
  .meta({ examples: ['PLNPE50VC4SD0SE1R0000010.1'] });
