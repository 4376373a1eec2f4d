import { sql } from 'drizzle-orm';
import type { Posting } from '../../machines/settlement/postings.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { type Statement, statement } from '../db/statement.ts';

export interface NewNote {
  id: string;
  reason: (typeof notes.$inferInsert)['reason'];
  party: string;
  owner?: string | null;
  statement?: string | null;
  /** Swap of the receipt, or the statement, whose lines it corrects. */
  swap?: string | null;
  corrects?: string | null;
  dispute?: string | null;
  text: string;
  lines: readonly BillLine[];
  totalFen: number;
  postings: readonly Posting[];
  by: string;
  /** UTC epoch ms. */
  now: number;
}

/** The parts of a statement that issue a note once, with its transfers. `gate` is a part before that has a row when it may be issued. */
export function noteParts(note: NewNote, gate?: string): Record<'noted' | 'note_posted', ReturnType<typeof sql>> {
  const at = new Date(note.now).toISOString();
  const where = gate === undefined ? sql`` : sql` where exists (select from ${sql.identifier(gate)})`;
  return {
    noted: sql`insert into ${notes} (id, reason, party, owner, statement, swap, corrects, dispute, text, lines, total_fen, by, issued_at)
      select ${note.id}, ${note.reason}, ${note.party}, ${note.owner ?? null}, ${note.statement ?? null}, ${note.swap ?? null},
        ${note.corrects ?? null}, ${note.dispute ?? null}, ${note.text}, ${JSON.stringify(note.lines)}::text::jsonb, ${note.totalFen}::bigint,
        ${note.by}, ${at}::timestamptz${where}
      on conflict (id) do nothing returning *`,
    note_posted: sql`insert into ${transfers} (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
      select p.debit, p.credit, p."amountFen", 'note', n.id, p.line, n.issued_at from noted n,
        jsonb_to_recordset(${JSON.stringify(note.postings)}::text::jsonb) as p(debit text, credit text, "amountFen" bigint, line int)
      returning id`,
  };
}

export const noteStatement = (note: NewNote): Statement<Record<string, unknown>> =>
  statement<Record<string, unknown>>({ parts: noteParts(note), result: sql`select * from noted` });
