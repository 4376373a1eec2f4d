import { sql } from 'drizzle-orm';
import type { LeaseBlock } from '../../machines/lease/events.ts';
import type { LeaseFacts } from '../../machines/policy/lease-terms.ts';
import type { Database } from '../db/client.ts';

/**
 * What the gate at the bay asks of a car, beside a query over `vehicles v`. As text, because the engine and the API write SQL each in its own
 * manner. The last day of a lease is asked of the calendar, so that a lease that nobody has stepped yet is over all the same.
 */
export const gateColumns = `coalesce(v.leased_since <= beijing.today, false) as needs_lease, lease.id as lease, lease.plan, lease.blocks,
  (lease.terms ->> 'sohFloorPct')::float8 as soh_floor_pct, lease.terms ->> 'onSohFloor' as on_soh_floor, lease.terms -> 'models' as lease_models`;

export const gateJoin = `cross join (select (now() at time zone 'Asia/Shanghai')::date as today) beijing
  left join lateral (
    select l.id, l.plan, l.blocks, p.terms from leases l join plan_versions p on p.plan = l.plan and p.version = l.plan_version
    where l.vin = v.vin and l.state not in ('quoted', 'ended') and l.from_day <= beijing.today
      and (l.until_day is null or l.until_day > beijing.today) limit 1) lease on true`;

export interface GateRow extends Record<string, unknown> {
  needs_lease: boolean;
  lease: string | null;
  plan: string | null;
  blocks: LeaseBlock | null;
  soh_floor_pct: number | null;
  on_soh_floor: LeaseFacts['onSohFloor'] | null;
  lease_models: string[] | null;
}

/** Null: a car without lease. */
export function leaseFactsOf(row: GateRow): LeaseFacts | null {
  if (row.lease === null && !row.needs_lease) return null;
  return {
    lease: row.lease,
    plan: row.plan,
    blocks: row.lease === null ? 'leaseLapsed' : row.blocks,
    sohFloorPct: row.soh_floor_pct,
    onSohFloor: row.on_soh_floor ?? 'refuse',
    models: row.lease_models ?? [],
  };
}

/** The same for one car, beside the engine. */
export async function readGate(db: Database, vin: string): Promise<LeaseFacts | null> {
  const [row] = await db.execute<GateRow>(
    sql`select ${sql.raw(gateColumns)} from vehicles v ${sql.raw(gateJoin)} where v.vin = ${vin}`,
  );
  return row ? leaseFactsOf(row) : null;
}
