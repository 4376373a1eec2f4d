import { asc, eq } from 'drizzle-orm';
import { openFenOf, payStateOf, type StandingStatement } from '../../machines/settlement/account-state.ts';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import { paymentMatches, payments } from '../../schema/tables/payments.ts';
import type { StatementBalance, StatementPayment } from '../../schema/wire/api/statement.ts';
import type { Database } from '../db/client.ts';
import type { StatementRow } from './queries.ts';
import { readStandings } from './standing.ts';

/** How statements stand today, by id; owners' have no balance. One look at all that their parties owe. */
export async function readBalances(
  db: Database,
  rows: readonly Pick<StatementRow, 'kind' | 'party'>[],
  now: number,
): Promise<ReadonlyMap<string, StatementBalance>> {
  const parties = [...new Set(rows.filter(({ kind }) => kind === 'fleet').map(({ party }) => party))];
  if (parties.length === 0) return new Map();
  const standings = await readStandings(db, beijingDay(now), parties);
  return new Map(
    [...standings.values()].flatMap(({ statements }) => statements.map((each) => [each.id, balanceOf(each)])),
  );
}

function balanceOf(standing: StandingStatement): StatementBalance {
  const { owedFen, paidFen, coveredFen, disputedFen } = standing;
  return { owedFen, paidFen, coveredFen, openFen: openFenOf(standing), disputedFen, state: payStateOf(standing) };
}

/** What was paid of a statement, in the order in which it was matched. */
export async function paymentsOf(db: Database, statement: string): Promise<StatementPayment[]> {
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
