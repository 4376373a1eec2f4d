import { sql } from 'drizzle-orm';
import { addDays, beijingDay, startOfDay } from '../../machines/settlement/calendar.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import { snapshotDueAt, takeSnapshot } from './balances.ts';

/** Days that are caught up with at a time. */
const daysAtOnce = 40;

/**
 * Takes the balances of each midnight of Asia/Shanghai, two days later. Any number of processes may: a snapshot is taken once.
 */
export function startSnapshots({ db, log, everyMs = 3_600_000 }: { db: Database; log: Log; everyMs?: number }): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    try {
      const days = await takeDueSnapshots(db, Date.now());
      if (days > 0) log.info({ days }, 'balances of midnight taken');
    } catch (error) {
      log.warn({ err: error }, 'balances were not taken; trying again');
    }
    if (!stopping.signal.aborted) timer = setTimeout(begin, everyMs);
  };
  const begin = () => {
    looking = look();
  };
  begin();
  return {
    async stop() {
      stopping.abort();
      await looking;
      clearTimeout(timer);
    },
  };
}

/** Gives for how many days. */
export async function takeDueSnapshots(db: Database, now: number): Promise<number> {
  const from = await firstMissing(db);
  if (from === null) return 0;
  let taken = 0;
  for (let day = from; taken < daysAtOnce && snapshotDueAt(startOfDay(day)) <= now; day = addDays(day, 1)) {
    if ((await takeSnapshot(db, startOfDay(day))) > 0) taken += 1;
  }
  return taken;
}

/** The day after the last snapshot, or after the first transfer; null: nothing has been transferred. */
async function firstMissing(db: Database): Promise<string | null> {
  const [row] = await db.execute<{ at: number | null }>(sql`
    select (extract(epoch from coalesce(
      (select max(at) from balance_snapshots),
      (select min(occurred_at) from (select occurred_at from transfers order by id limit 1000) t))) * 1000)::float8 as at`);
  return row?.at == null ? null : addDays(beijingDay(row.at), 1);
}
