import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { organisations } from '../../schema/tables/organisations.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statementItems, statements } from '../../schema/tables/statements.ts';
import type { StatementBalance, StatementView } from '../../schema/wire/api/statement.ts';
import { type StatementKind, statementId } from '../../schema/wire/settlement/statement.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import type { Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { readBalances } from './paid.ts';

export type StatementRow = typeof statements.$inferSelect;

const cursor = cursorCodec('statements', z.tuple([z.string().max(7), statementId]));

/** Fleets and owners see their own. */
const seesStatement = ({ role, organisation }: Tenant): SQL | undefined => {
  if (role !== 'fleet' && role !== 'owner') return undefined;
  return organisation === null ? sql`false` : and(eq(statements.party, organisation), eq(statements.kind, role));
};

export interface StatementFilter {
  party?: string | undefined;
  month?: string | undefined;
  kind?: StatementKind | undefined;
}

/** Newest month first. Walks `statements_by_month` or `statements_by_party`. */
export async function listStatements(
  db: Database,
  caller: Tenant,
  { party, month, kind }: StatementFilter,
  page: { limit: number; cursor?: string | undefined },
  now: number,
): Promise<Page<StatementView>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(statements)
    .where(
      and(
        seesStatement(caller),
        party === undefined ? undefined : eq(statements.party, party),
        month === undefined ? undefined : eq(statements.month, month),
        kind === undefined ? undefined : eq(statements.kind, kind),
        after === null ? undefined : sql`(${statements.month}, ${statements.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(statements.month), desc(statements.id))
    .limit(page.limit + 1);
  // Of one party only: how a statement stands follows from all that its party owes, and a page may be of fifty parties.
  const isOfOne = party !== undefined || caller.role === 'fleet';
  const balances = isOfOne ? await readBalances(db, rows, now) : new Map<string, StatementBalance>();
  return toPage(
    rows,
    page.limit,
    ({ month: of, id }) => cursor.encode([of, id]),
    (row) => viewOf(row, balances.get(row.id) ?? null),
  );
}

export async function readStatement(db: Database, caller: Tenant, id: string): Promise<StatementRow | null> {
  const [row] = await db
    .select()
    .from(statements)
    .where(and(eq(statements.id, id), seesStatement(caller)));
  return row ?? null;
}

export const viewOf = (row: StatementRow, balance: StatementBalance | null): StatementView => {
  const { lines: _, summary: _summary, closedBy: _by, closedAt, ...same } = row;
  return { ...same, closedAt: closedAt.toISOString(), balance };
};

export const partyOf = async (db: Database, id: string): Promise<{ name: string; nameEn: string | null } | null> =>
  (
    await db
      .select({ name: organisations.name, nameEn: organisations.nameEn })
      .from(organisations)
      .where(eq(organisations.id, id))
  )[0] ?? null;

/** Swaps of a statement in the order of their release, with what each came to. */
export async function swapsOf(
  db: Database,
  statement: string,
  most: number,
): Promise<{ swap: string; vin: string; releasedAt: Date; energyWh: number; totalFen: number }[]> {
  return db
    .select({
      swap: receipts.swap,
      vin: receipts.vin,
      releasedAt: receipts.releasedAt,
      energyWh: receipts.energyWh,
      totalFen: receipts.totalFen,
    })
    .from(statementItems)
    .innerJoin(receipts, eq(receipts.swap, statementItems.item))
    .where(and(eq(statementItems.statement, statement), eq(statementItems.kind, 'receipt')))
    .orderBy(receipts.releasedAt, receipts.swap)
    .limit(most);
}
