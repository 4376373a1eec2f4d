import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { applyPlan } from './apply-plan.ts';
import { type CliOptions, readCliOptions, UsageError, usage } from './cli-options.ts';
import { createMqttTransport, type MqttTransport } from './mqtt-adapter.ts';
import { defaultSize, type SimStationOptions, type StationSize } from './options.ts';
import { createSimFleet, finishMotions, runRealTime, type SimFleet } from './sim-fleet.ts';
import { createSimStation } from './sim-station.ts';
import { drawSize, sizeWithSlots } from './sizes.ts';
import { createFileStore } from './store/file-store.ts';
import { openPhysicalFile } from './store/physical-file.ts';

/** Wall clock that never goes back: Unix time at the start plus the monotonic clock. */
const startedMs = Date.now() - performance.now();
const now = (): number => startedMs + performance.now();

/** At the end: how far the world may be ahead of the clock, so that a restart within seconds finds its records in the past. */
const motionsRunAheadMs = 3_000;

function sizeOf(options: CliOptions, id: string, index: number): StationSize {
  if (options.slots !== undefined) return sizeWithSlots(options.slots);
  return index < options['default-sized'] ? defaultSize : drawSize(options.seed, id);
}

function stationOptions(options: CliOptions, id: string, index: number): SimStationOptions {
  const size = sizeOf(options, id, index);
  const { step, perHour, perCar } = options.plan;
  const base: SimStationOptions = {
    id,
    seed: options.seed,
    size,
    traffic: options.traffic,
    arrivalsPerDay: (options['arrivals-per-day'] * size.slots) / defaultSize.slots,
    taxis: options.taxis.get(id) ?? null,
    openWithTaxi: options.traffic !== 'none',
    timeScale: options.speed,
    startWallMs: now(),
    telemetryEveryS: options.telemetry,
    heartbeat: !options['no-heartbeat'],
    attendantAfterS: options.attendant ?? null,
    attendantFor: options['attendant-for'],
    // Whoever wants more reads the file.
    keepPhysical: 256,
    probabilities: { step, perHour, perCar } as NonNullable<SimStationOptions['probabilities']>,
  };
  if (options.data === undefined) return base;
  const folder = path.join(options.data, id);
  return {
    ...base,
    store: createFileStore(path.join(folder, 'state.log')),
    openPhysical: openPhysicalFile(path.join(folder, 'physical.jsonl')),
  };
}

function start(options: CliOptions): void {
  const stations = options.ids.map((id, index) => createSimStation(stationOptions(options, id, index)));
  for (const station of stations) applyPlan(station, options.plan);
  const transport = createMqttTransport({
    url: options.mqtt,
    login: (id) => options.logins.get(id) ?? null,
    tls: options.tls,
    now,
    jitter: Math.random,
    log: ({ station, what, problem }) => {
      if (problem) console.error(`${station}: ${what}: ${problem}`);
      else if (!options.quiet) console.log(`${station}: ${what}`);
    },
  });
  const fleet = createSimFleet(stations, transport);
  transport.attach(fleet);
  const stopClock = runRealTime(fleet, now);
  if (!options.quiet) console.log(`${stations.length} stations at speed ${options.speed}, broker ${options.mqtt}`);
  const stop = once(() => void shutDown(fleet, transport, stopClock));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Started by another program that is gone now, be it by SIGKILL.
  process.on('disconnect', stop);
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

/** No new commands, motions end, then the power goes. */
async function shutDown(fleet: SimFleet, transport: MqttTransport, stopClock: () => void): Promise<void> {
  await transport.close();
  stopClock();
  const endedAt = finishMotions(fleet, now(), now() + motionsRunAheadMs);
  for (const station of fleet.stations) station.close(Math.max(endedAt, now()));
}

try {
  const options = readCliOptions(process.argv.slice(2));
  if (options) start(options);
  else console.log(usage);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nTry --help.`);
  process.exitCode = 2;
}
