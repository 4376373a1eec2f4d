import { z } from 'zod';
import { calendarDate, safeText, vin } from '../ids.ts';
import { organisationId } from './access.ts';
import { orNull, utcInstant } from './common.ts';
import { planId } from './plan.ts';

export const leaseId = z.string().regex(/^l-[0-9a-f]{16}$/, 'must be a lease id');
export const leaseState = z.enum(['quoted', 'active', 'suspended', 'inArrears', 'ending', 'ended', 'disputed']);
const day = calendarDate.meta({ description: 'Day of Asia/Shanghai.' });
const reason = safeText(300).min(1);

export const lease = z
  .object({
    id: leaseId,
    vehicle: vin,
    /** Organisation that pays. */
    lessee: organisationId,
    /** Organisation that owns the packs. */
    owner: organisationId,
    plan: planId,
    planVersion: z.int(),
    state: leaseState,
    /** Why the next swap is stopped before unlocking; null: it is not. */
    blocks: orNull(z.enum(['leaseInArrears', 'leaseSuspended', 'leaseLapsed'])),
    /** Null: not begun. */
    fromDay: orNull(day),
    /** The first day after it; null: open. */
    untilDay: orNull(day),
    /** The earliest last day that the minimum term allows. */
    mayEndOn: orNull(day),
    /** Agreed, and not begun. */
    nextPlan: orNull(z.object({ plan: planId, version: z.int(), fromDay: day })),
    suspendedFor: orNull(z.string()),
    arrears: z.array(z.object({ statement: z.string(), dueDay: day })),
    /** Disputes that are open. */
    disputes: z.array(z.string()),
    createdAt: utcInstant,
    createdBy: z.string(),
    edition: z.int(),
  })
  .meta({ id: 'Lease' });
export type Lease = z.infer<typeof lease>;

export const leaseHistoryLine = z
  .object({
    n: z.int(),
    type: z.string(),
    body: z.record(z.string(), z.unknown()),
    effectiveDay: day,
    by: z.string(),
    recordedAt: utcInstant,
  })
  .meta({ id: 'LeaseHistoryLine' });

export const leaseDetail = lease.extend({ history: z.array(leaseHistoryLine) }).meta({ id: 'LeaseDetail' });
export type LeaseDetail = z.infer<typeof leaseDetail>;

const exampleVin = 'LNBSCB3F6JD100001';

export const quoteBody = z
  .strictObject({
    vehicle: vin,
    plan: planId,
    version: z.int().min(1).optional().meta({ description: 'Left out: the newest.' }),
    lessee: organisationId,
  })
  .meta({ id: 'LeaseQuote', examples: [{ vehicle: exampleVin, plan: 'taxi-standard', lessee: 'green-taxi' }] });

export const activateBody = z
  .strictObject({
    fromDay: day.optional().meta({ description: 'Left out: today. Not in the past.' }),
    untilDay: day.optional().meta({ description: 'The first day after it, for a fixed term.' }),
  })
  .meta({ id: 'LeaseActivation', examples: [{ fromDay: '2031-03-01' }] });

export const reasonBody = z
  .strictObject({ reason })
  .meta({ id: 'LeaseReason', examples: [{ reason: 'The car is in repair.' }] });

export const endBody = z
  .strictObject({
    lastDay: day,
    reason,
    override: z.boolean().default(false).meta({ description: 'Before the minimum term is over; administrators only.' }),
  })
  .meta({ id: 'LeaseEnd', examples: [{ lastDay: '2032-02-29', reason: 'The fleet gives the car back.' }] });

export const transferBody = z
  .strictObject({ vehicle: vin, reason })
  .meta({ id: 'LeaseTransfer', examples: [{ vehicle: 'LNBSCB3F6JD100002', reason: 'The old car was sold.' }] });

export const planChangeBody = z
  .strictObject({ plan: planId, version: z.int().min(1).optional(), fromDay: day })
  .meta({ id: 'LeasePlanChange', examples: [{ plan: 'taxi-standard', fromDay: '2031-04-01' }] });

export const disputeBody = z
  .strictObject({ dispute: safeText(64).min(1).meta({ description: 'Id of the dispute.' }) })
  .meta({ id: 'LeaseDispute', examples: [{ dispute: 'letter-2031-17' }] });
