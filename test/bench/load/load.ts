import type { CommandTrace, StationCounts } from './scripted-station.ts';

export type Load =
  /** Swaps begin by a seeded schedule. Step times are the nominal ones times `stepScale`. */
  | { kind: 'open'; swapsPerS: number; seed: number; stepScale: number }
  /** So many stations swap without pause; they answer at once when `stepScale` is 0. */
  | { kind: 'closed'; stations: number; stepScale: number };

export interface TelemetryLoad {
  /** Period of each; 0: none. */
  heartbeatMs: number;
  telemetryMs: number;
}

export interface LoadCounts extends StationCounts {
  /** Arrivals that found every station busy. */
  swapsLate: number;
}

export interface LoadSample {
  counts: LoadCounts;
  traces: CommandTrace[];
}
