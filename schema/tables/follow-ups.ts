import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { followUpNames } from '../wire/follow-ups.ts';
import { instant } from './columns.ts';

export const followUpConsumers = followUpNames;
export type FollowUpConsumer = (typeof followUpConsumers)[number];

/**
 * What has to follow from a committed fact, and who sees to it. Triggers write it in the commit of the fact itself, so nothing is forgotten; the
 * statement that does the work takes the row away, so nothing is done twice.
 */
export const followUps = pgTable(
  'follow_ups',
  {
    consumer: text({ enum: followUpConsumers }).notNull(),
    /** `receipt`, `retirement`: swap id. `chargeCost`, `health`: `station/eventN/position` of the charge that ended. `trace`: `pack/version` of a custody move. `dispatch`: `site/…`, what changed there. */
    subject: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
    /** Not before then. */
    dueAt: instant().notNull().defaultNow(),
    attempts: integer().notNull().default(0),
    /** Why the last attempt came to nothing, for people. */
    problem: text(),
  },
  (t) => [
    primaryKey({ columns: [t.consumer, t.subject] }),
    index('follow_ups_due').on(t.consumer, t.dueAt),
    index('follow_ups_problems').on(t.consumer, t.subject).where(sql`${t.problem} is not null`),
    check(
      'follow_ups_consumer',
      sql`${t.consumer} in ('receipt','retirement','chargeCost','health','trace','dispatch')`,
    ),
  ],
);
