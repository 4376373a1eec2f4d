import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, json } from './columns.ts';

export const leaseStates = ['quoted', 'active', 'suspended', 'inArrears', 'ending', 'ended', 'disputed'] as const;

/** A vehicle's lease: packs rotate at every swap, the lease stays with the car. */
export const leases = pgTable(
  'leases',
  {
    /** `l-` and 16 hex digits. */
    id: text().primaryKey(),
    vin: text().notNull(),
    /** Organisation that pays. */
    lessee: text().notNull(),
    /** Organisation that owns the packs; `operator` organisation's id where the plan has no owner. */
    owner: text().notNull(),
    plan: text().notNull(),
    planVersion: integer().notNull(),
    state: text({ enum: leaseStates }).notNull(),
    /** First and (excluded) last day with this vehicle, dates of Asia/Shanghai; no last day: open. The lease's own first day is in its snapshot. */
    fromDay: date({ mode: 'string' }).notNull(),
    untilDay: date({ mode: 'string' }),
    /** Why the next swap is stopped before unlocking, as a reason the driver is shown; null: it is not. */
    blocks: text({ enum: ['leaseInArrears', 'leaseSuspended', 'leaseLapsed'] }),
    /** The stored machine, as `machines/lease` wrote it. */
    definition: integer().notNull(),
    sourceHash: text().notNull(),
    snapshot: json<unknown>().notNull(),
    /** When the machine wants to be stepped by the clock. */
    dueAt: instant(),
    /** Rises with every step; every step checks it, and it is the ETag. */
    edition: integer().notNull().default(1),
    createdAt: instant().notNull().defaultNow(),
    createdBy: text().notNull(),
  },
  (t) => [
    index('leases_by_vehicle').on(t.vin, t.fromDay),
    index('leases_by_lessee').on(t.lessee, t.id),
    index('leases_by_owner').on(t.owner, t.id),
    index('leases_by_state').on(t.state, t.id),
    index('leases_by_plan').on(t.plan, t.id),
    index('leases_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
    check('leases_state', sql`${t.state} in ('quoted','active','suspended','inArrears','ending','ended','disputed')`),
  ],
);

/** Every step of a lease. Append-only: bills are rebuilt from it. */
export const leaseEvents = pgTable(
  'lease_events',
  {
    lease: text().notNull(),
    /** 1, 2, … without gaps. */
    n: integer().notNull(),
    /** A `LeaseEventType` of machines/lease/events.ts. */
    type: text().notNull(),
    /** What it says: vin, plan, version, days, reason. */
    body: json<Record<string, unknown>>().notNull(),
    /** Day from which it counts, Asia/Shanghai. */
    effectiveDay: date({ mode: 'string' }).notNull(),
    by: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.lease, t.n] }),
    index('lease_events_of_vehicle').on(sql`(body->>'vin')`).where(sql`${t.type} in ('activated','transferred')`),
    index('lease_events_begun').on(t.effectiveDay, t.lease).where(sql`${t.type} = 'activated'`),
    index('lease_events_over').on(t.effectiveDay, t.lease).where(sql`${t.type} = 'ended'`),
  ],
);
