import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { amountFen, totalFen } from '../../../machines/settlement/money.ts';
import { notePostings } from '../../../machines/settlement/note.ts';
import { notes } from '../../../schema/tables/disputes.ts';
import { receipts } from '../../../schema/tables/receipts.ts';
import { statements } from '../../../schema/tables/statements.ts';
import type { Database } from '../../db/client.ts';
import type { Difference } from './difference.ts';
import type { Range } from './log.ts';
import { differentTransfers } from './transfers.ts';

/**
 * Notes are what people decided, so there is nothing to rebuild them of: their lines are calculated again, their transfers made again of their lines, and
 * what was credited is compared with what was billed.
 */
export async function auditNotes(db: Database, range: Range): Promise<{ examined: number; differences: Difference[] }> {
  const within = sql`${notes.issuedAt} >= ${new Date(range.from).toISOString()}::timestamptz
    and ${notes.issuedAt} < ${new Date(range.to).toISOString()}::timestamptz`;
  const rows = await db.select().from(notes).where(within).orderBy(notes.issuedAt, notes.id);
  const differences: Difference[] = [];
  for (const { id, lines, totalFen: stored } of rows) {
    const differ = (what: string, was: unknown, rebuilt: unknown) =>
      differences.push({ kind: 'note', id, what, stored: was, rebuilt });
    const amounts = lines.map((line) => line.amountFen);
    const calculated = lines.map(({ quantity, unit, unitPriceMicro }) => amountFen(quantity, unit, unitPriceMicro));
    if (!isDeepStrictEqual(amounts, calculated)) differ('amounts', amounts, calculated);
    if (stored !== totalFen(lines)) differ('totalFen', stored, totalFen(lines));
  }
  const causes = rows.map(({ id, lines, party }) => ({ causeId: id, postings: notePostings(lines, party) }));
  differences.push(...(await differentTransfers(db, 'note', causes)), ...(await beyondBilled(db, within)));
  return { examined: rows.length, differences };
}

/** Lines of which more was taken back than they had billed. */
async function beyondBilled(db: Database, within: ReturnType<typeof sql>): Promise<Difference[]> {
  const rows = await db.execute<{ bill: string; line: number; noted: string; billed: string }>(sql`
    with touched as (
      select distinct l -> 'basis' ->> 'swap' as swap, l -> 'basis' ->> 'statement' as statement, (l -> 'basis' ->> 'line')::int as line
      from ${notes}, jsonb_array_elements(${notes.lines}) l where ${within} and l ->> 'kind' = 'correction' and l -> 'basis' ->> 'line' is not null),
    noted as (
      select t.swap, t.statement, t.line, sum((l ->> 'amountFen')::bigint) as fen
      from touched t, ${notes} n, jsonb_array_elements(n.lines) l
      where l -> 'basis' ->> 'swap' is not distinct from t.swap and l -> 'basis' ->> 'statement' is not distinct from t.statement
        and l -> 'basis' -> 'line' = to_jsonb(t.line) group by 1, 2, 3)
    select coalesce(n.swap, n.statement) as bill, n.line, n.fen as noted, b.billed from noted n, lateral (
      select coalesce(greatest(0, (coalesce(
        (select r.lines from ${receipts} r where r.swap = n.swap), (select s.lines from ${statements} s where s.id = n.statement and n.swap is null)
      ) -> (n.line - 1) ->> 'amountFen')::bigint), 0) as billed) b
    where n.fen < -b.billed order by 1, 2`);
  return rows.map(({ bill, line, noted, billed }) => ({
    kind: 'note',
    id: `${bill} line ${line}`,
    what: 'credited beyond what was billed',
    stored: Number(noted),
    rebuilt: -Number(billed),
  }));
}
