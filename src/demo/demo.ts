import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beijingMonth } from '../../machines/settlement/calendar.ts';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import type { BayDesk } from '../stations/bay-desk.ts';
import { readStation } from '../stations/queries.ts';
import type { SimulatorLink } from '../stations/simulator-link.ts';
import { readSwap } from '../swaps/queries.ts';
import { describeSwap, endedSwaps } from './announcer.ts';
import { attendAfterStart } from './attendant.ts';
import { ownPacks, seedFleets, taxisOf } from './fleets.ts';
import { type DemoPeople, seedPeople } from './parties.ts';
import { seedCategory } from './prices.ts';
import { writePrivateJson } from './private-file.ts';
import { outliveSimulator, type SimulatorProcess, startSimulator } from './simulator-process.ts';
import { prepareDemoStations } from './stations.ts';

export interface DemoOptions {
  db: Database;
  dataDir: string;
  brokerUrl: string;
  timeScale: number;
  seed: number;
  faults: string | undefined;
  simulator: SimulatorLink;
  desk: BayDesk;
  say: (line: string) => void;
  log: Log;
}

export interface Demo {
  stations: readonly string[];
  /** Who may sign in; null: nobody was made. */
  people: DemoPeople | null;
  stop(): Promise<void>;
}

const restartAfterMs = 2_000;
const ownEveryMs = 2_000;
/** First taxis come one after the other: stations that do the same at the same moment are dull to watch. */
const apartMs = 3_000;

/** The simulated stations of `npm start`, in a process of their own, with a car at each station so that something happens at once. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { db, dataDir, brokerUrl, timeScale, seed, faults, log, say } = options;
  const folder = resolve(dataDir, 'simulator');
  const pidFile = join(folder, 'simulator.pid');
  const loginsFile = join(folder, 'logins.json');
  const { ids, fresh } = await prepareDemoStations(db, loginsFile);
  if (ids.length === 0) return { stations: [], people: null, stop: async () => {} };
  await seedFleets(db);
  for (const id of ids) await seedCategory(db, id, beijingMonth(Date.now()), 'npm start');
  const people = await seedPeople(db, resolve(dataDir, 'people.json'), ids);
  const taxisFile = join(folder, 'taxis.json');
  await writePrivateJson(taxisFile, taxisOf(ids));
  const worlds = join(folder, 'worlds');
  await outliveSimulator(pidFile);
  if (fresh) await rm(worlds, { recursive: true, force: true });

  const stopping = new AbortController();
  const launch = () =>
    startSimulator({
      brokerUrl,
      stations: ids,
      credentialsFile: loginsFile,
      taxisFile,
      dataDir: worlds,
      pidFile,
      timeScale,
      seed,
      faults,
      onLine: (line) => log.info({ line }, 'simulator'),
      onUnexpectedExit(code) {
        say(`The simulator ended (code ${code}); starting it again. Its last words are in the log.`);
        running = sleep(restartAfterMs, undefined, { signal: stopping.signal })
          .then(launch)
          .catch(() => null);
      },
    });
  let running: Promise<SimulatorProcess | null> = launch();
  await running;
  void keepOwner(options, ids, stopping.signal);
  void attendAfterStart({ desk: options.desk, db, stations: ids, say, log, signal: stopping.signal });
  for (const [index, id] of ids.entries()) void sendFirstTaxi(options, id, index * apartMs, stopping.signal);
  return {
    stations: ids,
    people,
    async stop() {
      stopping.abort();
      await (await running)?.stop();
    },
  };
}

/** The simulated world makes packs as it needs them: they are found when they are first seen, and then belong to somebody. */
async function keepOwner({ db, log }: DemoOptions, stations: readonly string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await ownPacks(db, stations).catch((error) => log.warn({ err: error }, 'packs of the demo got no owner'));
    await sleep(ownEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** At night the rhythm brings a taxi every few minutes: the one who has just typed `npm start` should not wait for it. */
async function sendFirstTaxi(
  { db, simulator, log }: DemoOptions,
  id: string,
  afterMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await sleep(afterMs, undefined, { signal });
    for (;;) {
      await sleep(200, undefined, { signal });
      const station = await readStation(db, id);
      if (station === null || station.openSwaps > 0) return;
      if (!station.online) continue;
      const report = await simulator.control(id, { type: 'taxi', bay: null, vin: null, socPct: null });
      if (report?.ok) return;
    }
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, station: id }, 'no first taxi');
  }
}

/** Says one line for each swap that ends in the given commits, or comes to wait for a person. */
export function createSwapAnnouncer(db: Database, say: (line: string) => void, log: Log) {
  // A swap may say the same again, as after a restart in the middle of something.
  let last: string[] = [];
  return ({ events }: { events: readonly { decided: unknown }[] }): void => {
    for (const id of endedSwaps(events)) {
      readSwap(db, id).then(
        (swap) => {
          if (swap === null || last.includes(`${id} ${swap.state}`)) return;
          last = [...last.slice(-99), `${id} ${swap.state}`];
          say(describeSwap(swap));
        },
        (error) => log.debug({ err: error, swap: id }, 'swap not announced'),
      );
    }
  };
}
