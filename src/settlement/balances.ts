import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';

export interface Balance {
  account: string;
  /** All it was debited and credited before the instant. */
  debitFen: number;
  creditFen: number;
}

/** Beyond all time: everything. */
const instant = (epochMs: number): SQL =>
  epochMs === Number.POSITIVE_INFINITY
    ? sql`'infinity'::timestamptz`
    : sql`${new Date(epochMs).toISOString()}::timestamptz`;

/**
 * Both sides of transfers that occurred within a stretch, by account. `and` narrows it down to some transfers; `account` to one.
 */
const sides = (within: SQL, account: string | undefined): SQL => sql`
  select account, sum(debit)::bigint as debit, sum(credit)::bigint as credit, count(*) as transfers from (
    select debit as account, amount_fen as debit, 0 as credit from transfers
      where ${within} ${account === undefined ? sql`` : sql`and debit = ${account}`}
    union all select credit, 0, amount_fen from transfers
      where ${within} ${account === undefined ? sql`` : sql`and credit = ${account}`}) t
  group by account`;

/**
 * Balances at an instant: the last snapshots before it, what has occurred since, and what belongs before them and was recorded after they were taken. Derived
 * from transfers at every asking; a snapshot only spares the way.
 */
export async function balancesAt(db: Database, at: number, account?: string): Promise<Balance[]> {
  const rows = await db.execute<{ account: string; debit: number; credit: number }>(sql`
    with taken as materialized (
      select s.at, s.counted_before from balance_snapshots s where s.at <= ${instant(at)} order by s.at desc limit 1),
    since as materialized (select coalesce((select at from taken), '-infinity'::timestamptz) as at),
    parts as (
      select account, debit_fen as debit, credit_fen as credit, transfers from balance_snapshots s where s.at = (select at from taken)
        ${account === undefined ? sql`` : sql`and s.account = ${account}`}
      union all ${sides(sql`occurred_at >= (select at from since) and occurred_at < ${instant(at)}`, account)}
      union all ${sides(
        sql`occurred_at < (select at from since) and recorded_at >= (select counted_before from taken)
          and recorded_at - occurred_at >= interval '2 days'`,
        account,
      )})
    select account, sum(debit)::float8 as debit, sum(credit)::float8 as credit from parts group by account order by account`);
  return rows.map(({ account: name, debit, credit }) => ({ account: name, debitFen: debit, creditFen: credit }));
}

/** A statement that is still running was begun at most so long ago: the service ends each after seconds. */
const usuallySettledMs = 120_000;
const lateMs = 2 * 86_400_000;

/** Until then it is too early for the snapshot of an instant: all but late transfers are there. */
export const snapshotDueAt = (at: number, settledMs = usuallySettledMs): number => at + lateMs + settledMs;

/**
 * Takes the snapshot of an instant, once: the one before and what has come since, so that it costs the same on every day. `npm run audit` adds all up anew.
 * Gives the number of accounts; 0: it had been taken, is too early, or nothing has occurred.
 */
export async function takeSnapshot(db: Database, at: number, settledMs = usuallySettledMs): Promise<number> {
  const [due] = await db.execute(sql`
    select from (select) t where now() >= ${instant(snapshotDueAt(at, settledMs))}
      and not exists (select from balance_snapshots where at = ${instant(at)})`);
  if (!due) return 0;
  const rows = await db.execute(sql`
    with counted as materialized (select now() - ${settledMs} * interval '1 millisecond' as before),
    previous as materialized (
      select at, counted_before from balance_snapshots where at < ${instant(at)} order by at desc limit 1),
    since as materialized (select coalesce((select at from previous), '-infinity'::timestamptz) as at),
    parts as (
      select account, debit_fen as debit, credit_fen as credit, transfers from balance_snapshots where at = (select at from previous)
      union all ${sides(
        sql`occurred_at >= (select at from since) and occurred_at < ${instant(at)} and recorded_at < (select before from counted)`,
        undefined,
      )}
      union all ${sides(
        sql`occurred_at < (select at from since) and recorded_at >= (select counted_before from previous)
          and recorded_at < (select before from counted) and recorded_at - occurred_at >= interval '2 days'`,
        undefined,
      )})
    insert into balance_snapshots (at, account, counted_before, debit_fen, credit_fen, transfers)
    select ${instant(at)}, account, min(counted.before), sum(debit), sum(credit), sum(transfers) from parts, counted group by account order by account
    on conflict do nothing returning account`);
  return rows.length;
}

/** Everything that occurred before an instant and was recorded before another. */
const sidesOf = (at: number, recordedBefore: SQL): SQL => sql`
  select account, sum(debit)::bigint as debit, sum(credit)::bigint as credit, count(*) as transfers from (
    select debit as account, amount_fen as debit, 0 as credit from transfers
      where occurred_at < ${instant(at)} and recorded_at < ${recordedBefore}
    union all select credit, 0, amount_fen from transfers
      where occurred_at < ${instant(at)} and recorded_at < ${recordedBefore}) t
  group by account`;

export interface SnapshotDifference {
  at: number;
  account: string;
  stored: string | null;
  rebuilt: string | null;
}

/** Adds the transfers up anew for every snapshot within the stretch, and gives those that differ. */
export async function differentSnapshots(
  db: Database,
  { from, to }: { from: number; to: number },
): Promise<{ examined: number; differences: SnapshotDifference[] }> {
  const taken = await db.execute<{ at: number; counted: string; accounts: number }>(sql`
    select (extract(epoch from at) * 1000)::float8 as at, min(counted_before)::text as counted, count(*)::int as accounts
    from balance_snapshots where at >= ${instant(from)} and at <= ${instant(to)} group by at order by at`);
  const differences: SnapshotDifference[] = [];
  for (const { at, counted } of taken) {
    const rows = await db.execute<{ account: string; stored: string | null; rebuilt: string | null }>(sql`
      with sums as (${sidesOf(at, sql`${counted}::timestamptz`)})
      select coalesce(b.account, s.account) as account, b.debit_fen || ' ' || b.credit_fen || ' ' || b.transfers as stored,
        s.debit || ' ' || s.credit || ' ' || s.transfers as rebuilt
      from (select * from balance_snapshots where at = ${instant(at)}) b full join sums s on s.account = b.account
      where (b.debit_fen, b.credit_fen, b.transfers) is distinct from (s.debit, s.credit, s.transfers) order by 1`);
    differences.push(...rows.map((row) => ({ at, ...row })));
  }
  return { examined: taken.reduce((sum, { accounts }) => sum + accounts, 0), differences };
}
