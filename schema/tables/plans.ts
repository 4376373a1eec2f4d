import { sql } from 'drizzle-orm';
import { boolean, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { PlanTerms } from '../wire/settlement/plan-terms.ts';
import { instant, json } from './columns.ts';

/** A plan that leases are made on. Its terms stand in its versions. */
export const plans = pgTable(
  'plans',
  {
    /** Such as `taxi-standard`. */
    id: text().primaryKey(),
    /** Organisation that owns the packs leased out under it; null: the operator's own. */
    owner: text(),
    name: text().notNull(),
    nameEn: text(),
    /** The one that prices swaps of cars without a lease. */
    isWalkIn: boolean().notNull().default(false),
    /** No new leases since then. */
    closedAt: instant(),
    edition: integer().notNull().default(1),
    createdAt: instant().notNull().defaultNow(),
    createdBy: text().notNull(),
  },
  (t) => [uniqueIndex('plans_one_walk_in').on(t.isWalkIn).where(sql`${t.isWalkIn}`)],
);

/** Append-only: a change of terms is a new version, and a running lease keeps the one it was made on. */
export const planVersions = pgTable(
  'plan_versions',
  {
    plan: text().notNull(),
    /** 1, 2, … */
    version: integer().notNull(),
    terms: json<PlanTerms>().notNull(),
    publishedAt: instant().notNull().defaultNow(),
    publishedBy: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.plan, t.version] })],
);
