import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { BillLine } from '../wire/settlement/bill.ts';
import { disputeOutcomes, disputeStates, noteReasons } from '../wire/settlement/statement.ts';
import { instant, json } from './columns.ts';

const fen = () => bigint({ mode: 'number' });

/** A credit note (below 0) or a debit note: the one way a bill is corrected. Append-only. */
export const notes = pgTable(
  'notes',
  {
    id: text().primaryKey(),
    reason: text({ enum: noteReasons }).notNull(),
    /** Organisation that owes more or less by it. */
    party: text().notNull(),
    /** Owner of the packs, where the lines are the owner's money. */
    owner: text(),
    /** Whose outstanding sum it changes; null: it stands on the next one. */
    statement: text(),
    /** Swap of the receipt that it corrects. */
    swap: text(),
    /** Line that it corrects, from 1; of the receipt, or of the statement. */
    line: integer(),
    dispute: text(),
    text: text().notNull(),
    lines: json<BillLine[]>().notNull(),
    totalFen: fen().notNull(),
    by: text().notNull(),
    issuedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('notes_by_party').on(t.party, t.issuedAt, t.id),
    index('notes_by_time').on(t.issuedAt, t.id),
    index('notes_by_statement').on(t.statement).where(sql`${t.statement} is not null`),
    index('notes_by_swap').on(t.swap).where(sql`${t.swap} is not null`),
    uniqueIndex('notes_one_of_a_dispute').on(t.dispute).where(sql`${t.dispute} is not null`),
    check('notes_amount', sql`${t.totalFen} <> 0`),
  ],
);

/** A lessee says that a line is wrong. Ends once, by a note or without. */
export const disputes = pgTable(
  'disputes',
  {
    /** `d-` and 16 hex digits. */
    id: text().primaryKey(),
    party: text().notNull(),
    /** The line: of a receipt, or of a statement. */
    swap: text(),
    statement: text(),
    line: integer().notNull(),
    /** The line as it stands there. */
    disputed: json<BillLine>().notNull(),
    state: text({ enum: disputeStates }).notNull().default('open'),
    reason: text().notNull(),
    openedBy: text().notNull(),
    openedAt: instant().notNull().defaultNow(),
    reviewBy: text(),
    reviewAt: instant(),
    outcome: text({ enum: disputeOutcomes }),
    /** What the lessee gets back. */
    creditFen: fen(),
    note: text(),
    resolution: text(),
    resolvedBy: text(),
    resolvedAt: instant(),
    edition: integer().notNull().default(1),
  },
  (t) => [
    index('disputes_by_party').on(t.party, t.id),
    index('disputes_open').on(t.party).where(sql`${t.state} <> 'resolved'`),
    uniqueIndex('disputes_one_open_of_a_receipt_line')
      .on(t.swap, t.line)
      .where(sql`${t.state} <> 'resolved' and ${t.swap} is not null`),
    uniqueIndex('disputes_one_open_of_a_statement_line')
      .on(t.statement, t.line)
      .where(sql`${t.state} <> 'resolved' and ${t.swap} is null`),
    check('disputes_state', sql`${t.state} in ('open','underReview','resolved')`),
    check('disputes_of_something', sql`${t.swap} is not null or ${t.statement} is not null`),
  ],
);

/** What was known of the matter when the dispute was opened, copied in the same commit. Append-only. */
export const disputeEvidence = pgTable(
  'dispute_evidence',
  {
    dispute: text().notNull(),
    n: integer().notNull(),
    /** `receipt`, `statement`, `event`, `transfer`, `certificate`. */
    kind: text().notNull(),
    /** Where it is from: the event's number, the swap. */
    source: text().notNull(),
    body: json<unknown>().notNull(),
    attachedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.dispute, t.n] })],
);
