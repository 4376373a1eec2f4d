import { sql } from 'drizzle-orm';
import { totalFen } from '../../machines/settlement/money.ts';
import {
  type FleetsPart,
  type OwnerInput,
  ownerLines,
  type PackCredit,
} from '../../machines/settlement/owner-statement.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { organisations } from '../../schema/tables/organisations.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { Database } from '../db/client.ts';
import { statement } from '../db/statement.ts';
import { type CloseAct, type Closed, isClosed, writeClosing } from './close.ts';
import { monthEnd } from './facts.ts';

export const ownerStatementId = (month: string, owner: string): string => `o-${month}-${owner}`;

/**
 * What an owner of packs has earned by the fleets' statements of a month: lease fees by lease, credits for tired packs by pack, and the notes that
 * changed either since. It says what the books hold for the owner already, so it moves nothing.
 */
export async function closeOwnerMonth(db: Database, owner: string, month: string, act: CloseAct): Promise<Closed> {
  const { by, now } = act;
  const id = ownerStatementId(month, owner);
  if (await isClosed(db, id)) return { party: owner, statement: id, outcome: 'was closed' };
  const [fleets, ownNotes] = await Promise.all([readFleets(db, owner, month), readNotes(db, owner)]);
  const lines = ownerLines({ month, owner, fleets, notes: ownNotes });
  if (lines.length === 0) return { party: owner, statement: null, outcome: 'nothing' };
  const total = totalFen(lines);
  const made = await writeClosing(
    db,
    statement<{ id: string }>({
      parts: {
        closed: sql`insert into ${statements} (id, kind, party, month, lines, summary, receipt_count, receipts_fen, lines_fen, notes_fen,
            total_fen, due_day, closed_at, closed_by)
          values (${id}, 'owner', ${owner}, ${month}, ${JSON.stringify(lines)}::text::jsonb, '[]', 0, 0, ${total}, 0, ${total}, null,
            ${new Date(now).toISOString()}, ${by})
          on conflict (id) do nothing returning id`,
        listed: sql`insert into ${statementItems} (kind, item, statement)
          select 'ownerNote', n.item, c.id from closed c, jsonb_to_recordset(${JSON.stringify(ownNotes.map((note) => ({ item: ownerItem(note.id, owner) })))}::text::jsonb)
            as n(item text) returning item`,
      },
      result: sql`select id from closed`,
    }),
    act,
  );
  return { party: owner, statement: id, outcome: made === null ? 'was closed' : 'closed' };
}

/** Owners with something in the month's fleet statements, or a note of before that stands on none of theirs, in order. */
export async function ownersOf(db: Database, month: string): Promise<string[]> {
  const rows = await db.execute<{ owner: string }>(sql`
    select owner from (
    select distinct l -> 'basis' ->> 'owner' as owner from ${statements} s, jsonb_array_elements(s.lines) l
      where s.month = ${month} and s.kind = 'fleet' and l -> 'basis' ->> 'owner' is not null
    union select distinct r.owner from ${statements} s join ${statementItems} i on i.statement = s.id and i.kind = 'receipt'
        join ${receipts} r on r.swap = i.item
      where s.month = ${month} and s.kind = 'fleet' and r.owner is not null and r.lines @> '[{"kind":"sohCredit"}]'
    union select distinct l -> 'basis' ->> 'owner' from ${notes} n, jsonb_array_elements(n.lines) l
      where n.issued_at < ${monthEnd(month).toISOString()} and l -> 'basis' ->> 'owner' is not null and not exists (
        select from ${statementItems} i where i.kind = 'ownerNote' and i.item = n.id || '/' || (l -> 'basis' ->> 'owner'))) o
    where owner not in (select id from ${organisations} where kind = 'operator') order by owner`);
  return rows.map(({ owner }) => owner);
}

/** What the closed statements of the fleets have for an owner. */
async function readFleets(db: Database, owner: string, month: string): Promise<FleetsPart[]> {
  const rows = await db.execute<{ statement: string; lessee: string; lines: BillLine[]; credits: PackCredit[] }>(sql`
    select s.id as statement, s.party as lessee, s.lines, coalesce((
      select jsonb_agg(c) from (
        select r.owner, coalesce(r.usage -> 'packIn' ->> 'code', '') as pack, r.lease, (l ->> 'amountFen')::bigint as fen, count(*)::int as count
        from ${statementItems} i join ${receipts} r on r.swap = i.item, jsonb_array_elements(r.lines) l
        where i.statement = s.id and i.kind = 'receipt' and r.owner = ${owner} and l ->> 'kind' = 'sohCredit' group by 1, 2, 3, 4) c), '[]') as credits
    from ${statements} s where s.month = ${month} and s.kind = 'fleet' order by s.id`);
  return [...rows];
}

/** How a note is listed on an owner's statement: a note may be of several owners, and each has its own part. */
export const ownerItem = (note: string, owner: string): string => `${note}/${owner}`;

/** Notes of which something is the owner's money, and which stand on no statement of the owner yet. */
async function readNotes(db: Database, owner: string): Promise<OwnerInput['notes'][number][]> {
  const rows = await db.execute<{ id: string; lines: BillLine[] }>(sql`
    select n.id, n.lines from ${notes} n where n.lines @> ${JSON.stringify([{ basis: { owner } }])}::text::jsonb
      and not exists (select from ${statementItems} i where i.kind = 'ownerNote' and i.item = n.id || '/' || ${owner}::text) order by n.issued_at, n.id`);
  return [...rows];
}
