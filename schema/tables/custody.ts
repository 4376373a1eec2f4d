import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { counter, instant, json } from './columns.ts';

export const placeKinds = [
  'slot',
  'berth',
  'lift',
  'vehicle',
  'isolation',
  'truck',
  'workshop',
  'delivery',
  'secondLifeSite',
  'recycler',
  'unknown',
] as const;

/**
 * Where each pack is: exactly one row per pack. The first migration adds an exclusion constraint, checked at the end of a statement,
 * that no two packs share a place of the kinds that hold one.
 */
export const custody = pgTable(
  'custody',
  {
    pack: text().primaryKey(),
    kind: text({ enum: placeKinds }).notNull(),
    /** `bj-001/slot/17`, `vehicle/<VIN>`, `unknown`. */
    place: text().notNull(),
    /** Station the place belongs to; null for vehicles and places outside stations. */
    station: text(),
    /** Rises by one with every move; every move checks it. */
    version: counter().notNull(),
    since: instant().notNull(),
  },
  (t) => [
    index('custody_station').on(t.station).where(sql`${t.station} is not null`),
    index('custody_kind').on(t.kind, t.pack).where(sql`${t.kind} not in ('slot','vehicle')`),
    check(
      'custody_kind_closed',
      sql`${t.kind} in ('slot','berth','lift','vehicle','isolation','truck','workshop','delivery','secondLifeSite','recycler','unknown')`,
    ),
  ],
);

/** Every move a pack ever made. Append-only. */
export const custodyMoves = pgTable(
  'custody_moves',
  {
    pack: text().notNull(),
    version: counter().notNull(),
    fromKind: text({ enum: placeKinds }),
    fromPlace: text(),
    toKind: text({ enum: placeKinds }).notNull(),
    toPlace: text().notNull(),
    /** Station and number of the event that proved it; null for moves by people outside stations. */
    station: text(),
    eventN: counter(),
    bay: text(),
    swap: text(),
    cause: text().notNull(),
    /** For a move by people: key or user, and what for. */
    by: text(),
    reason: text(),
    reading: json<unknown>(),
    occurredAt: instant().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.pack, t.version] }),
    // Where each pack was at a past instant: one step into the index per pack, however often it has moved since.
    index('custody_moves_recorded').on(t.pack, t.recordedAt, t.version),
    index('custody_moves_occurred').on(t.pack, t.occurredAt, t.version),
    // Those by people: a few a day, so what machines write costs nothing here.
    index('custody_moves_by_people').on(t.recordedAt, t.pack, t.version).where(sql`${t.cause} = 'movement'`),
    index('custody_moves_by_person').on(t.by, t.recordedAt, t.pack, t.version).where(sql`${t.cause} = 'movement'`),
    index('custody_moves_by_people_at')
      .on(t.station, t.recordedAt, t.pack, t.version)
      .where(sql`${t.cause} = 'movement'`),
  ],
);
