import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { counter, instant, json } from './columns.ts';

export const eventSources = [
  'record',
  'hello',
  'timer',
  'action',
  'link',
  'gap',
  'reservation',
  'staff',
  'deadLetter',
] as const;

/**
 * The append-only log and audit record: who or what caused a change, and what it decided. Partitioned by month on `recorded_at`
 * (see the first migration), update and delete refused. Read it by (station, n), never by `n > last` across stations.
 */
export const events = pgTable(
  'events',
  {
    station: text().notNull(),
    /** 1, 2, … per station without gaps, counted under the station's gate. */
    n: counter().notNull(),
    /** By the database's clock. */
    recordedAt: instant().notNull().defaultNow(),
    /** By the station's clock for what the station said, else by the service's. Prices and deadlines use this one. */
    occurredAt: instant().notNull(),
    source: text({ enum: eventSources }).notNull(),
    /** Event type of the record, the action, the timer's id. */
    type: text().notNull(),
    bay: text(),
    swap: text(),
    /** Who or what caused it: a key id, a command id, a timer's instance. Null for what the station says unasked. */
    cause: text(),
    body: json<unknown>(),
    /** What followed, in short: effects, and events ignored with the state they met. Null when nothing did. */
    decided: json<unknown>(),
    journalId: text(),
    seq: counter(),
    /** Reserved for a hash chain. */
    prevHash: text(),
    hash: text(),
  },
  (t) => {
    // What people and programs did: a few lines among the many that machines write, so these stay small.
    const byPeople = sql`${t.source} in ('action', 'staff')`;
    return [
      primaryKey({ columns: [t.station, t.n, t.recordedAt] }),
      index('events_by_people').on(t.recordedAt, t.station, t.n).where(byPeople),
      index('events_by_author').on(t.cause, t.recordedAt, t.station, t.n).where(byPeople),
      index('events_by_people_of_station').on(t.station, t.recordedAt, t.n).where(byPeople),
    ];
  },
);
