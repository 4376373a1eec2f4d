import { sql } from 'drizzle-orm';
import type { Prefetch, SwapStep } from '../../schema/wire/api/swap.ts';
import type { Database } from '../db/client.ts';
import { prepared } from '../db/prepared.ts';

/**
 * Was the pack fetched before the car came, and what did that win? The pack's last way onto a berth before the release is looked at: when the bay
 * sent it, not the swap, it was fetched beforehand. By the keys of the moves, the log and the outbox.
 */
export async function readPrefetch(
  db: Database,
  { packIn, releasedAt, steps }: { packIn: string | null; releasedAt: string | null; steps: readonly SwapStep[] },
): Promise<Prefetch | null> {
  // What the swap fetched for itself was not fetched before it, and most swaps do.
  const ownFetch = steps.some(({ step, result }) => step === 'fetchPack' && result === 'completed');
  if (packIn === null || ownFetch) return null;
  const [fetch] = await selectFetch(db, { packIn, releasedAt });
  if (!fetch || fetch.swap !== null || fetch.ms === null) return null;
  return { fetchedAt: fetch.at, fetchMs: Math.round(fetch.ms), wonMs: timeWon(fetch.ms, steps) };
}

const selectFetch = prepared<{ packIn: string; releasedAt: string | null }>()(
  ({ packIn, releasedAt }) => sql<{ at: string; swap: string | null; ms: number | null }>`
    select to_char(m.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, m.swap, (o.result ->> 'durationMs')::float8 as ms
    from (select * from custody_moves m where m.pack = ${packIn} and m.to_kind = 'berth'
        and m.occurred_at <= coalesce(${releasedAt}::timestamptz, now()) order by m.version desc limit 1) m
      join events e on e.station = m.station and e.n = m.event_n join outbox o on o.id = e.cause
    where o.type = 'fetchPack'`,
);

/** The fetch would have begun with the car; the exchange had to wait for whichever ended last, the fetch or the robot's own steps. */
function timeWon(fetchMs: number, steps: readonly SwapStep[]): number {
  const exchange = steps.findIndex(({ step }) => step === 'exchange');
  const robotMs = steps
    .slice(0, Math.max(0, exchange))
    .reduce((sum, { track, actualMs }) => sum + (track === 'robot' ? (actualMs ?? 0) : 0), 0);
  return exchange < 0 ? 0 : Math.max(0, Math.round(fetchMs - robotMs));
}
