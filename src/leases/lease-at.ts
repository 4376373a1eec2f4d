import { sql } from 'drizzle-orm';
import type { LeaseEventType } from '../../machines/lease/events.ts';
import {
  coveredDays,
  historyOf,
  type LeaseDayRange,
  type LeaseHistory,
  type LeaseRecord,
  leaseThen,
} from '../../machines/lease/history.ts';
import { addMonths, firstDay } from '../../machines/settlement/calendar.ts';
import { leaseEvents } from '../../schema/tables/leases.ts';
import type { LeaseOfSwap } from '../../schema/wire/settlement/usage.ts';
import type { Database } from '../db/client.ts';

/** A car at an instant, UTC epoch ms: the instant of release for a bill. */
export interface CarAt {
  vin: string;
  at: number;
}

/** The lease a car was under, from `lease_events` alone. Null: none, the operator's plan for such cars prices it. */
export const leaseAt = async (db: Database, vin: string, at: number): Promise<LeaseOfSwap | null> =>
  (await leasesAt(db, [{ vin, at }]))[0] ?? null;

/** The same for many, in their order. One query. */
export async function leasesAt(db: Database, cars: readonly CarAt[]): Promise<(LeaseOfSwap | null)[]> {
  const vins = [...new Set(cars.map(({ vin }) => vin))];
  if (vins.length === 0) return [];
  const histories = await historiesOf(
    db,
    sql`lease in (select e.lease from ${leaseEvents} e where e.body->>'vin' in ${vins} and e.type in ('activated', 'transferred'))`,
  );
  const byVin = new Map<string, LeaseHistory[]>();
  for (const history of histories) {
    for (const vin of new Set(history.vehicles.map(({ is }) => is))) {
      byVin.set(vin, [...(byVin.get(vin) ?? []), history]);
    }
  }
  return cars.map(({ vin, at }) => {
    for (const history of byVin.get(vin) ?? []) {
      const then = leaseThen(history, at);
      if (then?.vin !== vin) continue;
      const { lease, owner, lessee } = history;
      return { lease, plan: then.plan, planVersion: then.version, owner, lessee };
    }
    return null;
  });
}

/** The days of a month that a lease covers, in rows of the same vehicle, plan version and state. */
export interface LeaseDays {
  lease: string;
  owner: string;
  lessee: string;
  /** First and (excluded) last day of the lease itself. */
  fromDay: string;
  untilDay: string | null;
  ranges: LeaseDayRange[];
}

/** All leases that cover a day of the month (`2026-08`, Asia/Shanghai), or those of one lessee, from `lease_events` alone; by lease id. */
export async function leaseDays(
  db: Database,
  month: string,
  { lessee }: { lessee?: string } = {},
): Promise<LeaseDays[]> {
  const begins = firstDay(month);
  const endDay = firstDay(addMonths(month, 1));
  const histories = await historiesOf(
    db,
    sql`lease in (
      select e.lease from ${leaseEvents} e where e.type = 'activated' and e.effective_day < ${endDay}
        ${lessee === undefined ? sql`` : sql`and e.body->>'lessee' = ${lessee}`}
      except select e.lease from ${leaseEvents} e where e.type = 'ended' and e.effective_day <= ${begins})`,
  );
  return histories.flatMap((history) => {
    const ranges = coveredDays(history, begins, endDay);
    const { lease, owner, lessee, fromDay, untilDay } = history;
    return ranges.length === 0 ? [] : [{ lease, owner, lessee, fromDay, untilDay, ranges }];
  });
}

async function historiesOf(db: Database, which: ReturnType<typeof sql>): Promise<LeaseHistory[]> {
  const rows = await db
    .select()
    .from(leaseEvents)
    .where(
      sql`${which} and ${leaseEvents.type} in ('activated','transferred','planChanged','endRequested','suspended','resumed')`,
    )
    .orderBy(leaseEvents.lease, leaseEvents.n);
  const byLease = new Map<string, LeaseRecord[]>();
  for (const { recordedAt, type, ...row } of rows) {
    const record: LeaseRecord = { ...row, type: type as LeaseEventType, recordedAt: recordedAt.getTime() };
    const records = byLease.get(row.lease);
    if (records) records.push(record);
    else byLease.set(row.lease, [record]);
  }
  return [...byLease.values()].flatMap((records) => historyOf(records) ?? []);
}
