import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../../helpers/programs.ts';
import { followJournals, type JournalFiles } from '../judge/journal-files.ts';
import type { Verdict } from '../judge/verdict.ts';
import { type BrokerKind, type BrokerProcess, startBroker } from './broker.ts';
import { type Cluster, type DatabaseProcess, startCluster } from './database.ts';
import type { Program } from './program.ts';
import { type Reaper, startReaper } from './reaper.ts';
import { seedStaffKey, seedStations } from './seed.ts';
import { launchService, type Service, type ServiceOptions, startService } from './service.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import { type Spy, startSpy } from './spy.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Everything of a running Pitlane as real processes on loopback, each of which a scenario may hurt. */
export interface Arena {
  stations: readonly string[];
  /** Equipment seconds per wall second. */
  speed: number;
  patienceMs: number;
  database: DatabaseProcess;
  /** The services reach the database through it. */
  wire: TcpProxy;
  broker: BrokerProcess;
  simulator: Simulator;
  spy: Spy;
  journals: JournalFiles;
  staffKey: string;
  /** A service that is ready. */
  start(options?: ServiceChoice): Promise<Service>;
  /** A service that may die before it is ready. */
  launch(options?: ServiceChoice): Program;
  services(): readonly Program[];
  /** Taxis sent so far, by station. */
  cars: Map<string, number>;
  /** Adds to a figure of the final report. */
  count(what: string, by: number): void;
  judged(verdict: Verdict): void;
  /** What the judge last said of everything so far, with the other figures; null before it was asked. */
  report(): Verdict | null;
  /** Kills what is left, in an order in which nothing complains, and removes all files. */
  end(): Promise<void>;
}

export type ServiceChoice = Pick<ServiceOptions, 'faultPoint' | 'env'>;

export interface ArenaOptions {
  stations: number;
  seed: string;
  /** Equipment seconds per wall second. */
  speed?: number;
  broker?: BrokerKind;
  /** Where the database is made; a cluster of its own when left out. */
  cluster?: Cluster;
  /** Further environment of every service. */
  env?: Readonly<Record<string, string>>;
  /** How long anything is waited for. Generous: a deadline that passes is a defect, and a slow machine is not. */
  patienceMs?: number;
}

export async function buildArena(options: ArenaOptions): Promise<Arena> {
  await ensureBuilt();
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-faults-'));
  const reaper = startReaper();
  const endings: (() => Promise<unknown>)[] = [() => reaper.end(), () => rm(folder, { recursive: true, force: true })];
  const end = async () => {
    for (const ending of endings.splice(0).reverse()) await ending();
  };
  try {
    return await build({
      speed: 50,
      broker: 'aedes',
      env: {},
      patienceMs: 60_000,
      ...options,
      folder,
      reaper,
      endings,
      end,
    });
  } catch (error) {
    await end();
    throw error;
  }
}

interface Plan extends Required<Omit<ArenaOptions, 'cluster'>> {
  cluster?: Cluster;
  folder: string;
  reaper: Reaper;
  endings: (() => Promise<unknown>)[];
  end: () => Promise<void>;
}

async function build(plan: Plan): Promise<Arena> {
  const { seed, speed, patienceMs, folder, reaper, endings, end } = plan;
  const stations = Array.from({ length: plan.stations }, (_, index) => `fa-${String(index + 1).padStart(3, '0')}`);
  const [cluster, broker] = await Promise.all([
    plan.cluster ?? startCluster(join(folder, 'database'), reaper).then(ending(endings)),
    startBroker({ kind: plan.broker, folder, reaper }).then(ending(endings)),
  ]);
  const database = await cluster.next().then(ending(endings));
  await seedStations(database.sql, stations);
  const staffKey = await seedStaffKey(database.sql);
  const wire = await startTcpProxy(Number(new URL(database.url).port)).then(ending(endings));
  const spy = ending(endings)(startSpy(broker.url));
  await spy.connected();
  const worlds = join(folder, 'worlds');
  const simulator = await startSimulator({ stations, mqttUrl: broker.url, folder: worlds, seed, speed, reaper }).then(
    ending(endings),
  );
  const journals = followJournals(worlds);

  let verdict: Verdict | null = null;
  const figures: Record<string, number> = {};
  const services: Program[] = [];
  endings.push(async () => {
    for (const service of services) service.thaw();
    await Promise.all(services.map((service) => service.kill()));
  });
  const wiredUrl = new URL(database.url);
  wiredUrl.port = String(wire.port);
  const serviceOptions = (choice: ServiceChoice): ServiceOptions => {
    const name = `service ${services.length + 1}`;
    const own = join(folder, `service-${services.length + 1}`);
    const env = { ...plan.env, ...choice.env };
    return { name, databaseUrl: wiredUrl.href, mqttUrl: broker.url, folder: own, reaper, ...choice, env };
  };
  return {
    stations,
    speed,
    patienceMs,
    database,
    wire,
    broker,
    simulator: {
      ...simulator,
      async restart() {
        await simulator.restart();
        journals.startOver();
      },
    },
    spy,
    journals,
    staffKey,
    start: (choice = {}) => startService(serviceOptions(choice), (program) => services.push(program)),
    launch(choice = {}) {
      const program = launchService(serviceOptions(choice));
      services.push(program);
      return program;
    },
    services: () => services,
    cars: new Map(),
    count(what, by) {
      figures[what] = (figures[what] ?? 0) + by;
    },
    judged(given) {
      verdict = given;
    },
    report: () => verdict && { ...verdict, examined: { ...verdict.examined, ...figures } },
    end,
  };
}

/** Notes how to end something as soon as it exists. */
const ending =
  (endings: (() => Promise<unknown>)[]) =>
  <T extends { end(): Promise<unknown> }>(started: T): T => {
    endings.push(() => started.end());
    return started;
  };
