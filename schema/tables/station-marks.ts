import { boolean, doublePrecision, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { counter, instant, json } from './columns.ts';

/**
 * The one hot row of a station. `version` gates every commit that concerns the station; `seq` is the last journal record whose effect
 * is committed. Narrow on purpose: it is rewritten by every commit and must stay on its page.
 */
export const stationMarks = pgTable('station_marks', {
  station: text().primaryKey(),
  version: counter().notNull().default(0),
  /** Number of the last row of this station in `events`. */
  eventN: counter().notNull().default(0),
  /** The adopted journal; null until the first hello of the station's life. */
  journalId: text(),
  seq: counter().notNull().default(0),
  boot: integer().notNull().default(0),
  /** A journal the station reports and nobody has adopted yet (controller replaced). */
  pendingJournalId: text(),
  /** One moment on both clocks: UTC epoch ms, and station ms since boot. */
  anchorUtcMs: counter().notNull().default(0),
  anchorAtMs: counter().notNull().default(0),
  timeScale: doublePrecision().notNull().default(1),
  /** A hello of this boot and owner has been applied. No motion is sent before. */
  reconciled: boolean().notNull().default(false),
  linkUp: boolean().notNull().default(false),
  /** Highest epoch the station said it obeyed. */
  stationEpoch: counter().notNull().default(0),
  /** Token of the last commit: tells an owner in doubt whether its statement was the one that applied. */
  lastCommit: uuid(),
  changedAt: instant().notNull().defaultNow(),
});

/** The station's last whole account of itself, for the custody audit and for people. */
export const stationHellos = pgTable('station_hellos', {
  station: text().primaryKey(),
  journalId: text().notNull(),
  boot: integer().notNull(),
  asOfSeq: counter().notNull(),
  /** A `HelloBody` of `schema/wire/hello.ts`. */
  body: json<unknown>().notNull(),
  /** Number of the event that applied it. */
  eventN: counter().notNull(),
  appliedAt: instant().notNull().defaultNow(),
});

/**
 * A station stepped by a process that does not own it. The owner polls this small table (a NOTIFY wakes it earlier), reloads the
 * station and takes the row away.
 */
export const wakeups = pgTable('wakeups', {
  station: text().primaryKey(),
  version: counter().notNull(),
});
