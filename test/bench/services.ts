import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { migrate } from '../../src/db/migrate.ts';
import { waitFor } from '../helpers/wait-for.ts';
import type { BenchWorld } from './bench-world.ts';
import { type Broker, freePort } from './brokers.ts';
import { type Child, compiled, startChild } from './child-link.ts';
import { seedWorld } from './seed-world.ts';
import type { Generator, Variant } from './stack.ts';

export interface Commits {
  /** Statements of the group commit so far, and station events in them. */
  count: number;
  events: number;
}

export interface ServiceOptions {
  variant: Variant;
  world: BenchWorld;
  databaseUrl: string;
  broker: Broker;
  folder: string;
  onFailure(sentence: string): void;
}

export interface Service {
  child: Child;
  /** Resolves when every station may begin a swap. */
  ready(generator: Generator): Promise<void>;
  commits(): Promise<Commits>;
  /** The product's API. */
  api: ServiceApi | null;
}

export interface ServiceApi {
  url: string;
  /** Of its operator. */
  key(): Promise<string>;
}

/** As the product has them by default. */
const lanes = 2;
/** The product's 200 ms, shrunk like the equipment's times. */
const ackMs = 5;
/** The young generation is that of `npm start`, for every variant alike. */
const execArgv = () => ['--max-semi-space-size=64', '--import', compiled('./children/tap.ts', import.meta.url).href];

export async function startFloor({ world, databaseUrl, broker, onFailure }: ServiceOptions): Promise<Service> {
  const module = compiled('./children/floor.ts', import.meta.url);
  const child = await startChild({ name: 'floor', module, execArgv: execArgv(), onEnd: onFailure });
  await child.ask('open', { world, port: broker.port, databaseUrl, lanes, ackMs });
  return { child, ready: async () => {}, commits: () => child.ask('commits'), api: null };
}

/** The product's own program; `naive` is the same with one event per statement and as many connections as it asks for. */
export async function startProduct(options: ServiceOptions): Promise<Service> {
  const { variant, world, databaseUrl, broker, folder, onFailure } = options;
  await migrate({ databaseUrl });
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await seedWorld(sql, world);
  await sql.unsafe('vacuum analyze');
  const port = await freePort();
  const child = await startChild({
    name: variant,
    module: compiled('../../src/main.ts', import.meta.url),
    execArgv: execArgv(),
    env: {
      DATABASE_URL: databaseUrl,
      MQTT_URL: `mqtt://service:service@127.0.0.1:${broker.port}`,
      DATA_DIR: folder,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      ACK_DELAY_MS: String(ackMs),
      // No heartbeats here: a station counts as alive as long as a run lasts.
      LINK_LOST_MS: '600000',
      ...(variant === 'naive'
        ? { COMMIT_LANES: '10', COMMIT_MAX_STATIONS: '1', COMMIT_MAX_EVENTS: '1', DATABASE_POOL_SIZE: '20' }
        : {}),
    },
    onEnd: onFailure,
  });
  return {
    child,
    commits: () => readCommits(port, folder),
    api: { url: `http://127.0.0.1:${port}`, key: () => readKey(folder) },
    async ready() {
      await allReconciled(sql, world.stations);
      await sql.end();
      await waitFor('the service to answer', async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok, {
        withinMs: 30_000,
      });
    },
  };
}

/** No motion is commanded before a station's hello is applied. */
async function allReconciled(sql: postgres.Sql, stations: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const [row] = await sql<{ n: number }[]>`select count(*)::int as n from station_marks where reconciled`;
    if (row?.n === stations) return;
    await sleep(200);
  }
  throw new Error('not every station was reconciled within 2 minutes');
}

/** The service's own counters, with the key it has written for its operator. */
async function readCommits(port: number, folder: string): Promise<Commits> {
  const admin = await readKey(folder);
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization: `Bearer ${admin}` } });
  const text = await response.text();
  const value = (name: string) => Number(new RegExp(`^${name} ([0-9.e+]+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { count: value('pitlane_commits_total'), events: value('pitlane_commit_events_total') };
}

async function readKey(folder: string): Promise<string> {
  return (JSON.parse(await readFile(join(folder, 'credentials.json'), 'utf8')) as { admin: string }).admin;
}
