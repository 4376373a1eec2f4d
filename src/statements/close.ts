import { type SQL, sql } from 'drizzle-orm';
import { addDays, addMonths, beijingDay, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { rebuildStatement, type StatementContent, type StatementInput } from '../../machines/settlement/statement.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { followUps } from '../../schema/tables/follow-ups.ts';
import { leaseEvents } from '../../schema/tables/leases.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import { swaps } from '../../schema/tables/swaps.ts';
import { type ActLine, withAct } from '../acts/note.ts';
import type { Database } from '../db/client.ts';
import { runStatement, type Statement, statement } from '../db/statement.ts';
import { type FaultPoints, noFaultPoints } from '../platform/fault-points.ts';
import { monthEnd, monthStart, readFacts, takenUpMonths } from './facts.ts';

export interface CloseAct {
  /** Who closes. */
  by: string;
  /** UTC epoch ms. */
  now: number;
  faultPoints?: FaultPoints | undefined;
  /** Who asked for it, where somebody did: told with the first statement that does something. */
  asked?: Asked | null;
}

export interface Asked {
  line: ActLine;
  isTold: boolean;
}

/** What became of the month of one party. */
export type Closed =
  | { party: string; statement: string; outcome: 'closed' | 'was closed' }
  /** Nothing to bill. */
  | { party: string; statement: null; outcome: 'nothing' }
  /** Cannot be closed yet. */
  | { party: string; statement: null; outcome: 'waiting'; problem: string };

export const fleetStatementId = (month: string, party: string): string => `s-${month}-${party}`;

export const isOver = (month: string, now: number): boolean => startOfDay(firstDay(addMonths(month, 1))) <= now;

/** Days until a statement is due where no plan says it. */
const dueDaysWithoutPlan = 15;

/** Lessees that have something in the month, or something unbilled from before it, in order. A note may come after the last swap and lease. */
export async function lesseesOf(db: Database, month: string): Promise<string[]> {
  const rows = await db.execute<{ party: string }>(sql`
    select distinct lessee as party from ${receipts} r
      where lessee is not null and released_at >= ${monthStart(addMonths(month, -2)).toISOString()} and released_at < ${monthEnd(month).toISOString()}
        and (released_at >= ${monthStart(month).toISOString()}
          or not exists (select from ${statementItems} i where i.kind = 'receipt' and i.item = r.swap))
    union select body ->> 'lessee' from ${leaseEvents}
      where type = 'activated' and effective_day < ${firstDay(addMonths(month, 1))}
        and lease not in (select lease from ${leaseEvents} where type = 'ended' and effective_day < ${firstDay(month)})
    union select party from ${notes} n
      where statement is null and issued_at >= ${monthStart(addMonths(month, -takenUpMonths)).toISOString()}
        and issued_at < ${monthEnd(month).toISOString()}
        and not exists (select from ${statementItems} i where i.kind = 'note' and i.item = n.id)
    order by party`);
  return rows.map(({ party }) => party);
}

/**
 * Closes the month of a lessee: statement, what stands on it and its transfers are one SQL statement. Of two at once one closes, the other finds it
 * closed. Refused while a swap of the month waits for its receipt; what comes too late all the same stands on the next statement.
 */
export async function closeFleetMonth(db: Database, party: string, month: string, act: CloseAct): Promise<Closed> {
  const id = fleetStatementId(month, party);
  if (await isClosed(db, id)) return { party, statement: id, outcome: 'was closed' };
  const problem = await whatWaits(db, party, month);
  if (problem !== null) return { party, statement: null, outcome: 'waiting', problem };
  const facts = await readFacts(db, party, month);
  const content = rebuildStatement(facts);
  if (isEmpty(content, facts)) return { party, statement: null, outcome: 'nothing' };
  const made = await writeClosing(db, closing(id, facts, content, act), act).catch(async (error) => {
    // Another process has put one of its receipts on a statement first: this one, unless something is wrong.
    if (await isClosed(db, id)) return null;
    throw error;
  });
  return { party, statement: id, outcome: made === null ? 'was closed' : 'closed' };
}

/** Sends the one statement that closes a party's month. Null: somebody else was first. */
export async function writeClosing(
  db: Database,
  change: Statement<{ id: string }>,
  act: CloseAct,
): Promise<{ id: string } | null> {
  const { faultPoints = noFaultPoints } = act;
  faultPoints.pass('month-decided');
  const made = await runAsked(db, change, act);
  faultPoints.pass('month-closed');
  return made;
}

/** Runs it with the line of who asked, if none has told it yet. A statement that finds its work done tells nothing. */
export async function runAsked<R extends object>(
  db: Database,
  change: Statement<R>,
  { asked = null }: CloseAct,
): Promise<R | null> {
  if (asked === null || asked.isTold) return runStatement(db, change);
  const made = await runStatement(db, withAct(change, { line: asked.line }));
  asked.isTold = made !== null;
  return made;
}

export async function isClosed(db: Database, id: string): Promise<boolean> {
  const rows = await db.execute(sql`select id from ${statements} where id = ${id}`);
  return rows.length > 0;
}

const isEmpty = (content: StatementContent, { notes }: StatementInput): boolean =>
  content.lines.length === 0 && content.receiptCount === 0 && notes.length === 0;

/** What has to be done before the month of this lessee can be closed; null: nothing. */
async function whatWaits(db: Database, party: string, month: string): Promise<string | null> {
  const waiting = await db.execute<{ swap: string; problem: string | null; all: number }>(sql`
    select s.id as swap, f.problem, count(*) over ()::int as all
    from ${followUps} f join ${swaps} s on s.id = f.subject
    where f.consumer = 'receipt' and s.released_at < ${monthEnd(month).toISOString()}
      and (s.fleet = ${party} or s.vin in (
        select body ->> 'vin' from ${leaseEvents} where type in ('activated', 'transferred')
          and lease in (select lease from ${leaseEvents} where type = 'activated' and body ->> 'lessee' = ${party})))
    order by s.released_at, s.id limit 1`);
  const [first] = waiting;
  if (first) {
    const more = first.all > 1 ? ` and ${first.all - 1} more` : '';
    return `Swap ${first.swap}${more} is not billed yet${first.problem === null ? '' : `: ${first.problem}`}`;
  }
  const before = addMonths(month, -1);
  if (await isClosed(db, fleetStatementId(before, party))) return null;
  const facts = await readFacts(db, party, before);
  const own = facts.receipts.some(({ releasedAt }) => releasedAt >= monthStart(before).getTime());
  return own || rebuildStatement(facts).lines.length > 0 ? `The month ${before} has to be closed first.` : null;
}

/** Lessees pay by the longest term of their plans, from the end of the month or from closing, whichever is later. */
function dueDayOf({ leases, month }: StatementInput, now: number): string {
  const terms = leases.flatMap(({ parts }) => parts.map((part) => part.terms.dueDays));
  const lastDay = addDays(firstDay(addMonths(month, 1)), -1);
  const from = [lastDay, beijingDay(now)].sort().at(-1) ?? lastDay;
  return addDays(from, terms.length === 0 ? dueDaysWithoutPlan : Math.max(...terms));
}

const jsonOf = (value: unknown): SQL => sql`${JSON.stringify(value)}::text::jsonb`;

function closing(
  id: string,
  facts: StatementInput,
  content: StatementContent,
  { by, now }: CloseAct,
): Statement<{ id: string }> {
  const { party, month } = facts;
  const items = [
    ...facts.receipts.map(({ swap }) => ({ kind: 'receipt', item: swap })),
    ...facts.notes.map((note) => ({ kind: 'note', item: note.id })),
  ];
  const at = new Date(monthEnd(month).getTime() - 1).toISOString();
  return statement<{ id: string }>({
    parts: {
      closed: sql`insert into ${statements} (id, kind, party, month, lines, summary, receipt_count, receipts_fen, lines_fen, notes_fen, total_fen,
          due_day, closed_at, closed_by)
        values (${id}, 'fleet', ${party}, ${month}, ${jsonOf(content.lines)}, ${jsonOf(content.summary)}, ${content.receiptCount},
          ${content.receiptsFen}, ${content.linesFen}, ${content.notesFen}, ${content.totalFen},
          ${dueDayOf(facts, now)}, ${new Date(now).toISOString()}, ${by})
        on conflict (id) do nothing returning id`,
      listed: sql`insert into ${statementItems} (kind, item, statement)
        select i.kind, i.item, c.id from closed c, jsonb_to_recordset(${jsonOf(items)}) as i(kind text, item text) returning item`,
      posted: postingPart('closed', 'statement', content.postings, at),
    },
    result: sql`select id from closed`,
  });
}

/** Transfers that hang on what a part before returned: `id` is their cause. */
export const postingPart = (
  part: string,
  cause: string,
  postings: readonly { debit: string; credit: string; amountFen: number; line: number }[],
  occurredAt: string,
): SQL => sql`insert into ${transfers} (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
  select p.debit, p.credit, p."amountFen", ${cause}, c.id, p.line, ${occurredAt}::timestamptz
  from ${sql.identifier(part)} c, jsonb_to_recordset(${jsonOf(postings)}) as p(debit text, credit text, "amountFen" bigint, line int)
  returning id`;
