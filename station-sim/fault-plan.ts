import fs from 'node:fs';
import { z } from 'zod';
import { stationId } from '../schema/wire/ids.ts';
import { simFault } from '../schema/wire/simulator.ts';

const chance = z.number().min(0).max(1);
const perHour = z.number().min(0).max(1_000);
const stepChances = z.strictObject({
  stuck: chance.optional(),
  sensorLie: chance.optional(),
  slow: chance.optional(),
  powerCut: chance.optional(),
  reboot: chance.optional(),
});

/** What goes wrong in a run: at given times, and by probability. */
export const faultPlan = z.strictObject({
  /** Equipment seconds after the start; without a station it hits every one. */
  at: z.array(z.strictObject({ atS: z.number().min(0), station: stationId.optional(), fault: simFault })).default([]),
  /** Chance per motion, by command type; `any` for those not named. */
  step: z.record(z.string(), stepChances).default({}),
  /** Expected number per equipment hour and station. */
  perHour: z
    .strictObject({
      powerCut: perHour.optional(),
      reboot: perHour.optional(),
      emergencyStop: perHour.optional(),
      overheat: perHour.optional(),
      linkLoss: perHour.optional(),
      wrongPack: perHour.optional(),
      dirtyLabel: perHour.optional(),
    })
    .default({}),
  perCar: z
    .strictObject({
      driveOffEarly: chance.optional(),
      consentWithdrawn: chance.optional(),
      notReady: chance.optional(),
    })
    .default({}),
  /** Message faults from the start on. */
  messages: z
    .strictObject({
      dropPct: z.number().min(0).max(100).default(0),
      duplicatePct: z.number().min(0).max(100).default(0),
      reorderWithin: z.int().min(0).max(64).default(0),
      delayMs: z.int().min(0).max(60_000).default(0),
    })
    .optional(),
});
export type FaultPlan = z.infer<typeof faultPlan>;

/** A plan from JSON text, or from a file when the text is not JSON. Throws with a sentence for people. */
export function readFaultPlan(given: string): FaultPlan {
  const text = given.trimStart().startsWith('{') ? given : readText(given);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`The fault plan is not JSON: ${(error as Error).message}`);
  }
  const parsed = faultPlan.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`The fault plan is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`);
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    throw new Error(`The fault plan ${file} cannot be read.`);
  }
}
