import { type SQL, sql } from 'drizzle-orm';
import { type BilledLine, isOwnersKind } from '../../machines/settlement/note.ts';
import { notes } from '../../schema/tables/disputes.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { Database } from '../db/client.ts';
import { accountVersion } from './account.ts';

/** What a note or a dispute is of. */
export type BillName = { swap: string } | { statement: string };

/** A receipt or a fleet's statement as notes have left it. */
export interface Bill {
  /** Null: a car without lessee, whose driver has no account here. */
  party: string | null;
  swap: string | null;
  /** The statement, or the closed one on which the receipt stands. */
  statement: string | null;
  /** Its own lines; of a statement also those of the receipts that were asked for. */
  lines: BilledLine[];
  leases: string[];
  /** All of it, with the notes that have changed it. */
  leftFen: number;
  /** Of the party's account, read before all the rest. */
  version: number;
}

/** Null: there is no such bill, or it is not this party's. `receiptsToo`: swaps whose lines are wanted with a statement's own. */
export async function readBill(
  db: Database,
  name: BillName,
  of: { party?: string | null | undefined; receiptsToo?: readonly string[] } = {},
): Promise<Bill | null> {
  const head = 'swap' in name ? await readReceiptHead(db, name.swap) : await readStatementHead(db, name.statement);
  if (!head || (of.party !== undefined && head.party !== of.party)) return null;
  const version = head.party === null ? 0 : await accountVersion(db, head.party);
  const [own, further, earlier] = await Promise.all([
    'swap' in name ? linesOfReceipts(db, [name.swap]) : linesOfStatement(db, name.statement),
    'swap' in name ? [] : linesOfReceipts(db, of.receiptsToo ?? [], name.statement),
    readEarlier(db, 'swap' in name ? [name.swap] : (of.receiptsToo ?? []), head.statement),
  ]);
  const noted = sumByLine(earlier);
  const lines = [...own, ...further].map((line) => ({ ...line, notedFen: noted.get(lineKey(line)) ?? 0 }));
  const leases = [...own, ...further].map(({ lease }) => lease).filter((lease) => lease !== null);
  const changedFen =
    'swap' in name
      ? lines.reduce((sum, { notedFen }) => sum + notedFen, 0)
      : earlier.reduce((sum, note) => sum + (note.statement === name.statement ? note.totalFen : 0), 0);
  return {
    ...head,
    lines,
    leases: [...new Set(leases)].sort(),
    leftFen: Math.max(0, head.totalFen + changedFen),
    version,
  };
}

interface Head extends Record<string, unknown> {
  party: string | null;
  swap: string | null;
  statement: string | null;
  totalFen: number;
}

async function readReceiptHead(db: Database, swap: string): Promise<Head | undefined> {
  const [row] = await db.execute<Head>(sql`
    select r.lessee as party, r.swap, i.statement, r.total_fen::float8 as "totalFen" from ${receipts} r
      left join ${statementItems} i on i.kind = 'receipt' and i.item = r.swap where r.swap = ${swap}`);
  return row;
}

async function readStatementHead(db: Database, id: string): Promise<Head | undefined> {
  const [row] = await db.execute<Head>(sql`
    select s.party, null as swap, s.id as statement, s.total_fen::float8 as "totalFen" from ${statements} s
    where s.id = ${id} and s.kind = 'fleet'`);
  return row;
}

type Line = Omit<BilledLine, 'notedFen'> & { lease: string | null };

async function linesOfReceipts(db: Database, swaps: readonly string[], statement?: string): Promise<Line[]> {
  if (swaps.length === 0) return [];
  const onIt: SQL =
    statement === undefined
      ? sql``
      : sql`and exists (select from ${statementItems} i where i.kind = 'receipt' and i.item = r.swap and i.statement = ${statement})`;
  const rows = await db.execute<{ swap: string; owner: string | null; lease: string | null; lines: BillLine[] }>(sql`
    select r.swap, r.owner, r.lease, r.lines from ${receipts} r where r.swap = any(${sql.param([...swaps])}::text[]) ${onIt}`);
  return rows.flatMap(({ swap, owner, lease, lines }) =>
    lines.map((billed, at): Line => {
      const ownersFen = isOwnersKind(billed.kind) ? owner : null;
      return { swap, statement: null, line: at + 1, billed, owner: ownersFen, lease };
    }),
  );
}

async function linesOfStatement(db: Database, statement: string): Promise<Line[]> {
  const [row] = await db.execute<{ lines: BillLine[] }>(sql`select lines from ${statements} where id = ${statement}`);
  return (row?.lines ?? []).map((billed, at): Line => {
    const text = (name: string) => (typeof billed.basis[name] === 'string' ? (billed.basis[name] as string) : null);
    const owner = isOwnersKind(billed.kind) ? text('owner') : null;
    return { swap: null, statement, line: at + 1, billed, owner, lease: text('lease') };
  });
}

interface Earlier extends Record<string, unknown> {
  statement: string | null;
  totalFen: number;
  lines: BillLine[];
}

/** Notes that may have changed a line of it. One that named the receipt before its month was closed knows nothing of the statement. */
async function readEarlier(db: Database, swaps: readonly string[], statement: string | null): Promise<Earlier[]> {
  const rows = await db.execute<Earlier>(sql`
    select n.statement, n.total_fen::float8 as "totalFen", n.lines from ${notes} n
    where n.swap = any(${sql.param([...swaps])}::text[]) or n.corrects = ${statement} or n.statement = ${statement}`);
  return [...rows];
}

const lineKey = ({ swap, statement, line }: { swap: unknown; statement: unknown; line: unknown }): string =>
  `${swap === null ? `statement ${statement}` : `swap ${swap}`}/${line}`;

function sumByLine(earlier: readonly Earlier[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { basis, amountFen } of earlier.flatMap(({ lines }) => lines)) {
    const { swap = null, statement = null, line } = basis;
    if (typeof line !== 'number') continue;
    const key = lineKey({ swap, statement, line });
    sums.set(key, (sums.get(key) ?? 0) + amountFen);
  }
  return sums;
}
