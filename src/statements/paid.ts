import { asc, eq } from 'drizzle-orm';
import { openFenOf, payStateOf } from '../../machines/settlement/account-state.ts';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import { paymentMatches, payments } from '../../schema/tables/payments.ts';
import type { StatementBalance, StatementPayment } from '../../schema/wire/api/statement.ts';
import type { Database } from '../db/client.ts';
import type { StatementRow } from './queries.ts';
import { readStandings } from './standing.ts';

/** What was paid of a statement, and how it stands today. */
export async function readPaid(
  db: Database,
  { id, kind, party }: StatementRow,
  now: number,
): Promise<{ balance: StatementBalance | null; payments: StatementPayment[] }> {
  if (kind !== 'fleet') return { balance: null, payments: [] };
  const [standings, paid] = await Promise.all([readStandings(db, beijingDay(now), [party]), paymentsOf(db, id)]);
  const found = standings.get(party)?.statements.find((each) => each.id === id);
  if (found === undefined) return { balance: null, payments: paid };
  const { owedFen, paidFen, coveredFen, disputedFen } = found;
  const balance = { owedFen, paidFen, coveredFen, openFen: openFenOf(found), disputedFen, state: payStateOf(found) };
  return { balance, payments: paid };
}

async function paymentsOf(db: Database, statement: string): Promise<StatementPayment[]> {
  const rows = await db
    .select({
      payment: paymentMatches.payment,
      n: paymentMatches.n,
      amountFen: paymentMatches.amountFen,
      undoes: paymentMatches.undoes,
      paidAt: payments.paidAt,
      matchedAt: paymentMatches.matchedAt,
    })
    .from(paymentMatches)
    .innerJoin(payments, eq(payments.id, paymentMatches.payment))
    .where(eq(paymentMatches.statement, statement))
    .orderBy(asc(paymentMatches.matchedAt), asc(paymentMatches.payment), asc(paymentMatches.n));
  return rows.map(({ paidAt, matchedAt, ...same }) => ({
    ...same,
    paidAt: paidAt.toISOString(),
    matchedAt: matchedAt.toISOString(),
  }));
}
