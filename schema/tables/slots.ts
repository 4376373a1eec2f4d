import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';

/** A charging slot: what is promised and locked. Which pack is in it says `custody`. */
export const slots = pgTable(
  'slots',
  {
    station: text().notNull(),
    slot: smallint().notNull(),
    /** Swap for which this slot is the reserved destination of the old pack. */
    reservedBy: text(),
    locked: boolean().notNull().default(false),
    charging: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.station, t.slot] }),
    // Few, and looked for all the time; no commit that leaves a lock as it is touches this.
    index('slots_locked').on(t.station, t.slot).where(sql`${t.locked}`),
  ],
);
