import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import { followUpConsumers } from '../../schema/tables/follow-ups.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import type { Consumer } from './consumer.ts';
import { type Backlog, readBacklog, watchProblems } from './problems.ts';
import { startWorker, type Worker, type WorkerOptions } from './worker.ts';

export interface FollowUpsOptions extends Pick<WorkerOptions, 'claimMs' | 'waitMs'> {
  db: Database;
  log: Log;
  consumers: readonly Consumer[];
  /** At most a second in service. */
  pollMs?: number;
  /** How often it is looked for what is stuck. */
  watchMs?: number;
  registry?: Registry;
}

/** Follows up committed facts, each consumer by itself. Any number of processes may. */
export function startFollowUps(options: FollowUpsOptions): Worker {
  const { db, log, consumers, pollMs = 1_000, watchMs = 5_000, registry } = options;
  let backlog: Backlog[] = [];
  if (registry) measure(registry, () => backlog);
  const workers = consumers.map((consumer) => startWorker({ ...options, pollMs }, consumer));
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      try {
        backlog = await readBacklog(db);
        const alarms = await watchProblems(db);
        if (alarms > 0) log.info({ alarms }, 'facts that could not be followed up');
      } catch (error) {
        log.warn({ err: error }, 'what is stuck could not be looked at; trying again');
      }
      await sleep(watchMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await Promise.all([watching, ...workers.map((worker) => worker.stop())]);
    },
  };
}

function measure(registry: Registry, read: () => readonly Backlog[]): void {
  const gauge = (name: string, help: string, value: (of: Backlog) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['consumer'],
      registers: [registry],
      collect() {
        const known = new Map(read().map((each) => [each.consumer, each]));
        for (const consumer of followUpConsumers) {
          const of = known.get(consumer);
          this.set({ consumer }, of ? value(of) : 0);
        }
      },
    });
  gauge('pitlane_follow_ups', 'Committed facts that are still to be followed up.', ({ waiting }) => waiting);
  gauge('pitlane_follow_ups_stuck', 'Of these, those that could not be followed up.', ({ stuck }) => stuck);
  gauge('pitlane_follow_ups_oldest_seconds', 'Age of the oldest of them.', ({ oldestS }) => oldestS);
}
