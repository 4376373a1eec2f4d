import { telemetryTopic, upTopic } from '../../schema/wire/topics.ts';
import type { EngineContext } from './context.ts';
import { withGreeting } from './loader.ts';
import { recomputed } from './planted-bugs.ts';
import type { Publisher } from './publisher.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { loadImages } from './station/load.ts';

export interface Ownership {
  /** The lease on a partition is ours: its stations follow. */
  take(partition: number): void;
  lose(partition: number): void;
  /** Finds stations that were commissioned or closed meanwhile. */
  rescan(): void;
  /** The worker stops: whoever waits for an answer is told. */
  dropAll(): void;
  /** Resolves when everything asked for so far is done. */
  settled(): Promise<void>;
}

const stationsPerLoad = 50;

/** Which stations this worker runs: those of the partitions it holds. Loaded first, subscribed then, and asked for a hello at last. */
export function createOwnership(
  context: EngineContext,
  publisher: Publisher,
  onLoaded: (runtime: Runtime) => void,
): Ownership {
  const { pool, stations, leases, link, log, config, clock, faultPoints } = context;
  let chain: Promise<void> = Promise.resolve();
  let queued = false;

  /** One pass at a time, and one pass serves every partition that was taken meanwhile. */
  function schedule(): void {
    if (queued) return;
    queued = true;
    chain = chain
      .then(async () => {
        queued = false;
        await reconcile();
      })
      .catch((error) => {
        log.warn({ err: error }, 'stations not taken over; trying again');
        setTimeout(schedule, 500).unref();
      });
  }

  async function reconcile(): Promise<void> {
    const held = [...leases.held];
    if (held.length === 0) return;
    const rows = await pool.run(
      (sql) => sql<{ id: string }[]>`
        select id from stations where partition = any(${held}::smallint[]) and retired_at is null order by partition, id`,
    );
    const wanted = new Set(rows.map(({ id }) => id));
    for (const runtime of stations.values()) if (!wanted.has(runtime.station)) drop(runtime);
    const missing = [...wanted].filter((id) => !stations.has(id));
    for (let at = 0; at < missing.length; at += stationsPerLoad) await begin(missing.slice(at, at + stationsPerLoad));
  }

  async function begin(ids: readonly string[]): Promise<void> {
    const images = await loadImages(pool, ids, context.newBay);
    const taken: string[] = [];
    for (const loaded of images) {
      if (!leases.holds(loaded.partition) || stations.has(loaded.station)) continue;
      const greeted = withGreeting(loaded, false);
      const planted = context.bugs.has('recomputedCommandId');
      const image = planted ? { ...greeted, commands: recomputed(greeted.commands) } : greeted;
      const runtime = createRuntime(image, laneOf(image.station, config.lanes), config, clock.monotonic());
      stations.set(image.station, runtime);
      taken.push(image.station);
      onLoaded(runtime);
    }
    link.subscribe(taken.map(upTopic), 1);
    link.subscribe(taken.map(telemetryTopic), 0);
    faultPoints.pass('takeover-before-hello-request');
    for (const { station } of images) {
      const runtime = stations.get(station);
      if (runtime && !runtime.greeted) publisher.askHello(runtime);
    }
  }

  function drop(runtime: Runtime): void {
    runtime.dropped = true;
    stations.delete(runtime.station);
    publisher.forget(runtime);
    for (const work of runtime.mailbox) if ('reply' in work) work.reply.reject(new MovedError(runtime.station));
    runtime.mailbox.length = 0;
    link.unsubscribe([upTopic(runtime.station), telemetryTopic(runtime.station)]);
  }

  return {
    take: schedule,
    lose(partition) {
      for (const runtime of stations.values()) if (runtime.partition === partition) drop(runtime);
    },
    rescan: schedule,
    dropAll() {
      for (const runtime of stations.values()) drop(runtime);
    },
    settled: async () => {
      await chain;
    },
  };
}

/** The station went to another worker while something waited in its mailbox. It may be asked for again, anywhere. */
export class MovedError extends Error {
  override readonly name = 'MovedError';
  constructor(station: string) {
    super(`station ${station} is run by another worker now`);
  }
}

function laneOf(station: string, lanes: number): number {
  let hash = 2166136261;
  for (let at = 0; at < station.length; at++) hash = Math.imul(hash ^ station.charCodeAt(at), 16777619);
  return (hash >>> 0) % lanes;
}
