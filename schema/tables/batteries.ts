import { sql } from 'drizzle-orm';
import { bigint, boolean, check, doublePrecision, index, integer, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { counter, instant } from './columns.ts';

export const batteryStatuses = ['inService', 'quarantined', 'resting', 'retired', 'secondLife', 'recycled'] as const;

/** What is known of a pack besides its place. Written under the lock of its custody row. */
export const batteries = pgTable(
  'batteries',
  {
    /** GB/T 34014 code. */
    code: text().primaryKey(),
    /** As the BMS names it; a row of `battery_models`, or of a model nobody has described. */
    model: text().notNull(),
    firmware: text().notNull(),
    /** Organisation that owns it; null: not known. */
    owner: text(),
    socPct: doublePrecision(),
    sohPct: doublePrecision(),
    energyWh: doublePrecision(),
    ready: boolean().notNull().default(false),
    alarmLevel: smallint().notNull().default(0),
    status: text({ enum: batteryStatuses }).notNull().default('inService'),
    /** Decided to retire at its last swap, and not yet at rest: it is given to nobody any more. No engine writes it. */
    retiring: boolean().notNull().default(false),
    /** Swap that has it set aside. */
    reservedBy: text(),
    // Life-long counters, kept by the commits of the events they count. What they count says `docs/inventory.md`.
    chargeWh: doublePrecision().notNull().default(0),
    chargeAh: doublePrecision().notNull().default(0),
    /** Meter of the slot when the charge under way began; null: none is under way. */
    chargeFromWh: counter(),
    minCellC: doublePrecision(),
    maxCellC: doublePrecision(),
    /** Alarms of level 2 and above. */
    negativeEvents: integer().notNull().default(0),
    /** How often it was fitted into a vehicle. */
    swapCount: integer().notNull().default(0),
    /** Rises with each change by people or programs; the engine does not raise it. */
    edition: integer().notNull().default(1),
    /** Who made that change, and why. */
    changedBy: text(),
    changeReason: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    // Few, and looked for all the time: packs that an alarm excludes from dispatch.
    index('batteries_alarmed').on(t.code).where(sql`${t.alarmLevel} >= 2`),
    index('batteries_not_in_service').on(t.status, t.code).where(sql`${t.status} <> 'inService'`),
    index('batteries_by_owner').on(t.owner, t.code).where(sql`${t.owner} is not null`),
    index('batteries_by_model').on(t.model, t.code),
    check(
      'batteries_status',
      sql`${t.status} in ('inService','quarantined','resting','retired','secondLife','recycled')`,
    ),
  ],
);

/**
 * What a pack was from when on: status, model and owner, for counts at a past instant. Append-only. A trigger writes it, so that whoever
 * changes a pack, the engine, a person or an import, leaves a line.
 */
export const batteryHistory = pgTable(
  'battery_history',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    code: text().notNull(),
    status: text({ enum: batteryStatuses }).notNull(),
    model: text().notNull(),
    owner: text(),
    /** Key or user, and what for; null when a station's event changed it. */
    by: text(),
    reason: text(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [index('battery_history_by_code').on(t.code, t.recordedAt, t.id)],
);
