import { sql } from 'drizzle-orm';
import { totalFen } from '../../machines/settlement/money.ts';
import { type FleetsPart, ownerLines, type PackCredit } from '../../machines/settlement/owner-statement.ts';
import {
  type ReceiptOnStatement,
  rebuildStatement,
  type StatementContent,
} from '../../machines/settlement/statement.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { Database } from '../db/client.ts';
import { readLeases } from './facts.ts';

export interface StatementDifference {
  statement: string;
  /** What is not as the facts say. */
  what: string;
  stored: unknown;
  rebuilt: unknown;
}

/** Fleet statements of the months from one to another (included), in order. */
export async function closedStatements(db: Database, fromMonth: string, toMonth: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from ${statements} where kind = 'fleet' and month between ${fromMonth} and ${toMonth} order by month, id`);
  return rows.map(({ id }) => id);
}

/** A receipt as it was rebuilt; what owners are credited for it needs the last two. */
export interface RebuiltReceipt extends ReceiptOnStatement {
  owner?: string | null;
  usage?: { packIn: { code: string } };
}

export interface AuditedStatement {
  differences: StatementDifference[];
  /** As rebuilt: what the owners' statements of its month are made of. */
  forOwners: { month: string; part: FleetsPart } | null;
}

/**
 * Rebuilds a closed fleet statement of its facts and compares it to the fen: leases from `lease_events`, terms from `plan_versions`, and receipts as
 * the caller has rebuilt them. What is stored tells only which receipts and notes stand on it.
 */
export async function auditStatement(
  db: Database,
  id: string,
  rebuiltReceipts: (swaps: readonly string[]) => Promise<readonly RebuiltReceipt[]>,
): Promise<AuditedStatement> {
  const [row] = await db.select().from(statements).where(sql`${statements.id} = ${id}`);
  if (!row)
    return { differences: [{ statement: id, what: 'statement', stored: null, rebuilt: null }], forOwners: null };
  const items = await db
    .select({ kind: statementItems.kind, item: statementItems.item })
    .from(statementItems)
    .where(sql`${statementItems.statement} = ${id}`);
  const swaps = items.filter(({ kind }) => kind === 'receipt').map(({ item }) => item);
  const receipts = swaps.length === 0 ? [] : await rebuiltReceipts(swaps);
  const rebuilt = rebuildStatement({
    month: row.month,
    party: row.party,
    leases: await readLeases(db, row.party, row.month),
    receipts,
    notes: await readCarried(db, id),
  });
  const part = { statement: id, lessee: row.party, lines: rebuilt.lines, credits: creditsOn(receipts) };
  return {
    differences: [...differences(row, rebuilt), ...(await differentTransfers(db, id, rebuilt))],
    forOwners: { month: row.month, part },
  };
}

const creditsOn = (receipts: readonly RebuiltReceipt[]): PackCredit[] =>
  receipts.flatMap(({ owner = null, usage, lease, lines }) =>
    lines
      .filter(({ kind }) => kind === 'sohCredit')
      .map(({ amountFen }) => ({ owner, pack: usage?.packIn.code ?? '', lease, fen: amountFen, count: 1 })),
  );

/** Owners' statements of a month, in order. */
export async function closedOwnerStatements(db: Database, month: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(
    sql`select id from ${statements} where kind = 'owner' and month = ${month} order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Rebuilds an owner's statement of the fleets' statements as they were rebuilt. What is stored tells only which notes stand on it. */
export async function auditOwnerStatement(
  db: Database,
  id: string,
  fleets: readonly FleetsPart[],
): Promise<StatementDifference[]> {
  const [row] = await db.select().from(statements).where(sql`${statements.id} = ${id}`);
  if (!row) return [{ statement: id, what: 'statement', stored: null, rebuilt: null }];
  const { month, party: owner } = row;
  const own = await db.execute<{ id: string; lines: BillLine[] }>(sql`
    select n.id, n.lines from ${statementItems} i join ${notes} n on i.item = n.id || '/' || ${owner}::text
    where i.kind = 'ownerNote' and i.statement = ${id} order by n.issued_at, n.id`);
  const lines = ownerLines({ month, owner, fleets, notes: own });
  const linesFen = totalFen(lines);
  const none = { summary: [], receiptCount: 0, receiptsFen: 0, notesFen: 0, postings: [] };
  return [
    ...differences(row, { ...none, lines, linesFen, totalFen: linesFen }),
    ...(await differentTransfers(db, id, { postings: [] })),
  ];
}

const readCarried = (db: Database, statement: string) =>
  db
    .select({ id: notes.id, totalFen: notes.totalFen })
    .from(notes)
    .where(
      sql`${notes.id} in (select item from ${statementItems} i where i.kind = 'note' and i.statement = ${statement})`,
    );

const compared = ['receiptCount', 'receiptsFen', 'linesFen', 'notesFen', 'totalFen'] as const;

function differences(row: typeof statements.$inferSelect, rebuilt: StatementContent): StatementDifference[] {
  const sums = compared
    .filter((what) => row[what] !== rebuilt[what])
    .map((what) => ({ statement: row.id, what, stored: row[what] as unknown, rebuilt: rebuilt[what] as unknown }));
  const lists = (['lines', 'summary'] as const)
    .filter((what) => !isSame(row[what], rebuilt[what]))
    .map((what) => ({ statement: row.id, what, stored: row[what] as unknown, rebuilt: rebuilt[what] as unknown }));
  return [...sums, ...lists];
}

/** The database keeps the keys of an object in an order of its own. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}

async function differentTransfers(
  db: Database,
  id: string,
  { postings }: Pick<StatementContent, 'postings'>,
): Promise<StatementDifference[]> {
  const rows = await db
    .select({ debit: transfers.debit, credit: transfers.credit, amountFen: transfers.amountFen, line: transfers.line })
    .from(transfers)
    .where(sql`${transfers.cause} = 'statement' and ${transfers.causeId} = ${id}`)
    .orderBy(transfers.line);
  const wanted = [...postings].sort((a, b) => a.line - b.line);
  return isSame(rows, wanted) ? [] : [{ statement: id, what: 'transfers', stored: rows, rebuilt: wanted }];
}
