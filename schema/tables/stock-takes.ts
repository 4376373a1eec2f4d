import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';
import { counter, instant, json } from './columns.ts';

/** What a person saw in one slot; `pack` null: empty, `unreadable`: a pack whose code cannot be read. */
export interface SlotSeen {
  slot: number;
  pack: string | null;
}

/** Where what was seen is not what the ledger has. */
export interface SlotDifference extends SlotSeen {
  ledger: string | null;
}

/** A person's look at the slots of a station. It changes no custody: differences are incidents. */
export const stockTakes = pgTable(
  'stock_takes',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    station: text().notNull(),
    by: text().notNull(),
    note: text(),
    takenAt: instant().notNull(),
    recordedAt: instant().notNull().defaultNow(),
    seen: json<SlotSeen[]>().notNull(),
    differences: json<SlotDifference[]>().notNull(),
    /** Its line in the station's log. */
    eventN: counter().notNull(),
  },
  (t) => [index('stock_takes_by_station').on(t.station, t.id)],
);
