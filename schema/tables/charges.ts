import { index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { counter, instant, json } from './columns.ts';

/** Meter readings at the start, the end and the readiness of a charge. Append-only in use; energy books are kept from these. */
export const charges = pgTable(
  'charges',
  {
    station: text().notNull(),
    eventN: counter().notNull(),
    /** Position among the charge records of that event. */
    position: integer().notNull(),
    slot: smallint().notNull(),
    pack: text().notNull(),
    phase: text({ enum: ['started', 'ended', 'ready'] }).notNull(),
    /** Life-long counter of the slot's meter, Wh. */
    registerWh: counter().notNull(),
    reading: json<unknown>(),
    occurredAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.station, t.eventN, t.position] }),
    index('charges_by_pack').on(t.pack, t.occurredAt),
  ],
);
