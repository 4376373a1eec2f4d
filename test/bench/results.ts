import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/paths.ts';
import type { Measurement } from './measure.ts';
import type { Variant } from './stack.ts';
import { median, percentile, round } from './statistics.ts';

/** All measurements of one run. */
export interface BenchRun {
  startedAt: string;
  quick: boolean;
  broker: string;
  cityDerivation: string;
  city: Record<Variant, Measurement[]>;
  saturation: Record<Variant, Measurement[]>;
  scale: Record<ScaleSize, Measurement[]>;
  telemetry: TelemetryCost | null;
}

export type ScaleSize = '31' | '310' | '3100';

export interface TelemetryCost {
  stations: number;
  heartbeatS: number;
  telemetryS: number;
  /** CPU ms of service, Postgres and broker per station and hour: what the messages add to an idle service, and that service itself. */
  cpuMsPerStationHour: number;
  idleCpuMsPerStationHour: number;
}

/** `latest.json`: medians only. */
export interface Latest {
  machine: { cpu: string; cores: number; memoryGb: number; os: string; node: string };
  rounds: number;
  cityLoad: Record<Variant, { cpuMsPerSwap: number; commandP50Ms: number; commandP99Ms: number }>;
  saturation: Record<Variant, { eventsPerS: number; swapsPerS: number; meanBatch: number }>;
  scale: Record<ScaleSize, { cpuMsPerSwap: number }>;
}

export const medianOf = (list: readonly Measurement[], read: (measurement: Measurement) => number): number =>
  median(list.map(read));

export const pooled = (list: readonly Measurement[], read: (measurement: Measurement) => number[]): number[] =>
  list.flatMap(read);

export function summarise(run: BenchRun): Latest {
  return {
    machine: machine(),
    rounds: run.city.pitlane.length,
    cityLoad: mapValues(run.city, (list) => ({
      cpuMsPerSwap: round(medianOf(list, (m) => m.cpuMsPerSwap.total)),
      commandP50Ms: round(
        percentile(
          pooled(list, (m) => m.commandMs),
          0.5,
        ),
      ),
      commandP99Ms: round(
        percentile(
          pooled(list, (m) => m.commandMs),
          0.99,
        ),
      ),
    })),
    saturation: mapValues(run.saturation, (list) => ({
      eventsPerS: round(
        medianOf(list, (m) => m.eventsPerS),
        0,
      ),
      swapsPerS: round(
        medianOf(list, (m) => m.swapsPerS),
        1,
      ),
      meanBatch: round(
        medianOf(list, (m) => m.meanBatch),
        1,
      ),
    })),
    scale: mapValues(run.scale, (list) => ({ cpuMsPerSwap: round(medianOf(list, (m) => m.cpuMsPerSwap.total)) })),
  };
}

function machine(): Latest['machine'] {
  const cores = cpus();
  const memoryGb = round(totalmem() / 2 ** 30, 1);
  return { cpu: cores[0]?.model.trim() ?? '', cores: cores.length, memoryGb, os: type(), node: process.version };
}

function mapValues<K extends string, A, B>(from: Record<K, A>, convert: (value: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(from).map(([key, value]) => [key, convert(value)])) as Record<K, B>;
}

/** Writes `latest.json` and a file of this run with every round; gives the paths. */
export function writeResults(run: BenchRun, latest: Latest): string[] {
  const folder = join(projectRoot, 'test/bench/results');
  mkdirSync(folder, { recursive: true });
  const stamp = run.startedAt.replace(/[:.]/g, '-');
  const paths = [join(folder, 'latest.json'), join(folder, `${stamp}.json`)] as const;
  writeFileSync(paths[0], `${JSON.stringify(latest, null, 2)}\n`);
  // Latencies are many and of no use to four decimals.
  const terse = (_key: string, value: unknown) => (typeof value === 'number' ? round(value, 3) : value);
  writeFileSync(paths[1], `${JSON.stringify({ ...latest, run }, terse)}\n`);
  return [...paths];
}
