import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, json } from './columns.ts';

/**
 * Answers to requests that came with an `Idempotency-Key`. A row is written by the statement that has the effect, so there is never one
 * without the other.
 */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** SHA-256 over caller, operation and key: a key is its caller's own, and is itself kept nowhere. */
    id: text().primaryKey(),
    caller: text().notNull(),
    /** Method and pattern of the path. */
    operation: text().notNull(),
    /** SHA-256 over path, query and body: another payload under the same key is refused. */
    fingerprint: text().notNull(),
    /** What the statement returned, or the refusal: the answer is made of it, the first time and every time. */
    outcome: json<object>().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [index('idempotency_keys_created').on(t.createdAt)],
);
