import { setTimeout as sleep } from 'node:timers/promises';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import type { BayDesk } from '../stations/bay-desk.ts';
import { readSwap } from '../swaps/queries.ts';

export interface AttendantOptions {
  desk: BayDesk;
  db: Database;
  stations: readonly string[];
  say: (line: string) => void;
  log: Log;
  signal: AbortSignal;
}

const stayMs = 20_000;
const lookEveryMs = 500;

/**
 * A kill or a power cut in the middle of a motion leaves its outcome unknown, and then nothing moves before a person has looked. For the
 * simulated stations this person comes by once, right after the start. What needs people later waits for whoever uses the API.
 */
export async function attendAfterStart({ desk, db, stations, say, log, signal }: AttendantOptions): Promise<void> {
  const leavesAt = performance.now() + stayMs;
  const seen = new Set<string>();
  while (performance.now() < leavesAt && !signal.aborted) {
    try {
      for (const bay of await desk.readBays(stations)) {
        if (bay.swap === null || seen.has(bay.swap) || !(await waitsForEyes(db, bay))) continue;
        seen.add(bay.swap);
        await desk.act(bay.station, {
          bay: bay.bay,
          action: 'confirm',
          reason: 'looked at the bay after the restart',
          by: 'demo-attendant',
        });
        say(`${bay.station} bay ${bay.bay}: a motion was cut short; a person has looked, and it goes on.`);
      }
    } catch (error) {
      log.warn({ err: error }, 'the attendant could not act');
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** Only a motion whose outcome nobody saw: every other reason is for people to judge. */
async function waitsForEyes(db: Database, bay: Bay): Promise<boolean> {
  if (bay.state !== 'faulted' || bay.swap === null || !bay.allowed.includes('confirm')) return false;
  const swap = await readSwap(db, bay.swap);
  return swap?.state === 'needs-person' && swap.reason === 'unclear';
}
