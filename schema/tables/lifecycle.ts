import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { instant, json } from './columns.ts';

/** The steps of a pack's life that the law wants traced. Append-only. */
export const lifeEvents = pgTable(
  'life_events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** GB/T 34014 code: 24 characters, or 19 of a cascade product. */
    code: text().notNull(),
    /** The other code of the same pack, once it has two. */
    linkedCode: text(),
    type: text().notNull(),
    /** What it came from: `move/<pack>/<version>`, `retirement/<id>`, … Each is traced once. */
    source: text().notNull(),
    occurredAt: instant().notNull(),
    recordedAt: instant().notNull().defaultNow(),
    /** Organisation that did it, and has to report it. */
    party: text(),
    /** Organisation that owned the pack then. */
    owner: text(),
    vin: text(),
    station: text(),
    /** Where it was before and after, as custody names places. */
    fromPlace: text(),
    toPlace: text(),
    odometerKm: doublePrecision(),
    socPct: doublePrecision(),
    sohPct: doublePrecision(),
    /** What else it says. */
    body: json<Record<string, unknown>>(),
  },
  (t) => [
    uniqueIndex('life_events_once').on(t.type, t.source),
    index('life_events_by_code').on(t.code, t.occurredAt, t.id),
    index('life_events_by_linked_code').on(t.linkedCode, t.occurredAt, t.id).where(sql`${t.linkedCode} is not null`),
    index('life_events_by_time').on(t.occurredAt, t.id),
    index('life_events_by_station').on(t.station, t.occurredAt, t.id),
    index('life_events_by_owner').on(t.owner, t.occurredAt, t.id).where(sql`${t.owner} is not null`),
    index('life_events_by_type').on(t.type, t.occurredAt, t.id),
  ],
);

/** The clock of an event that must be reported. */
export const lifeDuties = pgTable(
  'life_duties',
  {
    event: bigint({ mode: 'number' }).primaryKey(),
    /** Of the event, for the alarm. */
    station: text(),
    withinDays: integer().notNull(),
    /** Last day, Asia/Shanghai. */
    dueDay: date({ mode: 'string' }).notNull(),
    /** Report that carries it. */
    report: bigint({ mode: 'number' }),
    reportedAt: instant(),
  },
  (t) => [
    index('life_duties_open').on(t.dueDay, t.event).where(sql`${t.reportedAt} is null`),
    index('life_duties_free').on(t.event).where(sql`${t.report} is null`),
    index('life_duties_by_report').on(t.report, t.event).where(sql`${t.report} is not null`),
    check('life_duties_reported', sql`${t.reportedAt} is null or ${t.report} is not null`),
  ],
);

/** Events handed to the platform together. */
export const lifeReports = pgTable('life_reports', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  preparedAt: instant().notNull().defaultNow(),
  preparedBy: text().notNull(),
  events: integer().notNull(),
  /** The platform's own number, when it has taken them. */
  reference: text(),
  confirmedAt: instant(),
  confirmedBy: text(),
  edition: integer().notNull().default(1),
});

/** Working days and holidays that people have entered, over those the program knows. */
export const calendarDays = pgTable('calendar_days', {
  day: date({ mode: 'string' }).primaryKey(),
  isWorking: boolean().notNull(),
  name: text().notNull(),
  by: text().notNull(),
  enteredAt: instant().notNull().defaultNow(),
});
