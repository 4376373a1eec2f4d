import { setTimeout as sleep } from 'node:timers/promises';
import type { TapSample } from './children/tap.ts';
import { cpuMsOfTree, residentMb } from './cpu.ts';
import type { Load, LoadCounts } from './load/load.ts';
import type { CommandTrace } from './load/scripted-station.ts';
import type { Stack } from './stack.ts';
import { monotonicMs } from './statistics.ts';

export interface Window {
  warmUpMs: number;
  windowMs: number;
  /** Longest wait for the open swaps to end. */
  drainMs: number;
  /** Latencies wanted: commands are traced. */
  trace: boolean;
}

export interface Cpu {
  service: number;
  postgres: number;
  broker: number;
}

/** One variant under one load, once. */
export interface Measurement {
  seconds: number;
  /** Fractional: records of the window by records per whole swap. */
  swaps: number;
  swapsPerS: number;
  eventsPerS: number;
  eventsPerSwap: number;
  commandsPerSwap: number;
  acksPerSwap: number;
  bytesUpPerSwap: number;
  bytesDownPerSwap: number;
  cpuMs: Cpu;
  cpuMsPerSwap: Cpu & { total: number };
  /** Record received by the service → command written to the broker. */
  commandMs: number[];
  /** Record due at the station → command there. */
  roundTripMs: number[];
  meanBatch: number;
  rssMb: number;
  problems: string[];
}

export async function measure(stack: Stack, load: Load, window: Window): Promise<Measurement> {
  const { generator, service } = stack;
  const before = await generator.counts();
  await generator.start(load);
  await sleep(window.warmUpMs);

  await service.ask('listen', { trace: window.trace });
  const commits0 = await stack.commits();
  const first = await generator.mark(window.trace);
  const cpu0 = readCpu(stack);
  const from = monotonicMs();
  await sleep(window.windowMs);
  const cpu1 = readCpu(stack);
  const seconds = (monotonicMs() - from) / 1000;
  const second = await generator.mark(false);
  const commits1 = await stack.commits();
  const tap = await service.ask<TapSample>('sample');

  const stuck = await generator.drain(window.drainMs);
  const after = await generator.counts();
  const whole = difference(before, after);
  const inWindow = difference(first.counts, second.counts);
  const swaps = inWindow.records / (whole.records / whole.swapsDone);
  const cpuMs = subtract(cpu1, cpu0);
  return {
    seconds,
    swaps,
    swapsPerS: swaps / seconds,
    eventsPerS: inWindow.records / seconds,
    eventsPerSwap: whole.records / whole.swapsDone,
    commandsPerSwap: inWindow.commands / swaps,
    acksPerSwap: inWindow.acks / swaps,
    bytesUpPerSwap: inWindow.bytesUp / swaps,
    bytesDownPerSwap: inWindow.bytesDown / swaps,
    cpuMs,
    cpuMsPerSwap: perSwap(cpuMs, swaps),
    commandMs: serviceLatencies(tap, second.traces),
    roundTripMs: second.traces.map((trace) => trace.arrivedMs - trace.causeDueMs),
    meanBatch: (commits1.events - commits0.events) / Math.max(1, commits1.count - commits0.count),
    rssMb: residentMb(stack.pids.service),
    problems: problemsOf(whole, stuck),
  };
}

export function readCpu({ pids }: Stack): Cpu {
  return {
    service: cpuMsOfTree(pids.service),
    postgres: cpuMsOfTree(pids.postgres),
    broker: cpuMsOfTree(pids.broker),
  };
}

const subtract = (a: Cpu, b: Cpu): Cpu => ({
  service: a.service - b.service,
  postgres: a.postgres - b.postgres,
  broker: a.broker - b.broker,
});

function perSwap(cpu: Cpu, swaps: number): Cpu & { total: number } {
  const { service, postgres, broker } = cpu;
  return {
    service: service / swaps,
    postgres: postgres / swaps,
    broker: broker / swaps,
    total: (service + postgres + broker) / swaps,
  };
}

function difference(a: LoadCounts, b: LoadCounts): LoadCounts {
  return Object.fromEntries(
    Object.entries(b).map(([key, value]) => [key, value - a[key as keyof LoadCounts]]),
  ) as unknown as LoadCounts;
}

/** Joins the service's clock readings by what the generator knows: which record let which command come. */
function serviceLatencies(tap: TapSample, traces: CommandTrace[]): number[] {
  const received = new Map(tap.received);
  const published = new Map(tap.published);
  const latencies: number[] = [];
  for (const { id, causeSeq } of traces) {
    const station = id.slice(0, id.indexOf('/'));
    const from = received.get(`${station} ${causeSeq}`);
    const to = published.get(id);
    // Either end of the window cuts some pairs in two.
    if (from !== undefined && to !== undefined) latencies.push(to - from);
  }
  return latencies;
}

function problemsOf(whole: LoadCounts, stuck: string[]): string[] {
  const problems: string[] = [];
  if (stuck.length > 0)
    problems.push(`${stuck.length} stations did not finish their swap (${stuck.slice(0, 3).join(', ')})`);
  if (whole.duplicates > 0) problems.push(`${whole.duplicates} commands came twice`);
  if (whole.resends > 0) problems.push(`${whole.resends} resends asked for`);
  if (whole.hellos > 0) problems.push(`${whole.hellos} hellos asked for under load`);
  if (whole.swapsLate > 0) problems.push(`${whole.swapsLate} arrivals found no free station`);
  return problems;
}
