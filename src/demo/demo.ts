import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/client.ts';
import type { Log } from '../platform/log.ts';
import { readStation } from '../stations/queries.ts';
import type { SimulatorLink } from '../stations/simulator-link.ts';
import { readSwap } from '../swaps/queries.ts';
import { describeSwap, endedSwaps } from './announcer.ts';
import { type SimulatorProcess, startSimulator } from './simulator-process.ts';
import { prepareDemoStations } from './stations.ts';

export interface DemoOptions {
  db: Database;
  dataDir: string;
  brokerUrl: string;
  timeScale: number;
  seed: number;
  faults: string | undefined;
  simulator: SimulatorLink;
  say: (line: string) => void;
  log: Log;
}

export interface Demo {
  stations: readonly string[];
  stop(): Promise<void>;
}

const restartAfterMs = 2_000;

/** The simulated stations of `npm start`, in a process of their own, with a car at each station so that something happens at once. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { db, dataDir, brokerUrl, timeScale, seed, faults, log, say } = options;
  const folder = join(dataDir, 'simulator');
  const loginsFile = join(folder, 'logins.json');
  const { ids, fresh } = await prepareDemoStations(db, loginsFile);
  if (ids.length === 0) return { stations: [], stop: async () => {} };
  const worlds = join(folder, 'worlds');
  if (fresh) await rm(worlds, { recursive: true, force: true });

  const stopping = new AbortController();
  const launch = () =>
    startSimulator({
      brokerUrl,
      stations: ids,
      credentialsFile: loginsFile,
      dataDir: worlds,
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
  for (const id of ids) void sendFirstTaxi(options, id, stopping.signal);
  return {
    stations: ids,
    async stop() {
      stopping.abort();
      await (await running)?.stop();
    },
  };
}

/** At night the rhythm brings a taxi every few minutes: the one who has just typed `npm start` should not wait for it. */
async function sendFirstTaxi({ db, simulator, log }: DemoOptions, id: string, signal: AbortSignal): Promise<void> {
  try {
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

/** Says one line for each swap that ends in the given commits. */
export function createSwapAnnouncer(db: Database, say: (line: string) => void, log: Log) {
  return ({ events }: { events: readonly { decided: unknown }[] }): void => {
    for (const id of endedSwaps(events)) {
      readSwap(db, id).then(
        (swap) => swap && say(describeSwap(swap)),
        (error) => log.debug({ err: error, swap: id }, 'swap not announced'),
      );
    }
  };
}
