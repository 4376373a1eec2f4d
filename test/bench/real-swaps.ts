import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { defaultStationType } from '../../machines/station-type.ts';
import { migrate } from '../../src/db/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { PhysicalEntry, SwapMeasure } from '../../station-sim/journal/physical.ts';
import { freePort, startBroker } from './brokers.ts';
import { compiled, startChild } from './child-link.ts';
import { percentile } from './statistics.ts';

export interface RealSwapsOptions {
  stations: number;
  /** Equipment seconds per wall second. */
  speed: number;
  /** Ends when so many swaps have been measured, or the time is over. */
  swaps: number;
  limitMs: number;
  seed: string;
  say?: (sentence: string) => void;
  signal?: AbortSignal;
}

/** Swap time as DESIGN section 6 has it, and how much of it the station waited for the service. */
export interface RealSwaps {
  count: number;
  /** Ended without a pack exchanged. */
  without: number;
  swapMs: number[];
  /** Station result → next command received, summed over a swap, wall ms. */
  serviceMs: number[];
  shareWithin90s: number;
  serviceP99Ms: number;
}

const longestSwapMs = 90_000;

/** Runs the service against the simulated station, each in its own process, and reads the swaps from the station's physical journal. */
export async function runRealSwaps(options: RealSwapsOptions): Promise<RealSwaps> {
  const stops: (() => Promise<unknown>)[] = [];
  const failures: string[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), 'pitlane-real-swaps-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const worlds = await startAll(options, folder, stops, (sentence) => failures.push(sentence));
    const end = Date.now() + options.limitMs;
    for (;;) {
      if (failures[0]) throw new Error(failures[0]);
      const measured = summarise(await readMeasures(worlds), options.speed);
      options.say?.(`${measured.count} of ${options.swaps} swaps measured ...`);
      if (measured.count >= options.swaps || Date.now() > end || options.signal?.aborted) return measured;
      await sleep(
        options.speed === 1 ? 15_000 : 1_000,
        undefined,
        options.signal ? { signal: options.signal } : {},
      ).catch(() => {});
    }
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function startAll(
  options: RealSwapsOptions,
  folder: string,
  stops: (() => Promise<unknown>)[],
  fail: (sentence: string) => void,
): Promise<string> {
  const { stations, speed, seed } = options;
  const execArgv = ['--import', compiled('./children/end-with-parent.ts', import.meta.url).href];
  const database = await startEmbeddedPostgres({
    dataDir: folder,
    syncNewCluster: false,
    onUnexpectedExit: () => fail('Postgres ended'),
  });
  stops.push(database.stop);
  const ids = Array.from({ length: stations }, (_, index) => `re-${String(index + 1).padStart(3, '0')}`);
  await commission(database.url, ids);
  const broker = await startBroker('aedes', folder, fail);
  stops.push(broker.stop);
  const port = await freePort();
  const service = await startChild({
    name: 'service',
    module: compiled('../../src/main.ts', import.meta.url),
    env: {
      DATABASE_URL: database.url,
      MQTT_URL: `mqtt://service:service@127.0.0.1:${broker.port}`,
      DATA_DIR: folder,
      PORT: String(port),
      LOG_LEVEL: 'warn',
    },
    execArgv,
    onEnd: fail,
  });
  stops.push(service.stop);
  // A car that waits for a service that is only starting tells nothing about swaps.
  await ready(port);
  const worlds = join(folder, 'worlds');
  const simulator = await startChild({
    name: 'simulator',
    module: compiled('../../station-sim/main.ts', import.meta.url),
    args: [
      ...[
        '--mqtt',
        `mqtt://127.0.0.1:${broker.port}`,
        '--stations',
        ids.join(','),
        '--default-sized',
        String(stations),
      ],
      ...['--speed', String(speed), '--seed', seed, '--traffic', 'flat', '--data', worlds, '--quiet'],
    ],
    execArgv,
    onEnd: fail,
  });
  stops.push(simulator.stop);
  return worlds;
}

async function ready(port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('the service was not ready within 30 s');
}

async function commission(databaseUrl: string, ids: string[]): Promise<void> {
  await migrate({ databaseUrl });
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const type = JSON.stringify(defaultStationType);
  for (const [index, id] of ids.entries()) {
    await sql`
      insert into stations (id, name, city, lat, lon, partition, type, simulated)
      values (${id}, ${id}, 'Beijing', 39.9, 116.4, ${index % 64}, ${type}::text::jsonb, true)`;
    await sql`insert into station_marks (station) values (${id})`;
  }
  await sql.end();
}

async function readMeasures(worlds: string): Promise<SwapMeasure[]> {
  const names = await readdir(worlds, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('physical.jsonl'));
  const texts = await Promise.all(files.map((name) => readFile(join(worlds, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line.includes('"kind":"swap"') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as PhysicalEntry & SwapMeasure),
  );
}

/**
 * Equipment that runs faster makes every wait between two motions look longer by the same factor: the service's share, and how late the
 * simulator was to send and to begin. What counts is the swap at speed 1: the motions by the equipment's clock, the waits by the wall's.
 */
function summarise(measures: SwapMeasure[], speed: number): RealSwaps {
  const healthy = measures.filter(({ exchanged }) => exchanged);
  const swapMs = healthy.map((swap) => {
    const waitsMs = swap.gaps.reduce((sum, gap) => sum + gap.equipMs, 0);
    return swap.swapMs - waitsMs + waitsMs / speed;
  });
  const serviceMs = healthy.map(({ serviceShareMs }) => serviceShareMs);
  return {
    count: healthy.length,
    without: measures.length - healthy.length,
    swapMs,
    serviceMs,
    shareWithin90s: swapMs.filter((ms) => ms <= longestSwapMs).length / healthy.length,
    serviceP99Ms: percentile(serviceMs, 0.99),
  };
}
