import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import { settleDifferences, tellOtherSide, watchSlots } from './blocked-slots.ts';

/** Looks after the inventory every few seconds. Any number of processes may: each look finds only what is still to be done. */
export function startInventoryWatch({ db, log, everyMs = 5_000 }: { db: Database; log: Log; everyMs?: number }): {
  stop(): Promise<void>;
} {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    try {
      const found = await watchSlots(db);
      if (found.opened + found.closed + found.alarms > 0) log.info(found, 'blocked slots');
      const told = await tellOtherSide(db);
      if (told > 0) log.info({ told }, 'packs that another station has read');
      const settled = await settleDifferences(db);
      if (settled > 0) log.info({ settled }, 'differences of stock-takes settled');
    } catch (error) {
      log.warn({ err: error }, 'inventory not looked after; trying again');
    }
    if (!stopped) timer = setTimeout(begin, everyMs);
  };
  const begin = () => {
    looking = look();
  };
  timer = setTimeout(begin, everyMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
