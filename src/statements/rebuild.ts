import { sql } from 'drizzle-orm';
import {
  type ReceiptOnStatement,
  rebuildStatement,
  type StatementContent,
} from '../../machines/settlement/statement.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { transfers } from '../../schema/tables/ledger.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
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

/**
 * Rebuilds a closed fleet statement of its facts and compares it to the fen: leases from `lease_events`, terms from `plan_versions`, and receipts as
 * the caller has rebuilt them. What is stored tells only which receipts and notes stand on it.
 */
export async function auditStatement(
  db: Database,
  id: string,
  rebuiltReceipts: (swaps: readonly string[]) => Promise<readonly ReceiptOnStatement[]>,
): Promise<StatementDifference[]> {
  const [row] = await db.select().from(statements).where(sql`${statements.id} = ${id}`);
  if (!row) return [{ statement: id, what: 'statement', stored: null, rebuilt: null }];
  const items = await db
    .select({ kind: statementItems.kind, item: statementItems.item })
    .from(statementItems)
    .where(sql`${statementItems.statement} = ${id}`);
  const swaps = items.filter(({ kind }) => kind === 'receipt').map(({ item }) => item);
  const rebuilt = rebuildStatement({
    month: row.month,
    party: row.party,
    leases: await readLeases(db, row.party, row.month),
    receipts: swaps.length === 0 ? [] : await rebuiltReceipts(swaps),
    notes: await readCarried(db, id),
  });
  return [...differences(row, rebuilt), ...(await differentTransfers(db, id, rebuilt))];
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
  { postings }: StatementContent,
): Promise<StatementDifference[]> {
  const rows = await db
    .select({ debit: transfers.debit, credit: transfers.credit, amountFen: transfers.amountFen, line: transfers.line })
    .from(transfers)
    .where(sql`${transfers.cause} = 'statement' and ${transfers.causeId} = ${id}`)
    .orderBy(transfers.line);
  const wanted = [...postings].sort((a, b) => a.line - b.line);
  return isSame(rows, wanted) ? [] : [{ statement: id, what: 'transfers', stored: rows, rebuilt: wanted }];
}
