import { setTimeout as sleep } from 'node:timers/promises';
import { addMonths, beijingMonth } from '../../machines/settlement/calendar.ts';
import type { Database } from '../db/client.ts';
import type { FaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import { closeMonth } from './close-month.ts';
import { tellLeases } from './tell-leases.ts';

export interface StatementKeeperOptions {
  db: Database;
  log: Log;
  pollMs?: number;
  /** A month is closed so long after its end: what was charged at its last minutes is billed by then. */
  closeDelayMs?: number;
  /** Wall clock, UTC epoch ms. */
  now?: () => number;
  faultPoints?: FaultPoints | undefined;
}

export interface StatementKeeper {
  stop(): Promise<void>;
}

const monthsLookedBack = 3;

/** Closes months that are over, and tells leases who is late and who has paid. Any number of processes may: each change is made by one of them. */
export function startStatementKeeper(options: StatementKeeperOptions): StatementKeeper {
  const { db, log, pollMs = 10_000, closeDelayMs = 6 * 3_600_000, now = Date.now, faultPoints } = options;
  const stopping = new AbortController();
  const complete = new Set<string>();
  let said = '';

  const closeMonths = async (): Promise<void> => {
    const current = beijingMonth(now() - closeDelayMs);
    for (let back = monthsLookedBack; back >= 1; back -= 1) {
      const month = addMonths(current, -back);
      if (complete.has(month) || stopping.signal.aborted) continue;
      const closed = await closeMonth(db, month, { by: 'service', now: now(), faultPoints });
      if (closed.isComplete) complete.add(month);
      const made = [...closed.fleets, ...closed.owners].filter(({ outcome }) => outcome === 'closed').length;
      if (made > 0) log.info({ month, statements: made }, 'a month was closed');
      const waiting = closed.fleets.filter(({ outcome }) => outcome === 'waiting');
      // It may wait for the month before, in which a party had nothing until something came late.
      if (waiting.length > 0) complete.delete(addMonths(month, -1));
      const saying = JSON.stringify(waiting);
      if (waiting.length > 0 && saying !== said) {
        log.warn({ month, waiting }, 'a month cannot be closed yet');
        said = saying;
      }
    }
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      for (const work of [closeMonths, async () => void (await tellLeases(db, now()))]) {
        await work().catch((error) => log.warn({ err: error }, 'statements could not be kept; trying again'));
      }
      await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
