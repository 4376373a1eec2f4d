import { sql } from 'drizzle-orm';
import { isOfBill } from '../../machines/lease/refusal.ts';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import { disputes } from '../../schema/tables/disputes.ts';
import { leases } from '../../schema/tables/leases.ts';
import type { Database } from '../db/client.ts';
import { type LeaseNews, stepLease } from '../leases/step.ts';
import { readStandings } from './standing.ts';

interface Running extends Record<string, unknown> {
  id: string;
  lessee: string;
  arrears: { statement: string }[] | null;
  disputes: string[] | null;
}

/**
 * Tells every running lease how its lessee's statements and its own disputes stand, where the lease does not know it yet. What is to be told follows
 * from the books each time, so nothing is lost by a crash and nothing is told twice. Gives how many were told.
 */
export async function tellLeases(db: Database, now: number): Promise<number> {
  const today = beijingDay(now);
  const [running, standings, open] = await Promise.all([
    db.execute<Running>(sql`
      select id, lessee, snapshot -> 'context' -> 'arrears' as arrears, snapshot -> 'context' -> 'disputes' as disputes
      from ${leases} where state not in ('quoted', 'ended') order by id`),
    readStandings(db, today),
    readOpenDisputes(db),
  ]);
  const overdue = new Map(
    [...standings].map(([party, { statements }]) => [party, statements.filter(({ state }) => state === 'overdue')]),
  );
  let told = 0;
  const failures: unknown[] = [];
  for (const lease of running) {
    const news = [...arrearsNews(lease, overdue.get(lease.lessee) ?? []), ...disputeNews(lease, open)];
    for (const each of news) {
      // One that fails keeps no other from being told.
      const done = await stepLease(db, lease.id, each, { by: 'service', now }).catch(
        (error) => void failures.push(error),
      );
      if (done?.refusal === null) told += 1;
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} leases could not be told`);
  return told;
}

function arrearsNews({ arrears }: Running, overdue: readonly { id: string; dueDay: string | null }[]): LeaseNews[] {
  const known = (arrears ?? []).map(({ statement }) => statement);
  const news = overdue
    .filter(({ id }) => !known.includes(id))
    .map(({ id, dueDay }): LeaseNews => ({ type: 'overdue', statement: id, dueDay: dueDay ?? '' }));
  const over = known.filter((statement) => !overdue.some(({ id }) => id === statement));
  return [...news, ...over.map((statement): LeaseNews => ({ type: 'paid', statement }))];
}

interface Disputes {
  /** All of this service; others may have opened some of their own. */
  isOurs: (dispute: string) => boolean;
  ofLease: ReadonlyMap<string, readonly string[]>;
}

function disputeNews({ id, disputes: known }: Running, { isOurs, ofLease }: Disputes): LeaseNews[] {
  const open = ofLease.get(id) ?? [];
  const news = open.filter((dispute) => !known?.includes(dispute));
  const over = (known ?? []).filter((dispute) => isOurs(dispute) && !open.includes(dispute));
  return [
    ...news.map((dispute): LeaseNews => ({ type: 'dispute', dispute })),
    ...over.map((dispute): LeaseNews => ({ type: 'disputeResolved', dispute })),
  ];
}

async function readOpenDisputes(db: Database): Promise<Disputes> {
  const rows = await db.execute<{ id: string; lease: string }>(sql`
    select d.id, l.lease from ${disputes} d, unnest(d.leases) as l(lease) where d.state <> 'resolved'`);
  const ofLease = new Map<string, string[]>();
  for (const { id, lease } of rows) ofLease.set(lease, [...(ofLease.get(lease) ?? []), id]);
  return { isOurs: isOfBill, ofLease };
}
