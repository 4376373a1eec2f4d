import { sql } from 'drizzle-orm';
import { receivableOf } from '../../../machines/settlement/accounts.ts';
import type { Posting } from '../../../machines/settlement/postings.ts';
import type { Database } from '../../db/client.ts';
import type { Difference } from './difference.ts';
import type { Range } from './log.ts';
import { differentTransfers } from './transfers.ts';

interface StoredPayment extends Record<string, unknown> {
  id: string;
  fen: string;
  paid_at: string;
  matches: { n: number; party: string; fen: number }[];
}

const paymentsAtOnce = 1_000;

/**
 * Payments of the days: each moved its money to the bank once, each match out of suspense to its party or back, and nothing is matched that did not come.
 */
export async function auditPayments(
  db: Database,
  { from, to }: Range,
): Promise<{ examined: number; differences: Difference[] }> {
  const differences: Difference[] = [];
  let examined = 0;
  let after: [string, string] = [new Date(from).toISOString(), ''];
  for (;;) {
    const rows = await db.execute<StoredPayment>(sql`
      select p.id, p.amount_fen as fen, p.paid_at::text, coalesce((select jsonb_agg(jsonb_build_object('n', m.n, 'party', m.party, 'fen', m.amount_fen)
          order by m.n) from payment_matches m where m.payment = p.id), '[]') as matches
      from payments p
      where (p.paid_at, p.id) > (${after[0]}::timestamptz, ${after[1]}) and p.paid_at < ${new Date(to).toISOString()}::timestamptz
      order by p.paid_at, p.id limit ${paymentsAtOnce}`);
    examined += rows.length;
    const causes = rows.map((row) => ({ causeId: row.id, postings: postingsOf(row) }));
    differences.push(...(await differentTransfers(db, 'payment', causes)), ...rows.flatMap(overMatched));
    const last = rows.at(-1);
    if (last === undefined || rows.length < paymentsAtOnce) return { examined, differences };
    after = [last.paid_at, last.id];
  }
}

const postingsOf = ({ fen, matches }: StoredPayment): Posting[] => [
  { line: 1, debit: 'cash:bank', credit: 'suspense:payments', amountFen: Number(fen) },
  ...matches.map(({ n, party, fen: of }): Posting => {
    const receivable = receivableOf({ lessee: party, vin: '' });
    const accounts =
      of > 0
        ? ({ debit: 'suspense:payments', credit: receivable } as const)
        : ({ debit: receivable, credit: 'suspense:payments' } as const);
    return { line: 1 + n, ...accounts, amountFen: Math.abs(of) };
  }),
];

function overMatched({ id, fen, matches }: StoredPayment): Difference[] {
  const matched = matches.reduce((sum, match) => sum + match.fen, 0);
  if (matched >= 0 && matched <= Number(fen)) return [];
  return [{ kind: 'payment', id, what: 'matched fen', stored: matched, rebuilt: `0 to ${fen}` }];
}
