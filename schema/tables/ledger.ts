import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * Double entry: a row is one transfer from the account it credits to the account it debits, so the books balance by construction. Append-only:
 * a correction is a transfer the other way. Balances are derived.
 */
export const transfers = pgTable(
  'transfers',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    debit: text().notNull(),
    credit: text().notNull(),
    amountFen: bigint({ mode: 'number' }).notNull(),
    /** What caused it, and the line of it: `receipt` and a swap id, `statement`, `payment`, `note`, `chargeCost`, `deposit`. */
    cause: text().notNull(),
    causeId: text().notNull(),
    line: integer().notNull(),
    /** Instant it belongs to: release of the swap, end of the month, day of the payment. */
    occurredAt: instant().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('transfers_once').on(t.cause, t.causeId, t.line),
    index('transfers_by_debit').on(t.debit, t.occurredAt, t.id),
    index('transfers_by_credit').on(t.credit, t.occurredAt, t.id),
    check('transfers_positive', sql`${t.amountFen} > 0`),
    check('transfers_two_accounts', sql`${t.debit} <> ${t.credit}`),
  ],
);
