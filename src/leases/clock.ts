import { setTimeout as sleep } from 'node:timers/promises';
import { asc, lte, sql } from 'drizzle-orm';
import { leases } from '../../schema/tables/leases.ts';
import type { Database } from '../db/client.ts';
import { runStatement, statement } from '../db/statement.ts';
import type { Log } from '../platform/log.ts';
import { type LeaseRow, planStep } from './step.ts';

export interface LeaseClockOptions {
  db: Database;
  log: Log;
  pollMs?: number;
  /** Wall clock, UTC epoch ms. */
  now?: () => number;
}

const most = 200;

/** Steps the leases whose time has come: a last day that is over, a grace that has run out, a plan that begins. Returns how many. */
export async function stepDueLeases(db: Database, now: number): Promise<number> {
  const due = await db
    .select()
    .from(leases)
    .where(lte(leases.dueAt, new Date(now)))
    .orderBy(asc(leases.dueAt))
    .limit(most);
  const outcomes = await Promise.allSettled(due.map((row) => stepDue(db, row, now)));
  // One that cannot be stepped keeps no other from it.
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return due.length;
}

/** Of two processes one wins: the other finds another edition. */
async function stepDue(db: Database, row: LeaseRow, now: number): Promise<void> {
  const { refusal, parts } = planStep(row, { type: 'clock' }, { by: 'clock', now });
  if (refusal !== null) throw new Error(`lease ${row.id} is due and takes no clock: ${refusal}`);
  await runStatement(db, statement<{ id: string }>({ parts, result: sql`select id from lease_stepped` }));
}

/** In any number of processes. Ends with what is under way. */
export function startLeaseClock({ db, log, pollMs = 1_000, now = Date.now }: LeaseClockOptions): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const stepped = await stepDueLeases(db, now()).catch((error) => {
        log.warn({ err: error }, 'leases that are due were not stepped; trying again');
        return 0;
      });
      if (stepped < most) await sleep(pollMs, undefined, { signal }).catch(() => {});
    }
  };
  const done = run();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
