import { and, asc, desc, eq, lt, ne, type SQL, sql } from 'drizzle-orm';
import { lastDayOfTerm } from '../../machines/lease/refusal.ts';
import { leaseContextOf } from '../../machines/lease/step.ts';
import { leaseEvents, leases } from '../../schema/tables/leases.ts';
import type { Lease, LeaseDetail } from '../../schema/wire/api/lease.ts';
import { leaseId } from '../../schema/wire/api/lease.ts';
import { cursorCodec, type Page, toPage } from '../api/cursor.ts';
import { ofFleet, type Tenant } from '../api/tenancy.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type LeaseRow, storedOf } from './step.ts';

const cursor = cursorCodec('leases', leaseId);
const nothing = sql`false`;

/** A fleet sees the leases it pays, an owner those on its packs. */
function seesLease(caller: Tenant): SQL | undefined {
  if (caller.role === 'fleet') return ofFleet(caller, leases.lessee);
  if (caller.role !== 'owner') return undefined;
  return caller.organisation === null ? nothing : eq(leases.owner, caller.organisation);
}

export interface LeaseFilter {
  vehicle?: string | undefined;
  lessee?: string | undefined;
  plan?: string | undefined;
  state?: LeaseRow['state'] | undefined;
}

/** By id, the highest first. Ids are made by chance, so this is an order and no more. */
export async function listLeases(
  db: Database,
  caller: Tenant,
  { vehicle, lessee, plan, state }: LeaseFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Lease>> {
  const after = cursor.decode(page.cursor);
  const rows = await db
    .select()
    .from(leases)
    .where(
      and(
        seesLease(caller),
        vehicle === undefined ? undefined : eq(leases.vin, vehicle),
        lessee === undefined ? undefined : eq(leases.lessee, lessee),
        plan === undefined ? undefined : eq(leases.plan, plan),
        state === undefined ? undefined : eq(leases.state, state),
        after === null ? undefined : lt(leases.id, after),
      ),
    )
    .orderBy(desc(leases.id))
    .limit(page.limit + 1);
  return toPage(rows, page.limit, (row) => cursor.encode(row.id), toLease);
}

/** The row as this caller may see it. */
export async function findLease(db: Database, caller: Tenant, id: string): Promise<LeaseRow | null> {
  const [row] = await db
    .select()
    .from(leases)
    .where(and(eq(leases.id, id), seesLease(caller)));
  return row ?? null;
}

export async function readDetail(db: Database, caller: Tenant, id: string): Promise<LeaseDetail | null> {
  const row = await findLease(db, caller, id);
  if (row === null) return null;
  const history = await db.select().from(leaseEvents).where(eq(leaseEvents.lease, id)).orderBy(asc(leaseEvents.n));
  return {
    ...toLease(row),
    history: history.map(({ lease: _, recordedAt, ...line }) => ({ ...line, recordedAt: recordedAt.toISOString() })),
  };
}

/** The lease that has the vehicle on one of these days. */
export async function leaseInTheWay(
  db: Database,
  own: { id: string; vin: string; fromDay: string; untilDay: string | null },
): Promise<Lease | null> {
  const { id, vin, fromDay, untilDay } = own;
  const [row] = await db
    .select()
    .from(leases)
    .where(
      and(
        eq(leases.vin, vin),
        ne(leases.state, 'quoted'),
        ne(leases.id, id),
        sql`daterange(${leases.fromDay}, ${leases.untilDay}, '[)') && daterange(${fromDay}::date, ${untilDay}::date, '[)')`,
      ),
    )
    .limit(1);
  return row ? toLease(row) : null;
}

export const leaseOf = (row: Readonly<Record<string, unknown>>): Lease => toLease(rowOf(leases, row));

export function toLease(row: LeaseRow): Lease {
  const context = leaseContextOf(storedOf(row));
  const { next, suspendedFor, arrears, disputes, fromDay } = context;
  return {
    id: row.id,
    vehicle: row.vin,
    lessee: row.lessee,
    owner: row.owner,
    plan: row.plan,
    planVersion: row.planVersion,
    state: row.state,
    blocks: row.blocks,
    fromDay,
    untilDay: context.untilDay,
    mayEndOn: fromDay === null || row.state === 'ended' ? null : lastDayOfTerm(context),
    nextPlan: next && { plan: next.plan, version: next.version, fromDay: next.fromDay },
    suspendedFor,
    arrears,
    disputes,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    edition: row.edition,
  };
}
