/** The load generator: all stations of one variant over one connection. Open loop by a seeded schedule, or closed loop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { downTopic, telemetryTopic, upTopic } from '../../../schema/wire/topics.ts';
import { type BenchWorld, benchStations } from '../bench-world.ts';
import { answerParent } from '../child-link.ts';
import type { Load, LoadCounts, LoadSample, TelemetryLoad } from '../load/load.ts';
import { connectMqttWire, type MqttWire } from '../load/mqtt-wire.ts';
import { type CommandTrace, createScriptedStation, type ScriptedStation } from '../load/scripted-station.ts';
import { startTelemetry } from '../load/telemetry.ts';
import { monotonicMs, seededRandom } from '../statistics.ts';

interface Opening {
  world: BenchWorld;
  port: number;
}

const counts: LoadCounts = {
  records: 0,
  commands: 0,
  duplicates: 0,
  acks: 0,
  resends: 0,
  hellos: 0,
  swapsDone: 0,
  bytesUp: 0,
  bytesDown: 0,
  swapsLate: 0,
};
const stations: ScriptedStation[] = [];
const idle = new Set<ScriptedStation>();
let wire: MqttWire;
let world: BenchWorld;
let stepScale = 0;
let traces: CommandTrace[] = [];
let tracing = false;
let load: { stop(): void } | null = null;
let onIdle: (station: ScriptedStation) => void = () => {};

async function open(opening: Opening): Promise<void> {
  world = opening.world;
  const byTopic = new Map<string, ScriptedStation>();
  wire = await connectMqttWire({
    host: '127.0.0.1',
    port: opening.port,
    clientId: `load-${world.prefix}`,
    username: 'load',
    password: 'load',
    onMessage: (topic, payload) => byTopic.get(topic)?.onDownlink(payload),
    onClosed: (error) => {
      console.error(`the broker closed the connection: ${error?.message ?? 'no reason'}`);
      process.exit(1);
    },
  });
  for (const { id, slots, cars } of benchStations(world)) {
    const up = upTopic(id);
    const station = createScriptedStation({
      id,
      slots,
      cars,
      counts,
      nowMs: monotonicMs,
      after: waitEquipment,
      sendUp: (payload) => wire.publish(up, payload, 1),
      onCommand: (trace) => {
        if (tracing) traces.push(trace);
      },
      onSwapDone: () => {
        idle.add(station);
        onIdle(station);
      },
    });
    stations.push(station);
    idle.add(station);
    byTopic.set(downTopic(id), station);
  }
  await wire.subscribe([...byTopic.keys()]);
}

/** Step times shrink by `stepScale`; at 0 nothing is waited for. */
function waitEquipment(equipmentMs: number, run: (dueMs: number) => void): void {
  if (stepScale === 0) {
    run(monotonicMs());
    return;
  }
  const dueMs = monotonicMs() + equipmentMs * stepScale;
  setTimeout(() => run(dueMs), equipmentMs * stepScale);
}

function start(wanted: Load): void {
  stepScale = wanted.stepScale;
  load = wanted.kind === 'open' ? startOpen(wanted) : startClosed(wanted);
}

/** Swaps begin at seeded random times, whether or not the service keeps up. */
function startOpen(wanted: Extract<Load, { kind: 'open' }>): { stop(): void } {
  const random = seededRandom(wanted.seed);
  const gapMs = () => (-Math.log(1 - random()) * 1000) / wanted.swapsPerS;
  let dueMs = monotonicMs() + gapMs();
  let timer: NodeJS.Timeout;
  const fire = () => {
    while (dueMs <= monotonicMs()) {
      const station = nextIdle(random);
      if (station) begin(station, dueMs);
      else counts.swapsLate += 1;
      dueMs += gapMs();
    }
    timer = setTimeout(fire, Math.max(0, dueMs - monotonicMs()));
  };
  fire();
  return { stop: () => clearTimeout(timer) };
}

/** A station that is free, looked for from a random one on. */
function nextIdle(random: () => number): ScriptedStation | null {
  const from = Math.floor(random() * stations.length);
  for (let step = 0; step < stations.length; step++) {
    const station = stations[(from + step) % stations.length] as ScriptedStation;
    if (idle.has(station)) return station;
  }
  return null;
}

/** So many stations swap without a pause, the rest stand still. */
function startClosed(wanted: Extract<Load, { kind: 'closed' }>): { stop(): void } {
  let going = true;
  const active = new Set(stations.slice(0, wanted.stations));
  onIdle = (station) => {
    // Not within the turn that ended the last swap, or one station would recurse for ever.
    if (going && active.has(station)) setImmediate(() => going && begin(station, monotonicMs()));
  };
  for (const station of active) begin(station, monotonicMs());
  return {
    stop: () => {
      going = false;
      onIdle = () => {};
    },
  };
}

function begin(station: ScriptedStation, dueMs: number): void {
  if (!idle.delete(station)) return;
  station.startSwap(dueMs);
}

function mark(trace: boolean): LoadSample {
  const sample = { counts: { ...counts }, traces };
  traces = [];
  tracing = trace;
  return sample;
}

/** No new swaps, and no more waiting in those under way; gives the stations that are still busy after `waitMs`. */
async function drain({ waitMs }: { waitMs: number }): Promise<string[]> {
  load?.stop();
  load = null;
  stepScale = 0;
  const until = monotonicMs() + waitMs;
  while (idle.size < stations.length && monotonicMs() < until) await sleep(20);
  return stations.filter((station) => !idle.has(station)).map((station) => station.id);
}

function telemetry(wanted: TelemetryLoad): void {
  load = startTelemetry(wanted, stations, (id, payload) => wire.publish(telemetryTopic(id), payload, 0));
}

function beatOnce(): void {
  for (const station of stations) wire.publish(telemetryTopic(station.id), station.heartbeat(), 0);
}

answerParent({ open, start, mark, drain, telemetry, beatOnce, counts: () => ({ ...counts }) });
process.once('SIGTERM', () => process.exit(0));
