import { sql } from 'drizzle-orm';
import { index, integer, json, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { counter, instant } from './columns.ts';

/** One row per machine instance. An ended one is closed, never deleted by the service. */
export const machines = pgTable(
  'machines',
  {
    station: text().notNull(),
    bay: text().notNull(),
    machine: text({ enum: ['bay', 'cycle'] }).notNull(),
    /** `main` for the bay, the swap id for a cycle. */
    instance: text().notNull(),
    revision: counter().notNull(),
    definition: integer().notNull(),
    sourceHash: text().notNull(),
    /** The text as the machine gave it: every commit rewrites it, and nobody asks what is in it but the load. */
    snapshot: json().$type<unknown>().notNull(),
    endedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.station, t.bay, t.machine, t.instance] }),
    index('machines_open').on(t.station).where(sql`${t.endedAt} is null`),
  ],
);

/** Durable copy of the owner's timers. Only a cancel, a re-raise of the same id or the end of the instance removes one. */
export const timers = pgTable(
  'timers',
  {
    station: text().notNull(),
    bay: text().notNull(),
    machine: text({ enum: ['bay', 'cycle'] }).notNull(),
    instance: text().notNull(),
    sendId: text().notNull(),
    token: text().notNull(),
    dueAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.station, t.bay, t.machine, t.instance, t.sendId] })],
);
