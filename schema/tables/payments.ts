import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { type FileLine, paymentFormats } from '../wire/settlement/payment.ts';
import { instant, json } from './columns.ts';

/** A file of a bank or a payment platform that was brought in. Append-only. */
export const paymentFiles = pgTable(
  'payment_files',
  {
    /** `pf-` and 16 hex digits of its SHA-256 and format: the same file is the same id. */
    id: text().primaryKey(),
    format: text({ enum: paymentFormats }).notNull(),
    sha256: text().notNull(),
    /** Lines that tell of money, in or out. */
    rows: integer().notNull(),
    /** Payments that came with it for the first time. */
    taken: integer().notNull(),
    /** Rows whose payment an earlier file, or an earlier line, had brought. */
    known: integer().notNull(),
    /** Rows that tell of no money that came in from outside. */
    ignored: integer().notNull(),
    /** What became of each row. */
    lines: json<FileLine[]>().notNull(),
    by: text().notNull(),
    receivedAt: instant().notNull().defaultNow(),
  },
  (t) => [index('payment_files_by_time').on(t.receivedAt, t.id)],
);

/** Money that came in, once by the transaction number of who brought it. Append-only. */
export const payments = pgTable(
  'payments',
  {
    /** `bank.<own account>.<transaction>` or `alipay.<own account>.<transaction>`. */
    id: text().primaryKey(),
    file: text().notNull(),
    line: integer().notNull(),
    amountFen: bigint({ mode: 'number' }).notNull(),
    paidAt: instant().notNull(),
    /** Account it came from; empty: the file does not say. */
    payer: text().notNull(),
    payerName: text().notNull(),
    /** What the payer wrote. */
    reference: text().notNull(),
    recordedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('payments_by_time').on(t.recordedAt, t.id),
    index('payments_by_day').on(t.paidAt, t.id),
    index('payments_by_file').on(t.file, t.line),
    check('payments_positive', sql`${t.amountFen} > 0`),
  ],
);

/** What of a payment is whose, and for which statement; the rest is in suspense. Append-only: a wrong one is undone by a row of the same below 0. */
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
    /** The `n` that this row undoes. */
    undoes: integer(),
    /** Rule that found it, or the words of a person. */
    reason: text().notNull(),
    by: text().notNull(),
    matchedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.payment, t.n] }),
    index('payment_matches_on_account').on(t.party).where(sql`${t.statement} is null`),
    uniqueIndex('payment_matches_undone_once').on(t.payment, t.undoes).where(sql`${t.undoes} is not null`),
    index('payment_matches_by_party').on(t.party, t.payment, t.n),
    index('payment_matches_by_statement').on(t.statement).where(sql`${t.statement} is not null`),
    check('payment_matches_amount', sql`${t.amountFen} <> 0 and (${t.amountFen} < 0) = (${t.undoes} is not null)`),
  ],
);

/**
 * What of each payment nobody has been found for, while there is any. Triggers on payments and matches keep it; it is a way to find them and no
 * truth of its own.
 */
export const paymentsInSuspense = pgTable('payments_in_suspense', {
  payment: text().primaryKey(),
  amountFen: bigint({ mode: 'number' }).notNull(),
});

/** Whose money comes from an account. Append-only: the last row of an account counts. */
export const payers = pgTable(
  'payers',
  {
    account: text().notNull(),
    /** 1, 2, … */
    n: integer().notNull(),
    /** Null: nobody's any more. The operator's own: money that only moves between our accounts. */
    organisation: text(),
    note: text().notNull(),
    by: text().notNull(),
    at: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.account, t.n] })],
);

/**
 * What was done to payments and their payers, in order. Who plans a change has read all up to some number and writes the next one with it: of two who
 * have read the same, the second violates the key, nothing of it is done, and it plans anew. Append-only.
 */
export const paymentActs = pgTable('payment_acts', {
  n: bigint({ mode: 'number' }).primaryKey(),
  kind: text({ enum: ['import', 'assign', 'undo', 'payer'] }).notNull(),
  /** The file, payment or account. */
  subject: text().notNull(),
  by: text().notNull(),
  at: instant().notNull().defaultNow(),
});
