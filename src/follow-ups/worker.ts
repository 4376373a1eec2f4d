import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/client.ts';
import { sentenceOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Consumer, Handled } from './consumer.ts';
import { claim, finish, putOff, retryMs, setAside } from './store.ts';

/** Where a test may stop a worker: between any two things it does. */
export type WorkerPoint = 'claimed' | 'decided' | 'finished' | 'settled';

export interface WorkerOptions {
  db: Database;
  log: Log;
  /** How often a consumer without work looks for some. */
  pollMs: number;
  /** How long claimed facts are left alone by others. Longer than a batch takes. */
  claimMs?: number;
  /** Wait after the nth failure. */
  waitMs?: (attempts: number) => number;
  onPoint?: (point: WorkerPoint) => void;
}

export interface Worker {
  /** Lets the batch under way come to its end. */
  stop(): Promise<void>;
}

/**
 * Follows up the facts of one consumer, batch after batch. Any number of processes may. It remembers nothing: killed anywhere, its batch comes
 * back when the claim has run out, and what was written is not written again.
 */
export function startWorker(options: WorkerOptions, consumer: Consumer): Worker {
  const { log, pollMs } = options;
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      let worked = 0;
      try {
        worked = await workOnce(options, consumer);
      } catch (error) {
        log.warn({ err: error, consumer: consumer.consumer }, 'facts could not be followed up; trying again');
      }
      // A full batch: there may be more.
      if (worked < consumer.batch) await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** One batch. Gives how many facts it claimed. */
export async function workOnce(options: Omit<WorkerOptions, 'pollMs'>, consumer: Consumer): Promise<number> {
  const { db, claimMs = 30_000, onPoint = () => {} } = options;
  const subjects = await claim(db, { consumer: consumer.consumer, most: consumer.batch, forMs: claimMs });
  if (subjects.length === 0) return 0;
  onPoint('claimed');
  try {
    await follow(options, consumer, subjects);
  } catch (error) {
    // One of them may have spoilt it for all.
    if (isPassing(error)) throw error;
    for (const subject of subjects) await followAlone(options, consumer, subject);
  }
  return subjects.length;
}

async function follow(
  { db, waitMs = (attempts) => retryMs(attempts, Math.random), onPoint = () => {} }: Omit<WorkerOptions, 'pollMs'>,
  { consumer, handle }: Consumer,
  subjects: readonly string[],
): Promise<void> {
  const handled: Handled = await handle(db, subjects);
  onPoint('decided');
  await finish(db, consumer, handled);
  onPoint('finished');
  await setAside(db, consumer, handled.stuck ?? [], waitMs);
  await putOff(db, consumer, handled.later ?? []);
  onPoint('settled');
}

async function followAlone(options: Omit<WorkerOptions, 'pollMs'>, consumer: Consumer, subject: string): Promise<void> {
  const { db, log, waitMs = (attempts) => retryMs(attempts, Math.random) } = options;
  try {
    await follow(options, consumer, [subject]);
  } catch (error) {
    if (isPassing(error)) throw error;
    log.error({ err: error, consumer: consumer.consumer, subject }, 'a fact could not be followed up');
    await setAside(db, consumer.consumer, [{ subject, code: 'failed', detail: sentenceOf(rootOf(error)) }], waitMs);
  }
}

/** The database was not there, or busy with others: nothing is wrong with the facts. A statement that took too long may have had too many of them. */
function isPassing(error: unknown): boolean {
  const { code } = rootOf(error) as { code?: unknown };
  return typeof code === 'string' && /^(08|40|53|55|57P|25006)|^(CONNECT|E[A-Z]{4,}|PITLANE_DEADLINE)/.test(code);
}

/** Drizzle's errors repeat the statement; what the database said stands below. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}
