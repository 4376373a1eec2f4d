import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { type PlanBasis, type PlanFigures, type PlannedInterval, siteAlarmCodes } from '../wire/cascade/dispatch.ts';
import { settledByPeople } from './alarms.ts';
import { counter, instant, json } from './columns.ts';

/**
 * One row per site that anything was planned or read at. `planN` counts all that a plan depends on (signals, limits, assets: triggers raise it) and the plans
 * themselves, so of two who plan for one site at once one finds it changed; `readingN` does the same for what is read off its meters.
 */
export const dispatchMarks = pgTable('dispatch_marks', {
  site: text().primaryKey(),
  planN: counter().notNull().default(0),
  readingN: counter().notNull().default(0),
});

/** What an asset was told to do. Append-only: of two that cover an interval the later counts. */
export const dispatchPlans = pgTable(
  'dispatch_plans',
  {
    asset: text().notNull(),
    /** 1, 2, … per asset. */
    n: integer().notNull(),
    site: text().notNull(),
    /** `planN` of the site it was made as: plans of one making know of each other. */
    making: counter().notNull(),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    /** Why it was made, and of what. */
    request: json<PlanBasis>().notNull(),
    intervals: json<PlannedInterval[]>().notNull(),
    figures: json<PlanFigures>().notNull(),
    madeAt: instant().notNull().defaultNow(),
    by: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.asset, t.n] }),
    index('dispatch_plans_by_site').on(t.site, t.making, t.asset),
    // A plan lasts two days at most, so those that cover an instant begin in the two days before it.
    index('dispatch_plans_by_start').on(t.site, t.fromAt),
  ],
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
    /** What the site took besides its assets; the same for all of them. */
    loadWh: integer().notNull(),
    /** Of what was discharged, what the site used; the rest went into the grid. */
    usedWh: integer().notNull(),
    /** At the end of the quarter of an hour. */
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
    check(
      'dispatch_readings_positive',
      sql`${t.chargeWh} >= 0 and ${t.dischargeWh} >= 0 and ${t.loadWh} >= 0 and ${t.usedWh} between 0 and ${t.dischargeWh}`,
    ),
  ],
);

/**
 * Alarms of second-life sites: one row for each run of quarters of an hour that went otherwise than planned or beyond a limit, and for each time an
 * asset was faulted at a site that no station tells of. Raised again is another row, so it is new to everybody.
 */
export const dispatchAlarms = pgTable(
  'dispatch_alarms',
  {
    site: text().notNull(),
    /** The code, and for one of an asset its code. */
    key: text().notNull(),
    /** Start of the first quarter of an hour; when the fault was recorded. */
    raisedAt: instant().notNull(),
    code: text({ enum: siteAlarmCodes }).notNull(),
    level: smallint().notNull(),
    asset: text(),
    /** Of the quarter in which it was worst; of the last fault. */
    detail: text().notNull(),
    /** Null: it is of a fault. */
    worstWh: integer(),
    quarters: integer(),
    /** Start of the last quarter; when the last fault was recorded. */
    lastAt: instant().notNull(),
    /** Start of the first quarter that was in order again; when the fault was seen to have ended. Null: it lasts. */
    clearedAt: instant(),
    ...settledByPeople(),
    /** A level that rises afterwards is news again. */
    acknowledgedLevel: smallint(),
    assignedNote: text(),
  },
  (t) => [
    primaryKey({ columns: [t.site, t.key, t.raisedAt] }),
    index('dispatch_alarms_by_site').on(t.site, t.raisedAt, t.key),
    index('dispatch_alarms_by_time').on(t.raisedAt, t.site, t.key),
    index('dispatch_alarms_open').on(t.site, t.key).where(sql`${t.clearedAt} is null`),
    check(
      'dispatch_alarms_code',
      sql`${t.code} in ('importLimitBroken','exportLimitBroken','offPlan','secondLifeFault')`,
    ),
  ],
);
