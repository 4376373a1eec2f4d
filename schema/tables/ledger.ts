import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
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
    // Those that a snapshot may not have counted although they belong before its instant: see `balance_snapshots`.
    index('transfers_late').on(t.recordedAt).where(sql`${t.recordedAt} - ${t.occurredAt} >= interval '2 days'`),
    check('transfers_positive', sql`${t.amountFen} > 0`),
    check('transfers_two_accounts', sql`${t.debit} <> ${t.credit}`),
  ],
);

/**
 * What an account had been debited and credited before an instant. A balance is the last snapshot before it and the transfers since; a snapshot is
 * no truth of its own: `npm run audit` adds it up anew. Append-only.
 */
export const balanceSnapshots = pgTable(
  'balance_snapshots',
  {
    /** Transfers that occurred before it are in. */
    at: instant().notNull(),
    account: text().notNull(),
    /** And of those only the ones recorded before this; at least 2 days after `at`, so that all others are late ones. */
    countedBefore: instant().notNull(),
    debitFen: bigint({ mode: 'number' }).notNull(),
    creditFen: bigint({ mode: 'number' }).notNull(),
    transfers: bigint({ mode: 'number' }).notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.at, t.account] })],
);
