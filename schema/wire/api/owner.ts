import { z } from 'zod';
import { packCode } from '../ids.ts';
import { fen } from '../settlement/money.ts';
import { organisationId } from './access.ts';
import { orNull, pct, utcInstant } from './common.ts';

export const month = z
  .string()
  .regex(/^20[0-9]{2}-(?:0[1-9]|1[0-2])$/, 'must be a month such as 2026-08')
  .meta({ description: 'Calendar month of Asia/Shanghai; left out: this one.' });

/** An estimate by a rule that is written down (`docs/leasing.md`), not an offer. */
const residual = z
  .object({
    valueFen: fen,
    /** With the ends of the interval of the state of health. */
    lowFen: fen,
    highFen: fen,
    policyVersion: z.int(),
  })
  .meta({ id: 'ResidualValue' });

const usage = {
  /** Share of the month so far that it was in cars, 0 to 1. */
  utilisation: z.number(),
  /** How often it was fitted into a car in the month. */
  swaps: z.int(),
};

export const ownedPack = z
  .object({
    code: packCode,
    model: z.string(),
    status: z.string(),
    place: orNull(z.object({ kind: z.string(), place: z.string(), since: utcInstant })),
    ...usage,
    /** Its part of the owner's income of the month: shared out by the time in cars. */
    incomeFen: fen,
    sohPct: orNull(pct),
    sohLowPct: orNull(z.number()),
    sohHighPct: orNull(z.number()),
    residual: orNull(residual),
  })
  .meta({ id: 'OwnedPack' });
export type OwnedPack = z.infer<typeof ownedPack>;

export const ownerSummary = z
  .object({
    owner: organisationId,
    month: z.string(),
    /** Counted up to this instant, or the end of the month. */
    asOf: utcInstant,
    packs: z.int(),
    places: z.record(z.string(), z.int()),
    statuses: z.record(z.string(), z.int()),
    utilisation: orNull(z.number()),
    swaps: z.int(),
    /** What the books hold for the owner of this month: lease fees less credits. */
    incomeFen: fen,
    meanSohPct: orNull(z.number()),
    /** Of the packs whose model and state of health are known. */
    residualFen: fen,
    residualPacks: z.int(),
    residualPolicyVersion: z.int(),
  })
  .meta({ id: 'OwnerSummary' });
export type OwnerSummary = z.infer<typeof ownerSummary>;

export const ageing = z
  .object({
    code: packCode,
    /** What was believed after each charge that was of use, oldest first. */
    points: z.array(
      z.object({ at: utcInstant, sohPct: z.number(), lowPct: orNull(z.number()), highPct: orNull(z.number()) }),
    ),
  })
  .meta({ id: 'PackAgeing' });
export type Ageing = z.infer<typeof ageing>;
