import type { Pool } from '../db/pool.ts';
import type { FaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';

export interface LeaseOptions {
  pool: Pool;
  owner: string;
  /** Partitions this worker may take. */
  partitions: readonly number[];
  ttlMs: number;
  renewMs: number;
  /** The holder stops so long before the lease ends. */
  marginMs: number;
  /** Nobody else can be at work on this database: leases of a process that was killed are not waited for. */
  exclusive?: boolean;
  faultPoints: FaultPoints;
  log: Log;
  /** Monotonic ms. */
  monotonic: () => number;
  onTaken: (partition: number) => void;
  onLost: (partition: number) => void;
}

export interface Leases {
  start(): Promise<void>;
  /** Gives everything back, so that another worker need not wait. */
  stop(): Promise<void>;
  /** Whether the lease still holds now, by our own monotonic clock. Asked before every publish. */
  holds(partition: number): boolean;
  epochOf(partition: number): number;
  /** Takes an epoch above this one, after asking the database whether the lease is still ours. False: it is not. */
  raiseAbove(partition: number, epoch: number): Promise<boolean>;
  readonly held: ReadonlySet<number>;
}

interface Held {
  epoch: number;
  /** Monotonic ms, counted from before the request was sent. */
  until: number;
}

/**
 * Leases on partitions: who runs their stations. Nothing of correctness hangs on them (the version gate and the station's fence do that);
 * they keep two workers from doing each other's work. No session state, so they work behind a pooler and survive a failover.
 */
export function createLeases(options: LeaseOptions): Leases {
  const { pool, owner, partitions, ttlMs, renewMs, marginMs, log, monotonic } = options;
  const held = new Map<number, Held>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let seize = options.exclusive ?? false;
  const interval = `${ttlMs} milliseconds`;

  const lose = (partition: number, why: string) => {
    if (!held.delete(partition)) return;
    log.warn({ partition, why }, 'partition lost');
    options.onLost(partition);
  };

  /** One round: renew what is ours, take what is free. Rows are locked in order, so that workers do not deadlock. */
  async function round(): Promise<void> {
    const before = monotonic();
    const mine = [...held.keys()];
    const rows = await pool.run(
      (sql) => sql<{ partition: number; epoch: number; fresh: boolean }[]>`
        with wanted as materialized (
          select partition, (owner = ${owner} and partition = any(${mine}::smallint[])) is true as mine from partition_leases
          where partition = any(${[...partitions]}::smallint[])
            and ((owner = ${owner} and partition = any(${mine}::smallint[])) or owner is null or expires_at < clock_timestamp() or ${seize})
          order by partition for update skip locked)
        update partition_leases l set owner = ${owner}, expires_at = clock_timestamp() + ${interval}::interval,
          epoch = case when w.mine then l.epoch else nextval('epochs') end
        from wanted w where l.partition = w.partition
        returning l.partition, l.epoch::float8 as epoch, not w.mine as fresh`,
      Math.max(500, ttlMs - marginMs),
    );
    seize = false;
    const until = before + ttlMs - marginMs;
    const renewed = new Set<number>();
    for (const { partition, epoch, fresh } of rows) {
      renewed.add(partition);
      if (fresh) {
        // The row was ours once and was lost meanwhile: what memory has of it is old.
        if (held.has(partition)) lose(partition, 'taken by another worker meanwhile');
        held.set(partition, { epoch, until });
        options.faultPoints.pass('lease-taken');
        options.onTaken(partition);
      } else {
        const lease = held.get(partition);
        if (lease) lease.until = until;
      }
    }
    // A row that was locked by somebody else is not lost yet; one that ran out is.
    for (const [partition, { until: end }] of held) {
      if (!renewed.has(partition) && monotonic() >= end) lose(partition, 'not renewed in time');
    }
  }

  function expire(): void {
    for (const [partition, { until }] of held) if (monotonic() >= until) lose(partition, 'not renewed in time');
  }

  async function tick(): Promise<void> {
    expire();
    try {
      await round();
    } catch (error) {
      log.warn({ err: error }, 'leases could not be renewed');
    }
    expire();
    if (!stopped) timer = setTimeout(tick, held.size === 0 ? Math.min(renewMs, 500) : renewMs);
  }

  return {
    start: tick,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const mine = [...held.keys()];
      held.clear();
      await pool.run(
        (sql) => sql`
          update partition_leases set owner = null, expires_at = null
          where partition in (
            select partition from partition_leases where owner = ${owner} and partition = any(${mine}::smallint[]) order by partition for update)`,
        2_000,
      );
    },
    holds(partition) {
      const lease = held.get(partition);
      return lease !== undefined && monotonic() < lease.until;
    },
    epochOf: (partition) => held.get(partition)?.epoch ?? 0,
    async raiseAbove(partition, epoch) {
      const lease = held.get(partition);
      if (!lease) return false;
      if (lease.epoch > epoch) return true;
      const before = monotonic();
      await pool.run((sql) => sql`select setval('epochs', greatest(last_value, ${epoch})) from epochs`);
      const [row] = await pool.run(
        (sql) => sql<{ epoch: number }[]>`
          update partition_leases set epoch = nextval('epochs'), expires_at = clock_timestamp() + ${interval}::interval
          where partition = ${partition} and owner = ${owner} and epoch = ${lease.epoch} and expires_at > clock_timestamp()
          returning epoch::float8`,
      );
      if (!row) {
        lose(partition, 'another worker holds it');
        return false;
      }
      lease.epoch = row.epoch;
      lease.until = before + ttlMs - marginMs;
      return true;
    },
    get held() {
      return new Set(held.keys());
    },
  };
}
