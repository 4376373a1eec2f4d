import { setTimeout as sleep } from 'node:timers/promises';
import { readCpu } from './measure.ts';
import type { TelemetryCost } from './results.ts';
import type { Stack } from './stack.ts';
import { monotonicMs } from './statistics.ts';

const heartbeatS = 1;
/** As the contract advises. */
const telemetryS = 10;

/** What heartbeats and telemetry of standing stations cost: once without, once with them. */
export async function measureTelemetry(stack: Stack, windowMs: number): Promise<TelemetryCost> {
  const idle = await cpuMsPerStationHour(stack, windowMs);
  await stack.generator.telemetry({ heartbeatMs: heartbeatS * 1000, telemetryMs: telemetryS * 1000 });
  await sleep(2_000);
  const busy = await cpuMsPerStationHour(stack, windowMs);
  await stack.generator.drain(0);
  return {
    stations: stack.world.stations,
    heartbeatS,
    telemetryS,
    cpuMsPerStationHour: busy - idle,
    idleCpuMsPerStationHour: idle,
  };
}

async function cpuMsPerStationHour(stack: Stack, windowMs: number): Promise<number> {
  const from = readCpu(stack);
  const startedMs = monotonicMs();
  await sleep(windowMs);
  const to = readCpu(stack);
  const hours = (monotonicMs() - startedMs) / 3_600_000;
  const ms = to.service - from.service + to.postgres - from.postgres + to.broker - from.broker;
  return ms / hours / stack.world.stations;
}
