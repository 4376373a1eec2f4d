import { type SQL, sql } from 'drizzle-orm';
import { receivableOf } from '../../machines/settlement/accounts.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { paymentFiles, paymentMatches, payments } from '../../schema/tables/payments.ts';
import type { PaymentFileDetail } from '../../schema/wire/api/payment.ts';
import { instantOf, jsonRows } from '../settlement/transfers.ts';
import type { TakenMatch, TakenPayment } from './match-rows.ts';

/** A row of `payment_matches` to be written. */
export interface WrittenMatch {
  payment: string;
  n: number;
  party: string;
  statement: string | null;
  amountFen: number;
  undoes: number | null;
  reason: string;
  /** When the party's debt becomes less, or more again. UTC epoch ms. */
  occurredAt: number;
}

export interface Written {
  by: string;
  /** UTC epoch ms. */
  now: number;
}

/** Line 1 of a payment: it is in the bank, and nobody's yet. */
export function takenParts(
  taken: readonly TakenPayment[],
  file: string,
  { now }: Written,
): Record<'taken' | 'cashed', SQL> {
  const at = new Date(now).toISOString();
  return {
    taken: sql`insert into ${payments} (id, file, line, amount_fen, paid_at, payer, payer_name, reference, recorded_at)
      select p.id, ${file}, p.line, p."amountFen", ${instantOf(sql`p."paidAt"`)}, p.payer, p."payerName", p.reference, ${at}::timestamptz
      from act, jsonb_to_recordset(${jsonRows(taken)}) as p(id text, line int, "amountFen" bigint, "paidAt" float8, payer text, "payerName" text,
        reference text)
      order by p.id returning id, amount_fen, paid_at`,
    cashed: sql`insert into ${transfers} (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
      select 'cash:bank', 'suspense:payments', t.amount_fen, 'payment', t.id, 1, t.paid_at from taken t order by t.id returning id`,
  };
}

/** Line 1 + n: match `n` takes it out of suspense to the party's account; one below 0 puts it back. */
export function matchParts(matches: readonly WrittenMatch[], { by, now }: Written): Record<'matched' | 'settled', SQL> {
  const rows = jsonRows(
    matches.map((match) => ({ ...match, receivable: receivableOf({ lessee: match.party, vin: '' }) })),
  );
  return {
    matched: sql`insert into ${paymentMatches} (payment, n, party, statement, amount_fen, undoes, reason, by, matched_at)
      select m.payment, m.n, m.party, m.statement, m."amountFen", m.undoes, m.reason, ${by}, ${new Date(now).toISOString()}::timestamptz
      from act, jsonb_to_recordset(${rows}) as m(payment text, n int, party text, statement text, "amountFen" bigint, undoes int, reason text)
      order by m.payment, m.n returning payment, n`,
    settled: sql`insert into ${transfers} (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
      select case when m."amountFen" > 0 then 'suspense:payments' else m.receivable end,
        case when m."amountFen" > 0 then m.receivable else 'suspense:payments' end,
        abs(m."amountFen"), 'payment', m.payment, 1 + m.n, ${instantOf(sql`m."occurredAt"`)}
      from act, jsonb_to_recordset(${rows}) as m(payment text, n int, "amountFen" bigint, receivable text, "occurredAt" float8)
      order by m.payment, m.n returning id`,
  };
}

export const writtenOf = ({ paidAt, ...match }: TakenMatch): WrittenMatch => ({
  ...match,
  undoes: null,
  occurredAt: paidAt,
});

/** The same file may come again with rows that it had not before: what it is stays as it was first. */
export const filedPart = (file: PaymentFileDetail): SQL => sql`
  insert into ${paymentFiles} (id, format, sha256, rows, taken, known, ignored, lines, by, received_at)
  select ${file.id}, ${file.format}, ${file.sha256}, ${file.rows}, ${file.taken}, ${file.known}, ${file.ignored}, ${jsonRows(file.lines)},
    ${file.by}, ${file.receivedAt}::timestamptz from act
  on conflict (id) do nothing returning id`;
