import { z } from 'zod';
import { retirementInputs, retirementReason, retirementTerms } from '../cascade/retirement.ts';
import { packCode, safeText, stationId, swapId } from '../ids.ts';
import { orNull, pct, utcInstant } from './common.ts';

const soh = pct.max(130);
const num = orNull(z.number());

export const healthEstimate = z
  .object({
    /** Capacity as a part of rated capacity, per cent. */
    sohPct: soh,
    /** Ends of the interval that holds the truth nine times in ten. */
    lowPct: soh,
    highPct: soh,
    /** Charges it rests on. */
    charges: z.int(),
  })
  .meta({ id: 'HealthEstimate' });

export const batteryHealth = z
  .object({
    code: packCode,
    /** Null: no charge was of use yet. */
    estimate: orNull(healthEstimate),
    /** What its BMS believes. */
    bmsSohPct: orNull(pct),
    /** What the estimate is made of. */
    basis: z.object({
      method: z.literal('ahBetweenTwoSocs'),
      confidencePct: z.literal(90),
      /** Rated energy by nominal voltage; null: nobody has described the model. */
      ratedAh: num,
      /** Charges judged, also those that were of no use. */
      readings: z.int(),
      /** End of the last of them. */
      judgedAt: orNull(utcInstant),
    }),
    cellSpreadMv: num,
    resistanceMohm: num,
    /** Against the first that was read, per cent. */
    resistanceGrowthPct: num,
    /** Decided to retire, and not yet at rest. */
    retiring: z.boolean(),
  })
  .meta({ id: 'BatteryHealth' });

/** What one charge said, and what was believed afterwards. */
export const healthReading = z
  .object({
    n: z.int(),
    station: stationId,
    slot: z.int(),
    startedAt: orNull(utcInstant),
    endedAt: utcInstant,
    ah: num,
    socFromPct: num,
    socToPct: num,
    cellFromC: num,
    cellToC: num,
    /** From the grid, by the slot's meter. */
    meteredWh: num,
    cellSpreadMv: num,
    resistanceMohm: num,
    ratedAh: num,
    /** What this charge alone says, with its standard deviation. */
    readPct: num,
    noisePct: num,
    /** Why it was of no use; null: it was. */
    ignored: orNull(z.string()),
    sohPct: num,
    lowPct: num,
    highPct: num,
  })
  .meta({ id: 'HealthReading' });

export const retirementDecision = z
  .object({
    swap: swapId,
    station: stationId,
    policyVersion: z.int(),
    retire: z.boolean(),
    reasons: z.array(retirementReason),
    inputs: retirementInputs,
    judgedAt: utcInstant,
  })
  .meta({ id: 'RetirementDecision' });

export const retirementPolicy = z
  .object({
    version: z.int(),
    terms: retirementTerms,
    reason: z.string(),
    publishedAt: utcInstant,
    publishedBy: z.string(),
  })
  .meta({ id: 'RetirementPolicy' });

export const newRetirementPolicy = z
  .strictObject({
    /** Version that it replaces: of two who publish at once, one is told. */
    replaces: z.int32().min(1),
    terms: retirementTerms,
    reason: safeText(200).refine((text) => text.trim().length >= 3, 'must say why, in at least 3 characters'),
  })
  .meta({
    id: 'NewRetirementPolicy',
    examples: [
      {
        replaces: 1,
        terms: {
          minSohPct: 78,
          sohBound: 'estimate',
          minCharges: 5,
          maxResistanceGrowthPct: 100,
          maxCellSpreadMv: 150,
          maxNegativeEvents: 30,
          maxThermalEvents: 0,
          maxAgeYears: 8,
        },
        reason: 'what the second year has shown',
      },
    ],
  });

export type BatteryHealth = z.infer<typeof batteryHealth>;
export type HealthReading = z.infer<typeof healthReading>;
export type RetirementDecision = z.infer<typeof retirementDecision>;
export type RetirementPolicy = z.infer<typeof retirementPolicy>;
export type NewRetirementPolicy = z.infer<typeof newRetirementPolicy>;
