import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { paymentFormats } from '../wire/settlement/statement.ts';
import { instant } from './columns.ts';

/** A file of a bank or a payment platform that was brought in. Append-only. */
export const paymentFiles = pgTable(
  'payment_files',
  {
    /** `pf-` and 16 hex digits of its SHA-256 and format: the same file is the same id. */
    id: text().primaryKey(),
    format: text({ enum: paymentFormats }).notNull(),
    sha256: text().notNull(),
    rows: integer().notNull(),
    /** Rows whose payment an earlier file had brought. */
    known: integer().notNull(),
    by: text().notNull(),
    receivedAt: instant().notNull().defaultNow(),
  },
  (t) => [index('payment_files_by_time').on(t.receivedAt, t.id)],
);

/** Money that came in, once by the transaction number of who brought it. Append-only. */
export const payments = pgTable(
  'payments',
  {
    /** `bank.<transaction>` or `platform.<transaction>`. */
    id: text().primaryKey(),
    file: text().notNull(),
    line: integer().notNull(),
    amountFen: bigint({ mode: 'number' }).notNull(),
    paidAt: instant().notNull(),
    payer: text().notNull(),
    reference: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('payments_by_time').on(t.recordedAt, t.id),
    index('payments_by_file').on(t.file, t.line),
    check('payments_positive', sql`${t.amountFen} > 0`),
  ],
);

/** What of a payment is whose, and for which statement. Append-only: what is on account is taken away by a row below 0 and put to a statement. */
export const paymentMatches = pgTable(
  'payment_matches',
  {
    payment: text().notNull(),
    /** 1, 2, … */
    n: integer().notNull(),
    party: text().notNull(),
    /** Null: on account of the party, for statements to come. */
    statement: text(),
    amountFen: bigint({ mode: 'number' }).notNull(),
    /** Rule that found it, or the words of a person. */
    reason: text().notNull(),
    by: text().notNull(),
    matchedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.payment, t.n] }),
    index('payment_matches_by_party').on(t.party, t.payment, t.n),
    index('payment_matches_by_statement').on(t.statement).where(sql`${t.statement} is not null`),
    check('payment_matches_amount', sql`${t.amountFen} <> 0`),
  ],
);
