import { sql } from 'drizzle-orm';
import { boolean, check, doublePrecision, index, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

export const batteryStatuses = ['inService', 'quarantined', 'resting', 'retired', 'secondLife', 'recycled'] as const;

/** What is known of a pack besides its place. Written under the lock of its custody row. */
export const batteries = pgTable(
  'batteries',
  {
    /** GB/T 34014 code. */
    code: text().primaryKey(),
    model: text().notNull(),
    firmware: text().notNull(),
    /** Party that owns it; null until leases and owners are kept here. */
    owner: text(),
    socPct: doublePrecision(),
    sohPct: doublePrecision(),
    energyWh: doublePrecision(),
    ready: boolean().notNull().default(false),
    alarmLevel: smallint().notNull().default(0),
    status: text({ enum: batteryStatuses }).notNull().default('inService'),
    /** Swap that has it set aside. */
    reservedBy: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('batteries_not_in_service').on(t.status, t.code).where(sql`${t.status} <> 'inService'`),
    check(
      'batteries_status',
      sql`${t.status} in ('inService','quarantined','resting','retired','secondLife','recycled')`,
    ),
  ],
);
