import { sql } from 'drizzle-orm';
import { bigint, check, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { PlanFigures, PlannedInterval, PlanRequest } from '../wire/cascade/dispatch.ts';
import { instant, json } from './columns.ts';

/** What an asset was told to do. Append-only: of two that cover an interval the later counts. */
export const dispatchPlans = pgTable(
  'dispatch_plans',
  {
    asset: text().notNull(),
    /** 1, 2, … per asset. */
    n: integer().notNull(),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    /** As it was asked for, and what it was made of. */
    request: json<PlanRequest>().notNull(),
    intervals: json<PlannedInterval[]>().notNull(),
    figures: json<PlanFigures>().notNull(),
    madeAt: instant().notNull().defaultNow(),
    by: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.asset, t.n] })],
);

/** The dispatch log: what an asset was planned to do in a quarter of an hour, what it did by its meters, and what that was worth. Append-only. */
export const dispatchReadings = pgTable(
  'dispatch_readings',
  {
    asset: text().notNull(),
    /** Where the asset stood. */
    site: text().notNull(),
    startsAt: instant().notNull(),
    /** Plan that covered it, and what it said; null: none did. */
    plan: integer(),
    plannedChargeWh: integer(),
    plannedDischargeWh: integer(),
    /** By the asset's meter, on the side of the grid. */
    chargeWh: integer().notNull(),
    dischargeWh: integer().notNull(),
    /** What the site took besides its assets; null: this one does not meter it. */
    loadWh: integer(),
    socPct: doublePrecision(),
    /** Category and first day of the table that priced it. */
    tariff: text().notNull(),
    period: text().notNull(),
    priceMicro: bigint({ mode: 'number' }).notNull(),
    /** What charging cost, and what the site did not have to buy. */
    costFen: bigint({ mode: 'number' }).notNull(),
    worthFen: bigint({ mode: 'number' }).notNull(),
    by: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.asset, t.startsAt] }),
    index('dispatch_readings_by_site').on(t.site, t.startsAt, t.asset),
    check('dispatch_readings_positive', sql`${t.chargeWh} >= 0 and ${t.dischargeWh} >= 0 and ${t.loadWh} >= 0`),
  ],
);
