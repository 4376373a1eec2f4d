import { sql } from 'drizzle-orm';
import { bigint, doublePrecision, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { BillLine } from '../wire/settlement/bill.ts';
import type { SwapUsage } from '../wire/settlement/usage.ts';
import { counter, instant, json } from './columns.ts';

/** What one swap cost by itself: energy, service fee, parking, credits. Final; append-only; corrections are notes. */
export const receipts = pgTable(
  'receipts',
  {
    swap: text().primaryKey(),
    station: text().notNull(),
    vin: text().notNull(),
    /** Organisation that pays; null: the driver of a car without a lease or fleet. */
    lessee: text(),
    owner: text(),
    lease: text(),
    plan: text().notNull(),
    planVersion: integer().notNull(),
    /** Category and first day of the tariff that priced it. */
    tariff: text().notNull(),
    releasedAt: instant().notNull(),
    odometerKm: doublePrecision().notNull(),
    energyWh: integer().notNull(),
    lines: json<BillLine[]>().notNull(),
    totalFen: bigint({ mode: 'number' }).notNull(),
    /** What it was computed from, as it was known then. */
    usage: json<SwapUsage>().notNull(),
    /** Whoever has this may read the swap's certificate: 122 random bits. */
    linkToken: text().notNull().default(sql`replace(gen_random_uuid()::text, '-', '')`),
    issuedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('receipts_by_time').on(t.releasedAt, t.swap),
    index('receipts_by_station').on(t.station, t.releasedAt, t.swap),
    index('receipts_by_lessee').on(t.lessee, t.releasedAt, t.swap),
    index('receipts_by_owner').on(t.owner, t.releasedAt, t.swap),
    index('receipts_by_lease').on(t.lease, t.releasedAt, t.swap),
    index('receipts_by_vehicle').on(t.vin, t.releasedAt, t.swap),
  ],
);

/** What one charge cost: metered energy at the tariff of the hours it took. Append-only. */
export const chargeCosts = pgTable(
  'charge_costs',
  {
    /** `station/eventN/position` of the charge's end. */
    charge: text().primaryKey(),
    station: text().notNull(),
    slot: integer().notNull(),
    pack: text().notNull(),
    startedAt: instant().notNull(),
    endedAt: instant().notNull(),
    /** By the slot's meter. */
    meteredWh: counter().notNull(),
    /** By the BMS; null: it did not say. */
    intoPackWh: doublePrecision(),
    tariff: text().notNull(),
    lines: json<BillLine[]>().notNull(),
    costFen: bigint({ mode: 'number' }).notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [index('charge_costs_by_station').on(t.station, t.endedAt, t.charge)],
);
