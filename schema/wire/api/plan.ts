import { z } from 'zod';
import { safeText } from '../ids.ts';
import { planTerms } from '../settlement/plan-terms.ts';
import { organisationId } from './access.ts';
import { orNull, utcInstant } from './common.ts';

/** A plan's id: a slug such as `taxi-standard`. */
export const planId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be a plan id such as taxi-standard');

const terms = planTerms.meta({ id: 'PlanTerms' });

export const plan = z
  .object({
    id: planId,
    /** Owner of the packs that are leased out under it; null: the operator. */
    owner: orNull(organisationId),
    name: z.string(),
    nameEn: orNull(z.string()),
    /** The one that prices swaps of cars without a lease. */
    isWalkIn: z.boolean(),
    /** The newest version, and its terms. */
    version: z.int(),
    terms,
    /** No new leases since then. */
    closedAt: orNull(utcInstant),
    createdAt: utcInstant,
    createdBy: z.string(),
    edition: z.int(),
  })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof plan>;

export const planVersion = z
  .object({ plan: planId, version: z.int(), terms, publishedAt: utcInstant, publishedBy: z.string() })
  .meta({ id: 'PlanVersion' });
export type PlanVersion = z.infer<typeof planVersion>;

const example = {
  monthlyFeeFen: 98_000,
  perKmMicro: 150_000,
  included: { km: 3_000 },
  packages: [{ unit: 'km', above: 6_000, discountPct: 10 }],
  depositFen: 300_000,
  minimumTermMonths: 12,
  sohFloorPct: 80,
  onSohFloor: 'accept-with-credit',
  sohCreditFen: 500,
  serviceFee: { microPerKwh: 300_000, periods: [{ from: '23:00', to: '07:00', microPerKwh: 200_000 }] },
};

export const newPlan = z
  .strictObject({
    id: planId,
    owner: orNull(organisationId).default(null),
    name: safeText(80).min(1),
    nameEn: orNull(safeText(80).min(1)).default(null),
    isWalkIn: z.boolean().default(false),
    terms,
  })
  .meta({
    id: 'NewPlan',
    examples: [{ id: 'taxi-standard', name: '出租车标准套餐', nameEn: 'Taxi standard', terms: example }],
  });

export const newPlanVersion = z
  .strictObject({ terms })
  .meta({ id: 'NewPlanVersion', examples: [{ terms: { ...example, monthlyFeeFen: 102_000 } }] });
