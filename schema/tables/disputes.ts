import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { BillLine } from '../wire/settlement/bill.ts';
import { disputeOutcomes, disputeStates, evidenceKinds, noteReasons } from '../wire/settlement/statement.ts';
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
    /** Statement whose lines it corrects. Which line each of its own corrects stands in its `basis`. */
    corrects: text(),
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
    index('notes_by_corrected').on(t.corrects).where(sql`${t.corrects} is not null`),
    uniqueIndex('notes_one_of_a_dispute').on(t.dispute).where(sql`${t.dispute} is not null`),
    check('notes_amount', sql`${t.totalFen} <> 0`),
  ],
);

/** A lessee says that a bill, or a line of it, is wrong. Ends once: by a note, without one, or taken back. */
export const disputes = pgTable(
  'disputes',
  {
    /** `d-` and 16 hex digits. */
    id: text().primaryKey(),
    party: text().notNull(),
    /** What is in dispute: a receipt, or a statement. */
    swap: text(),
    statement: text(),
    /** Line of it, from 1; null: all of it. */
    line: integer(),
    /** The line as it stands there. */
    disputed: json<BillLine>(),
    /** What all of it comes to while it is open: nobody is in arrears with it. */
    disputedFen: fen().notNull(),
    /** Leases that are told of it. */
    leases: text().array().notNull(),
    /** Pieces of evidence attached: the number of the last. */
    evidence: integer().notNull(),
    state: text({ enum: disputeStates }).notNull().default('open'),
    reason: text().notNull(),
    openedBy: text().notNull(),
    openedAt: instant().notNull().defaultNow(),
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
    index('disputes_by_swap').on(t.swap, t.id).where(sql`${t.swap} is not null`),
    index('disputes_by_statement').on(t.statement, t.id).where(sql`${t.statement} is not null`),
    index('disputes_open').on(t.party).where(sql`${t.state} <> 'resolved'`),
    uniqueIndex('disputes_one_open_of_a_receipt')
      .on(t.swap, sql`coalesce(${t.line}, 0)`)
      .where(sql`${t.state} <> 'resolved' and ${t.swap} is not null`),
    uniqueIndex('disputes_one_open_of_a_statement')
      .on(t.statement, sql`coalesce(${t.line}, 0)`)
      .where(sql`${t.state} <> 'resolved' and ${t.statement} is not null`),
    check('disputes_state', sql`(${t.state} = 'resolved') = (${t.outcome} is not null)`),
    check('disputes_of_one_thing', sql`(${t.swap} is null) <> (${t.statement} is null)`),
  ],
);

/** What was known of the matter when the dispute was opened, copied in the same commit, and what people said to it since. Append-only. */
export const disputeEvidence = pgTable(
  'dispute_evidence',
  {
    dispute: text().notNull(),
    n: integer().notNull(),
    kind: text({ enum: evidenceKinds }).notNull(),
    /** Where it is from: station and number of the event, the swap, the plan's version. */
    source: text().notNull(),
    body: json<unknown>().notNull(),
    /** `service` for what was copied. */
    by: text().notNull(),
    attachedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.dispute, t.n] })],
);
