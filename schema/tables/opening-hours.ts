import { sql } from 'drizzle-orm';
import { check, doublePrecision, index, integer, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import type { OpenSpan } from '../wire/api/opening-hours.ts';
import { counter, instant, json } from './columns.ts';

/** When a station takes cars. A station without a row never closes. */
export const openingHours = pgTable('opening_hours', {
  station: text().primaryKey(),
  spans: json<OpenSpan[]>().notNull(),
  by: text().notNull(),
  changedAt: instant().notNull().defaultNow(),
  edition: integer().notNull().default(1),
});

/** A time for which staff announce that a station, or one bay of it, takes no cars. */
export const maintenanceWindows = pgTable(
  'maintenance_windows',
  {
    /** `m-` and 16 hex digits. */
    id: text().primaryKey(),
    station: text().notNull(),
    /** Null: the whole station. */
    bay: text(),
    fromAt: instant().notNull(),
    toAt: instant().notNull(),
    reason: text().notNull(),
    by: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    cancelledAt: instant(),
    cancelledBy: text(),
    edition: integer().notNull().default(1),
  },
  (t) => [
    index('maintenance_windows_by_station').on(t.station, t.toAt).where(sql`${t.cancelledAt} is null`),
    check('maintenance_windows_order', sql`${t.fromAt} < ${t.toAt}`),
  ],
);

/** What the planner measured of a station, for the expected wait. Nothing else is decided on it. */
export const stationTraffic = pgTable(
  'station_traffic',
  {
    station: text().primaryKey(),
    /** Wall ms from one car to the next when cars follow each other, of the last completed swaps; null: none yet. */
    cycleMs: doublePrecision(),
    /** Cars an hour that came without a reservation, of the last hour. */
    walkInsPerHour: doublePrecision().notNull().default(0),
    /** Bays that take cars. */
    baysWorking: smallint().notNull(),
    swapsMeasured: counter().notNull().default(0),
    measuredAt: instant().notNull().defaultNow(),
    /** When it is to be measured again: soon where a bay is out of order. */
    dueAt: instant().notNull().defaultNow(),
  },
  (t) => [index('station_traffic_due').on(t.dueAt)],
);
