import { sql } from 'drizzle-orm';
import { date, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** A car the service has met or was told of. Which pack is in it says `custody`. */
export const vehicles = pgTable(
  'vehicles',
  {
    vin: text().primaryKey(),
    plate: text(),
    /** Organisation whose car it is; null: a car met at a station and not enrolled. */
    fleet: text(),
    /** Pack models it takes; empty: any. */
    models: text().array().notNull().default([]),
    /** Pack firmware versions it accepts; empty: any. */
    firmwares: text().array().notNull().default([]),
    /** Interfaces of `battery_models` it takes; empty: any. */
    mechanicalInterfaces: text().array().notNull().default([]),
    electricalInterfaces: text().array().notNull().default([]),
    /** The car's own. */
    firmware: text(),
    odometerKm: doublePrecision(),
    lastStation: text(),
    lastSeenAt: instant(),
    /** How often a pack was fitted into it. */
    swapCount: integer().notNull().default(0),
    /** From this day on it is swapped under a lease only, Asia/Shanghai; null: a car without a lease. The leases set it, the operator may clear it. */
    leasedSince: date({ mode: 'string' }),
    /** Rises with each change by people or programs; the engine does not raise it. */
    edition: integer().notNull().default(1),
    changedBy: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('vehicles_by_fleet').on(t.fleet, t.vin).where(sql`${t.fleet} is not null`),
    // For staff: the cars last seen at their stations. Rewritten with each swap at another station than the last.
    index('vehicles_by_last_station').on(t.lastStation, t.vin).where(sql`${t.lastStation} is not null`),
    index('vehicles_by_plate').on(t.plate).where(sql`${t.plate} is not null`),
  ],
);
