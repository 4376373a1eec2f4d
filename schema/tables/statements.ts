import { sql } from 'drizzle-orm';
import { bigint, check, date, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { BillLine } from '../wire/settlement/bill.ts';
import { type ReceiptsSummary, statementKinds } from '../wire/settlement/statement.ts';
import { instant, json } from './columns.ts';

const fen = () => bigint({ mode: 'number' });

/** What a lessee owes for a calendar month, or what an owner of packs has earned in it. Append-only: corrections are notes. */
export const statements = pgTable(
  'statements',
  {
    /** Kind, month and party: a month of a party is closed once. */
    id: text().primaryKey(),
    kind: text({ enum: statementKinds }).notNull(),
    /** Organisation that pays, or owns. */
    party: text().notNull(),
    /** `2026-08`, of Asia/Shanghai. */
    month: text().notNull(),
    /** Lease fees and deposits; of an owner's: income by lease and pack. `basis` names lease, car, plan. */
    lines: json<BillLine[]>().notNull(),
    /** Of the receipts, by kind of line. */
    summary: json<ReceiptsSummary[]>().notNull(),
    receiptCount: integer().notNull(),
    receiptsFen: fen().notNull(),
    linesFen: fen().notNull(),
    /** Of notes from before that stand on no other statement. */
    notesFen: fen().notNull(),
    totalFen: fen().notNull(),
    /** Last day to pay; none on an owner's. */
    dueDay: date({ mode: 'string' }),
    closedAt: instant().notNull().defaultNow(),
    closedBy: text().notNull(),
  },
  (t) => [
    index('statements_by_party').on(t.party, t.month, t.id),
    index('statements_by_month').on(t.month, t.id),
    check('statements_kind', sql`${t.kind} in ('fleet','owner')`),
    check('statements_total', sql`${t.totalFen} = ${t.receiptsFen} + ${t.linesFen} + ${t.notesFen}`),
  ],
);

/** Which statement a receipt or a note stands on: on one, and never on another; a note also on one of the owner's. Append-only. */
export const statementItems = pgTable(
  'statement_items',
  {
    kind: text({ enum: ['receipt', 'note', 'ownerNote'] }).notNull(),
    /** Swap id, or note id. */
    item: text().notNull(),
    statement: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.item] }),
    index('statement_items_by_statement').on(t.statement, t.kind, t.item),
  ],
);

/** Counts what is done to the account of a party, so that two who settle it at once see each other. Holds no money. */
export const billingAccounts = pgTable('billing_accounts', {
  party: text().primaryKey(),
  version: integer().notNull().default(1),
});
