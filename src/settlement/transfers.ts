import { type SQL, sql } from 'drizzle-orm';
import type { Posting } from '../../machines/settlement/postings.ts';

export type TransferCause = 'receipt' | 'chargeCost' | 'payment' | 'dispatch';

/** A transfer with what caused it. */
export interface Caused extends Posting {
  causeId: string;
  occurredAt: number;
}

const jsonRows = (rows: readonly object[]): SQL => sql`${JSON.stringify(rows)}::text::jsonb`;

/** The part of a statement that writes transfers of the facts in `gone`. */
export const transfersPart = (cause: TransferCause, transfers: readonly Caused[], gone: SQL): SQL => sql`
  insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
  select t.debit, t.credit, t."amountFen", ${cause}, t."causeId", t.line, ${instantOf(sql`t."occurredAt"`)}
  from jsonb_to_recordset(${jsonRows(transfers)})
      as t(debit text, credit text, "amountFen" bigint, "causeId" text, line int, "occurredAt" float8)
    join ${gone} g on g.subject = t."causeId"
  order by t."causeId", t.line`;

/** Of UTC epoch ms. */
export const instantOf = (epochMs: SQL): SQL => sql`to_timestamp(${epochMs} / 1000.0)`;

export { jsonRows };
