import { z } from 'zod';

const most = (high: number) => z.union([z.number().min(0).max(high), z.null()]);

/** When a pack is done with traffic. A limit that is null is not asked. */
export const retirementTerms = z
  .strictObject({
    /** Below it a pack retires, per cent of rated capacity. */
    minSohPct: z.union([z.number().min(0).max(100), z.null()]),
    /** What of the estimate is compared: its value, or the upper end of its interval (retire only when it is sure). */
    sohBound: z.enum(['estimate', 'high']),
    /** An estimate that rests on fewer charges does not count; the BMS's own figure stands in for it. */
    minCharges: z.int().min(0).max(1000),
    /** Growth of the internal resistance since it was first read. */
    maxResistanceGrowthPct: most(10_000),
    /** Voltage difference between cells at the last reading. */
    maxCellSpreadMv: most(5_000),
    /** Alarms of level 2 and above, life-long. */
    maxNegativeEvents: z.union([z.int().min(0), z.null()]),
    maxThermalEvents: z.union([z.int().min(0), z.null()]),
    /** Since the day in the pack's code. */
    maxAgeYears: most(100),
  })
  .meta({ id: 'RetirementTerms' });

export type RetirementTerms = z.infer<typeof retirementTerms>;

/** What of a pack the policy looks at, as it was at the swap. Null: nobody has said. */
export const retirementInputs = z
  .object({
    /** From the charges the station saw. */
    estimate: z.union([
      z.object({ sohPct: z.number(), lowPct: z.number(), highPct: z.number(), charges: z.int() }),
      z.null(),
    ]),
    /** By its BMS. */
    bmsSohPct: z.union([z.number(), z.null()]),
    resistanceMohm: z.union([z.number(), z.null()]),
    referenceMohm: z.union([z.number(), z.null()]),
    cellSpreadMv: z.union([z.number(), z.null()]),
    negativeEvents: z.int(),
    thermalEvents: z.int(),
    ageYears: z.union([z.number(), z.null()]),
  })
  .meta({ id: 'RetirementInputs' });

export type RetirementInputs = z.infer<typeof retirementInputs>;

export const retirementReason = z.enum([
  'soh',
  'resistanceGrowth',
  'cellSpread',
  'negativeEvents',
  'thermalEvents',
  'age',
]);
export type RetirementReason = z.infer<typeof retirementReason>;
