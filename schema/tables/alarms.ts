import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { counter, instant, json } from './columns.ts';

/** What people did with a row. Who raises and clears it never writes these columns, so neither overwrites the other. */
export const settledByPeople = () => ({
  acknowledgedAt: instant(),
  /** Key of the API. */
  acknowledgedBy: text(),
  acknowledgedNote: text(),
  /** The person who sees to it, `user:<id>`. */
  assignedTo: text(),
  assignedAt: instant(),
});

/** It counts only for the raising it was made for (`…N` equals `raisedN` or `openedN`): when the same key comes again, it is new to everybody. */
const acknowledgement = () => ({ ...settledByPeople(), acknowledgedN: counter(), assignedN: counter() });

/** One row per alarm key: its last raising. Earlier ones are in the log. */
export const alarms = pgTable(
  'alarms',
  {
    station: text().notNull(),
    key: text().notNull(),
    level: smallint().notNull(),
    code: text().notNull(),
    bay: text(),
    place: text(),
    pack: text(),
    detail: text().notNull(),
    raisedAt: instant().notNull(),
    raisedN: counter().notNull(),
    clearedAt: instant(),
    /** How often it was raised. */
    times: integer().notNull().default(1),
    ...acknowledgement(),
    /** A level that rises afterwards is news again. */
    acknowledgedLevel: smallint(),
  },
  (t) => [
    primaryKey({ columns: [t.station, t.key] }),
    index('alarms_active').on(t.station, t.raisedAt).where(sql`${t.clearedAt} is null`),
    index('alarms_by_time').on(t.raisedAt, t.station, t.key),
    index('alarms_by_pack').on(t.pack, t.raisedAt).where(sql`${t.pack} is not null`),
  ],
);

/** Something a person has to look into: a pack whose place is unknown, a motion whose outcome is unknown. */
export const incidents = pgTable(
  'incidents',
  {
    station: text().notNull(),
    key: text().notNull(),
    code: text().notNull(),
    bay: text(),
    swap: text(),
    packs: json<string[]>().notNull(),
    detail: text().notNull(),
    openedAt: instant().notNull(),
    openedN: counter().notNull(),
    closedAt: instant(),
    closedDetail: text(),
    times: integer().notNull().default(1),
    ...acknowledgement(),
    /** Key of the API, when a person closed it. */
    closedBy: text(),
    closedByN: counter(),
  },
  (t) => [
    primaryKey({ columns: [t.station, t.key] }),
    index('incidents_open').on(t.station, t.openedAt).where(sql`${t.closedAt} is null`),
    index('incidents_by_time').on(t.openedAt, t.station, t.key),
  ],
);
