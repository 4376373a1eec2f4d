import { doublePrecision, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** A car the service has met or was told of. Which pack is in it says `custody`. */
export const vehicles = pgTable('vehicles', {
  vin: text().primaryKey(),
  fleet: text(),
  /** Pack models it takes; empty: any. */
  models: text().array().notNull().default([]),
  /** Pack firmware versions it accepts; empty: any. */
  firmwares: text().array().notNull().default([]),
  firmware: text(),
  odometerKm: doublePrecision(),
  lastStation: text(),
  lastSeenAt: instant(),
  createdAt: instant().notNull().defaultNow(),
});
