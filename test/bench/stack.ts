import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { BenchWorld } from './bench-world.ts';
import { type Broker, startBroker } from './brokers.ts';
import { type Child, compiled, startChild } from './child-link.ts';
import type { Load, LoadCounts, LoadSample, TelemetryLoad } from './load/load.ts';
import { type Commits, type ServiceApi, startFloor, startProduct } from './services.ts';

export type Variant = 'floor' | 'naive' | 'pitlane';
export const variants: readonly Variant[] = ['floor', 'naive', 'pitlane'];

export interface StackOptions {
  variant: Variant;
  world: BenchWorld;
  broker: 'aedes' | 'mosquitto';
  /** Statement statistics in the database: for the profile, not for figures. */
  statements: boolean;
  onFailure(sentence: string): void;
}

/** One variant with everything it needs, each a process of its own: Postgres, broker, service, load generator. */
export interface Stack {
  variant: Variant;
  world: BenchWorld;
  databaseUrl: string;
  pids: { service: number; postgres: number; broker: number };
  service: Child;
  generator: Generator;
  commits(): Promise<Commits>;
  api: ServiceApi | null;
  stop(): Promise<void>;
}

export interface Generator {
  start(load: Load): Promise<void>;
  telemetry(load: TelemetryLoad): Promise<void>;
  /** Counts so far and the commands traced since the last mark. */
  mark(trace: boolean): Promise<LoadSample>;
  counts(): Promise<LoadCounts>;
  /** Every station says it is alive; outside of any measured window. */
  beatOnce(): Promise<void>;
  /** Lets the open swaps end; gives the stations that did not. */
  drain(waitMs: number): Promise<string[]>;
}

/** Ends in the reverse order what was started, also when the start itself fails half way. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each().catch(() => {});
  };
  try {
    return await assemble(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(options: StackOptions, stops: (() => Promise<void>)[], stop: Stack['stop']): Promise<Stack> {
  const { variant, world, onFailure } = options;
  const folder = await mkdtemp(join(tmpdir(), `pitlane-bench-${variant}-`));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    settings: postgresSettings(options.statements),
    syncNewCluster: false,
    onUnexpectedExit: () => onFailure(`Postgres of ${variant} ended unexpectedly`),
  });
  stops.push(postgres.stop);
  const broker: Broker = await startBroker(options.broker, folder, onFailure);
  stops.push(broker.stop);

  const generator = await startGenerator(options, broker.port);
  stops.push(generator.child.stop);
  const start = variant === 'floor' ? startFloor : startProduct;
  const service = await start({ variant, world, databaseUrl: postgres.url, broker, folder, onFailure });
  stops.push(service.child.stop);
  await service.ready(generator.link);
  return {
    variant,
    world,
    databaseUrl: postgres.url,
    pids: { service: service.child.pid, postgres: postgres.pid, broker: broker.pid },
    service: service.child,
    generator: generator.link,
    commits: service.commits,
    api: service.api,
    stop,
  };
}

/** Durable as delivered: no setting that makes a commit cheaper. */
function postgresSettings(statements: boolean): Record<string, string> {
  const size = { max_connections: '60', shared_buffers: '256MB', max_wal_size: '4GB' };
  if (!statements) return size;
  return { ...size, shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'all' };
}

async function startGenerator(options: StackOptions, port: number): Promise<{ child: Child; link: Generator }> {
  const { world, onFailure, variant } = options;
  const child = await startChild({
    name: `load generator of ${variant}`,
    module: compiled('./children/generator.ts', import.meta.url),
    onEnd: onFailure,
  });
  await child.ask('open', { world, port });
  const link: Generator = {
    start: (load) => child.ask('start', load),
    telemetry: (load) => child.ask('telemetry', load),
    mark: (trace) => child.ask('mark', trace),
    counts: () => child.ask('counts'),
    beatOnce: () => child.ask('beatOnce'),
    drain: (waitMs) => child.ask('drain', { waitMs }),
  };
  return { child, link };
}
