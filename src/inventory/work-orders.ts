import { and, desc, eq, lt, ne, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { workOrders } from '../../schema/tables/work-orders.ts';
import type { WorkOrder } from '../../schema/wire/api/inventory.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { editionIs } from '../api/etag.ts';
import { seesStation, type Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';

type Row = typeof workOrders.$inferSelect;

const cursor = cursorCodec('work-orders', z.int().min(1));

export interface OrderFilter {
  station?: string | undefined;
  state?: Row['state'] | undefined;
}

/** Newest first. Walks the key, `work_orders_by_station`, or `work_orders_open` for those that are not closed. */
export async function listOrders(
  db: Database,
  caller: Tenant,
  { station, state }: OrderFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<WorkOrder>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(workOrders)
    .where(
      and(
        seesStation(caller, workOrders.station),
        station === undefined ? undefined : eq(workOrders.station, station),
        state === undefined ? undefined : eq(workOrders.state, state),
        // Said again in the words of the partial index.
        state === undefined || state === 'closed' ? undefined : ne(workOrders.state, sql`'closed'`),
        after === null ? undefined : lt(workOrders.id, after),
      ),
    )
    .orderBy(desc(workOrders.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode(row.id), toOrder);
}

export async function readOrder(db: Database, caller: Tenant, id: number): Promise<WorkOrder | null> {
  const [row] = await db
    .select()
    .from(workOrders)
    .where(and(eq(workOrders.id, id), seesStation(caller, workOrders.station)));
  return row ? toOrder(row) : null;
}

/** Changes one that is not closed, at the edition that was seen. No row: it is another by now. */
export const changeOrder = (
  id: number,
  edition: readonly number[] | null,
  change: SQL,
): Statement<Record<string, unknown>> =>
  statement<Record<string, unknown>>({
    parts: {
      changed: sql`update ${workOrders} set ${change}, edition = edition + 1
        where ${workOrders.id} = ${id} and ${workOrders.state} <> 'closed' and ${editionIs(workOrders.edition, edition)} returning *`,
    },
    result: sql`select * from changed`,
  });

export const assigned = (assignee: string, by: string): SQL =>
  sql`state = 'assigned', assignee = ${assignee}, assigned_by = ${by}, assigned_at = now()`;

export const closed = (note: string, by: string): SQL =>
  sql`state = 'closed', closed_at = now(), closed_by = ${by}, closed_note = ${note}`;

export const orderOf = (row: Readonly<Record<string, unknown>>): WorkOrder => toOrder(rowOf(workOrders, row));

const toOrder = ({ assignedAt, openedAt, closedAt, ...same }: Row): WorkOrder => ({
  ...same,
  assignedAt: assignedAt?.toISOString() ?? null,
  openedAt: openedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
});
