import { parseArgs } from 'node:util';
import type { StationType } from '../../machines/contract.ts';
import { defaultStationType } from '../../machines/station-type.ts';
import { defaultSize, type StationSize, type TrafficKind } from '../../station-sim/options.ts';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { createVirtualService } from '../helpers/virtual-service.ts';

/**
 * Lets a station work through one day under the product's core, in virtual time, and prints what came of it as a Markdown table:
 * `npm run evaluate:day`. With `--rows` it runs some of the rows only: `npm run evaluate:day -- --rows 1,3`.
 */
interface Row {
  what: string;
  traffic: TrafficKind;
  arrivalsPerDay?: number;
  size?: Partial<StationSize>;
}

const taxi = (arrivalsPerDay: number, what = 'default station', size: Partial<StationSize> = {}): Row => ({
  what,
  traffic: 'rhythm',
  arrivalsPerDay,
  size,
});

const rows: readonly Row[] = [
  { what: 'default station, a car every 15 to 25 s', traffic: 'flat' },
  taxi(420),
  taxi(500),
  taxi(600),
  taxi(700),
  taxi(600, 'half the power (0.8 MW)', { stationPowerW: 800_000 }),
  taxi(600, 'a third of the power (0.53 MW)', { stationPowerW: 533_000 }),
  taxi(600, 'half the slots (30)', { slots: 30, packs: 30 }),
  taxi(600, 'one berth', { berths: 1, packs: 59 }),
  taxi(600, 'two bays', { bays: 2 }),
];

const minuteMs = 60_000;
const minutesPerDay = 1_440;
/** A Monday, midnight in Beijing. */
const startWallMs = Date.parse('2026-08-02T16:00:00.000Z');

interface Sample {
  queueing: number;
  readyPacks: number;
  powerW: number;
}

interface Day {
  arrivals: number;
  turnedAway: number;
  completed: number;
  busiestHour: number;
  waitsS: number[];
  swapTimesS: number[];
  samples: Sample[];
  energyWh: number;
  stationPowerW: number;
}

function runDay({ traffic, arrivalsPerDay, size: change }: Row, seed: string): Day {
  const size = { ...defaultSize, ...change };
  const station = createSimStation({
    id: 'bj-001',
    seed,
    traffic,
    size,
    startWallMs,
    heartbeat: false,
    telemetryEveryS: 0,
    keepPhysical: 2_000_000,
    ...(arrivalsPerDay === undefined ? {} : { arrivalsPerDay }),
  });
  const service = createVirtualService(station, { type: typeOf(size), startWallMs });
  station.connected(startWallMs);
  const samples: Sample[] = [];
  for (let minute = 1; minute <= minutesPerDay; minute += 1) {
    service.runTo(startWallMs + minute * minuteMs);
    const { queueing, readyPacks, powerW } = station.stats();
    samples.push({ queueing, readyPacks, powerW });
  }
  const swaps = station.physical.entries().flatMap((entry) => (entry.kind === 'swap' ? [entry] : []));
  const completed = [...service.swaps.values()].filter(({ state }) => state === 'completed');
  const perHour = Array.from({ length: 24 }, () => 0);
  for (const { endedAt } of completed) {
    const hour = Math.min(23, Math.floor(((endedAt ?? startWallMs) - startWallMs) / (60 * minuteMs)));
    perHour[hour] = (perHour[hour] ?? 0) + 1;
  }
  const { arrivals, turnedAway, energyWh } = station.stats();
  return {
    arrivals,
    turnedAway,
    completed: completed.length,
    busiestHour: Math.max(...perHour),
    waitsS: swaps.map(({ waitedMs }) => waitedMs / 1000),
    swapTimesS: swaps.map(({ swapMs }) => swapMs / 1000),
    samples,
    energyWh,
    stationPowerW: size.stationPowerW,
  };
}

const typeOf = (size: StationSize): StationType => ({
  ...defaultStationType,
  bays: Array.from({ length: size.bays }, (_, index) => ({ bay: String(index + 1), berths: size.berths })),
  slots: size.slots,
  stationPowerW: size.stationPowerW,
  slotPowerW: size.slotPowerW,
  isolationBoxes: size.isolationBoxes,
});

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

const head = [
  ...[
    'station',
    'arrivals',
    'drove past',
    'completed',
    'busiest hour',
    'wait p50',
    'wait p90',
    'swap p50',
    'swap > 90 s',
  ],
  ...['longest queue', 'fewest ready packs', 'energy', 'peak power', 'minutes at the power limit'],
];

function lineOf(row: Row, day: Day): string[] {
  const slow = day.swapTimesS.filter((seconds) => seconds > 90).length;
  const powers = day.samples.map(({ powerW }) => powerW);
  return [
    row.what + (row.arrivalsPerDay === undefined ? '' : `, ${row.arrivalsPerDay} taxis a day`),
    String(day.arrivals),
    String(day.turnedAway),
    String(day.completed),
    String(day.busiestHour),
    `${quantile(day.waitsS, 0.5).toFixed(0)} s`,
    `${quantile(day.waitsS, 0.9).toFixed(0)} s`,
    `${quantile(day.swapTimesS, 0.5).toFixed(1)} s`,
    String(slow),
    String(Math.max(...day.samples.map(({ queueing }) => queueing))),
    String(Math.min(...day.samples.map(({ readyPacks }) => readyPacks))),
    `${(day.energyWh / 1e6).toFixed(1)} MWh`,
    `${(Math.max(...powers) / 1000).toFixed(0)} kW`,
    String(powers.filter((powerW) => powerW >= 0.999 * day.stationPowerW).length),
  ];
}

const { values } = parseArgs({ options: { rows: { type: 'string' }, seed: { type: 'string', default: 'day' } } });
const wanted = values.rows?.split(',').map((number) => rows[Number(number) - 1]) ?? rows;
console.log(`| ${head.join(' | ')} |`);
console.log(`|${head.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`);
for (const row of wanted) if (row) console.log(`| ${lineOf(row, runDay(row, values.seed)).join(' | ')} |`);
