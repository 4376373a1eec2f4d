import { type SQL, sql } from 'drizzle-orm';
import { type OwedStatement, type Standing, standingOf } from '../../machines/settlement/account-state.ts';
import { disputes, notes } from '../../schema/tables/disputes.ts';
import { paymentMatches } from '../../schema/tables/payments.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import type { Database } from '../db/client.ts';

interface OwedRow extends Record<string, unknown> {
  party: string;
  id: string;
  dueDay: string | null;
  owedFen: string;
  paidFen: string;
  disputedFen: string;
}

/** How parties stand on a day (Asia/Shanghai), by party. Without parties: all that have statements. One query each for what is owed and on account. */
export async function readStandings(
  db: Database,
  today: string,
  parties?: readonly string[],
): Promise<Map<string, Standing>> {
  const of = (column: SQL) => (parties === undefined ? sql`` : sql`and ${column} = any(${sql.param(parties)}::text[])`);
  const [owed, onAccount] = await Promise.all([
    db.execute<OwedRow>(sql`
      select s.party, s.id, s.due_day::text as "dueDay",
        s.total_fen + coalesce((select sum(total_fen) from ${notes} n where n.statement = s.id), 0) as "owedFen",
        coalesce((select sum(amount_fen) from ${paymentMatches} m where m.statement = s.id), 0) as "paidFen",
        coalesce(o.fen, 0) as "disputedFen"
      from ${statements} s left join (
        select d.party, coalesce(d.statement, (select i.statement from ${statementItems} i where i.kind = 'receipt' and i.item = d.swap)) as statement,
          sum(d.disputed_fen) as fen
        from ${disputes} d where d.state <> 'resolved' ${of(sql`d.party`)} group by 1, 2) o on o.party = s.party and o.statement = s.id
      where s.kind = 'fleet' ${of(sql`s.party`)} order by s.party, s.id`),
    db.execute<{ party: string; fen: string }>(sql`
      select m.party, sum(m.amount_fen) as fen from ${paymentMatches} m where m.statement is null ${of(sql`m.party`)} group by m.party`),
  ]);
  const credit = new Map(onAccount.map(({ party: whose, fen }) => [whose, Number(fen)]));
  const byParty = new Map<string, OwedStatement[]>();
  for (const row of owed) {
    const { party: whose, id, dueDay } = row;
    const [owedFen, paidFen, disputedFen] = [row.owedFen, row.paidFen, row.disputedFen].map(Number) as [
      number,
      number,
      number,
    ];
    const list = byParty.get(whose) ?? [];
    list.push({ id, dueDay, owedFen, paidFen, disputedFen });
    byParty.set(whose, list);
  }
  const known = new Set([...byParty.keys(), ...credit.keys()]);
  return new Map(
    [...known].map((whose) => [whose, standingOf(byParty.get(whose) ?? [], credit.get(whose) ?? 0, today)]),
  );
}
