import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { counter, instant } from './columns.ts';

/** Records that were well wrapped and could not be used. The mark has moved past them; a person looks at what they were. */
export const deadLetters = pgTable(
  'dead_letters',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    station: text().notNull(),
    journalId: text().notNull(),
    seq: counter().notNull(),
    boot: integer().notNull(),
    type: text().notNull(),
    /** Field and reason. */
    problem: text().notNull(),
    /** The record as JSON text, made safe to store: NUL and lone surrogates replaced. */
    payload: text().notNull(),
    eventN: counter().notNull(),
    recordedAt: instant().notNull().defaultNow(),
    resolvedAt: instant(),
    resolvedBy: text(),
    resolvedNote: text(),
  },
  (t) => [
    uniqueIndex('dead_letters_record').on(t.station, t.journalId, t.seq),
    index('dead_letters_by_station').on(t.station, t.id),
    index('dead_letters_open').on(t.id).where(sql`${t.resolvedAt} is null`),
  ],
);
