import { type BenchRun, type Latest, medianOf, pooled, type ScaleSize } from './results.ts';
import { type Variant, variants } from './stack.ts';
import { percentile, round } from './statistics.ts';

interface Aim {
  text: string;
  value: number;
  limit: number;
  atMost: boolean;
}

export function aimsOf({ cityLoad, saturation, scale }: Latest): Aim[] {
  const { floor, pitlane } = cityLoad;
  const most = (text: string, value: number, limit: number): Aim => ({ text, value, limit, atMost: true });
  const least = (text: string, value: number, limit: number): Aim => ({ text, value, limit, atMost: false });
  return [
    most('city load: CPU per swap, pitlane / floor', pitlane.cpuMsPerSwap / floor.cpuMsPerSwap, 2),
    most('city load: command latency p50, pitlane / floor', pitlane.commandP50Ms / floor.commandP50Ms, 2),
    most('city load: command latency p99, pitlane / floor', pitlane.commandP99Ms / floor.commandP99Ms, 2),
    most('city load: command latency p50, ms', pitlane.commandP50Ms, 20),
    least('saturation: events/s, pitlane / floor', saturation.pitlane.eventsPerS / saturation.floor.eventsPerS, 0.5),
    least('saturation: events/s, pitlane / naive', saturation.pitlane.eventsPerS / saturation.naive.eventsPerS, 2),
    most('scale: CPU per swap, 3,100 / 31 stations', scale['3100'].cpuMsPerSwap / scale['31'].cpuMsPerSwap, 1.25),
  ];
}

/** The whole run as text: what was measured, then the aims. */
export function reportText(run: BenchRun, latest: Latest): string {
  const { machine } = latest;
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}, broker ${run.broker}`,
    `City load: ${run.cityDerivation}`,
    '',
    cityTable(run),
    '',
    saturationTable(run),
    '',
    scaleTable(run),
    '',
    telemetryLine(run),
    '',
    aimsTable(latest),
    ...problemLines(run),
  ].join('\n');
}

function cityTable(run: BenchRun): string {
  const head = [
    'city load',
    'CPU ms/swap',
    'service',
    'postgres',
    'broker',
    'p50 ms',
    'p99 ms',
    'trip p50',
    'trip p99',
  ];
  const rows = variants.map((variant) => {
    const list = run.city[variant];
    const commands = pooled(list, (m) => m.commandMs);
    const trips = pooled(list, (m) => m.roundTripMs);
    const cpu = (['total', 'service', 'postgres', 'broker'] as const).map((part) =>
      medianOf(list, (m) => m.cpuMsPerSwap[part]),
    );
    const times = [
      percentile(commands, 0.5),
      percentile(commands, 0.99),
      percentile(trips, 0.5),
      percentile(trips, 0.99),
    ];
    return [variant, ...[...cpu, ...times].map(number)];
  });
  return `${table(head, rows)}\n${messageLines(run)}`;
}

function messageLines(run: BenchRun): string {
  const head = [
    'per swap',
    'events up',
    'commands',
    'lone acks',
    'bytes up',
    'bytes down',
    'batch',
    'RSS MB',
    'samples',
  ];
  const rows = variants.map((variant) => {
    const list = run.city[variant];
    const values = [
      medianOf(list, (m) => m.eventsPerSwap),
      medianOf(list, (m) => m.commandsPerSwap),
      medianOf(list, (m) => m.acksPerSwap),
      medianOf(list, (m) => m.bytesUpPerSwap),
      medianOf(list, (m) => m.bytesDownPerSwap),
      medianOf(list, (m) => m.meanBatch),
      medianOf(list, (m) => m.rssMb),
      pooled(list, (m) => m.commandMs).length,
    ];
    return [variant, ...values.map(number)];
  });
  return table(head, rows);
}

function saturationTable(run: BenchRun): string {
  const head = ['saturation', 'swaps/s', 'events/s', 'batch', 'CPU ms/swap', 'service', 'postgres', 'broker', 'RSS MB'];
  const rows = variants.map((variant: Variant) => {
    const list = run.saturation[variant];
    const values = [
      medianOf(list, (m) => m.swapsPerS),
      medianOf(list, (m) => m.eventsPerS),
      medianOf(list, (m) => m.meanBatch),
      medianOf(list, (m) => m.cpuMsPerSwap.total),
      medianOf(list, (m) => m.cpuMsPerSwap.service),
      medianOf(list, (m) => m.cpuMsPerSwap.postgres),
      medianOf(list, (m) => m.cpuMsPerSwap.broker),
      medianOf(list, (m) => m.rssMb),
    ];
    return [variant, ...values.map(number)];
  });
  return table(head, rows);
}

function scaleTable(run: BenchRun): string {
  const rows = (Object.keys(run.scale) as ScaleSize[]).map((size) => {
    const list = run.scale[size];
    const values = (['total', 'service', 'postgres', 'broker'] as const).map((part) =>
      medianOf(list, (m) => m.cpuMsPerSwap[part]),
    );
    return [`${size} stations`, ...[...values, medianOf(list, (m) => m.rssMb)].map(number)];
  });
  return table(['scale, same rate', 'CPU ms/swap', 'service', 'postgres', 'broker', 'RSS MB'], rows);
}

function telemetryLine({ telemetry }: BenchRun): string {
  if (!telemetry) return 'telemetry: not measured';
  const { stations, heartbeatS, telemetryS, cpuMsPerStationHour, idleCpuMsPerStationHour } = telemetry;
  return (
    `telemetry and heartbeats (${stations} stations, every ${telemetryS} s and ${heartbeatS} s): ${number(cpuMsPerStationHour)} CPU ms per ` +
    `station-hour, beside ${number(idleCpuMsPerStationHour)} of the idle service, database and broker`
  );
}

function aimsTable(latest: Latest): string {
  const rows = aimsOf(latest).map(({ text, value, limit, atMost }) => {
    const met = atMost ? value <= limit : value >= limit;
    return [text, number(value), `${atMost ? '<=' : '>='} ${limit}`, met ? 'met' : 'MISSED'];
  });
  return table(['aim', 'measured', 'wanted', ''], rows);
}

function problemLines(run: BenchRun): string[] {
  const groups = {
    ...prefixed('city load', run.city),
    ...prefixed('saturation', run.saturation),
    ...prefixed('scale', run.scale),
  };
  return Object.entries(groups).flatMap(([name, list]) =>
    list.flatMap((measurement, index) =>
      measurement.problems.map((problem) => `! ${name}, round ${index + 1}: ${problem}`),
    ),
  );
}

const prefixed = <T>(prefix: string, groups: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(groups).map(([key, value]) => [`${prefix}, ${key}`, value]));

const number = (value: number): string =>
  Number.isNaN(value) ? '-' : String(round(value, Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2));

export function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}
