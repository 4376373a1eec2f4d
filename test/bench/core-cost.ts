import type { PackFacts, StationState } from '../../machines/contract.ts';
import { defaultStationType } from '../../machines/station-type.ts';
import { newStation, stepStation } from '../../machines/step-station.ts';
import { decodeUplink } from '../../schema/wire/decode.ts';
import { upTopic } from '../../schema/wire/topics.ts';
import { type Hello, parseRecord } from '../../schema/wire/uplink.ts';
import { applyWork } from '../../src/engine/station/apply.ts';
import { beginDraft, committedImage, type Draft } from '../../src/engine/station/draft.ts';
import type { Image } from '../../src/engine/station/image.ts';
import { rowsOf } from '../../src/engine/station/rows-of-draft.ts';
import type { Core } from '../../src/engine/station/step-core.ts';
import type { Work } from '../../src/engine/station/work.ts';
import { freshImage } from '../helpers/fresh-image.ts';
import { type BenchStation, benchStations } from './bench-world.ts';
import { createScriptedStation, type ScriptedStation, type StationCounts } from './load/scripted-station.ts';
import { median, monotonicMs, round as roundTo } from './statistics.ts';

const world = { prefix: 'c', stations: 60, slotsPerStation: 60, carsPerStation: 3 };
const swapsPerStation = 4;
const warmUpRounds = 3;
const rounds = 9;

/** A station that speaks, and the engine's image of it; no broker, no database. */
interface Lane {
  station: ScriptedStation;
  image: Image;
  waiting: Work[];
  later: (() => void)[];
}

interface Batch {
  lane: Lane;
  works: Work[];
  now: number;
}

interface Round {
  swapUs: number;
  eventUs: number;
  /** Part of it that the core takes; making rows takes the rest. */
  coreShare: number;
}

/** CPU of the core and of the folding around it: figures for people. */
export function runCoreCost(): string {
  const round = prepareCoreCost();
  for (let n = 0; n < warmUpRounds; n += 1) round();
  const all = Array.from({ length: rounds }, round);
  const middle = (field: keyof Round) => median(all.map((each) => each[field]));
  const share = Math.round(middle('coreShare') * 100);
  return `Core and rows: ${roundTo(middle('eventUs'), 1)} us per event, ${roundTo(middle('swapUs'), 0)} us per swap; ${share} % of it in the core.`;
}

/**
 * The bench's swaps are played once, with stations that answer at once. A round then steps their records again, batch by batch until the
 * rows are there.
 */
function prepareCoreCost(): () => Round {
  const counts = noCounts();
  const lanes = benchStations(world).map((station) => createLane(station, counts));
  for (const lane of lanes) lane.station.hello();
  for (const lane of lanes) playAll(lane, []);
  const starts = new Map(lanes.map((lane) => [lane, lane.image]));
  const batches: Batch[] = [];
  for (let swap = 0; swap < swapsPerStation; swap += 1) {
    for (const lane of lanes) {
      lane.station.startSwap(0);
      playAll(lane, batches);
    }
  }
  const swaps = lanes.length * swapsPerStation;
  if (counts.swapsDone !== swaps) throw new Error('a swap stopped half-way');
  const events = batches.reduce((sum, { works }) => sum + works.length, 0);
  return () => {
    for (const [lane, image] of starts) lane.image = image;
    const began = process.cpuUsage();
    const coreShare = replay(batches);
    const { user, system } = process.cpuUsage(began);
    const us = user + system;
    return { swapUs: us / swaps, eventUs: us / events, coreShare };
  };
}

/** Steps every batch again. Gives the share of the core in the time. */
function replay(batches: readonly Batch[]): number {
  const began = performance.now();
  let coreMs = 0;
  for (const batch of batches) {
    const beganBatch = performance.now();
    const draft = step(batch);
    coreMs += performance.now() - beganBatch;
    rowsOf(draft);
    batch.lane.image = committedImage(draft);
  }
  return coreMs / (performance.now() - began);
}

function step({ lane, works, now }: Batch): Draft {
  const draft = beginDraft(lane.image, now);
  const core: Core = {
    step: stepStation,
    context: { now, epoch: 1, beat: 1, validBeats: 20 },
    bugs: new Set(),
    onError: (error) => {
      throw error;
    },
  };
  for (const work of works) {
    const result = applyWork(draft, work, core);
    if (!result.done) throw new Error(`${work.kind} was not applied: ${result.why}`);
  }
  return draft;
}

/** Until the station rests: what waits is one batch, and its commands go to the station. */
function playAll(lane: Lane, batches: Batch[]): void {
  for (;;) {
    if (lane.waiting.length === 0) {
      const next = lane.later.shift();
      if (!next) return;
      next();
      continue;
    }
    const batch = { lane, works: lane.waiting, now: Date.now() };
    lane.waiting = [];
    batches.push(batch);
    const draft = step(batch);
    lane.image = committedImage(draft);
    for (const { message } of draft.commands.values()) {
      lane.station.onDownlink(Buffer.from(`{"epoch":1,${message.slice(1)}`));
    }
  }
}

function createLane(station: BenchStation, counts: StationCounts): Lane {
  const lane: Lane = { station: null as never, image: emptyImage(station), waiting: [], later: [] };
  lane.station = createScriptedStation({
    ...station,
    counts,
    nowMs: monotonicMs,
    after: (_ms, run) => void lane.later.push(() => run(monotonicMs())),
    sendUp: (payload) => void lane.waiting.push(workOf(station.id, payload)),
    onCommand: () => {},
    onSwapDone: () => {},
  });
  return lane;
}

function workOf(station: string, payload: string): Work {
  const decoded = decodeUplink(upTopic(station), Buffer.from(payload));
  if (!decoded.ok) throw new Error(decoded.problem);
  const { message } = decoded;
  const times = { occurredAt: Date.now(), receivedAt: monotonicMs() };
  if (message.kind !== 'record') return { kind: 'hello', hello: message as Hello, ...times };
  const parsed = parseRecord(message);
  if (!parsed.ok) throw new Error(parsed.problem);
  return { kind: 'record', envelope: message, lastSeq: message.seq, ...times, record: parsed.record, problem: null };
}

function emptyImage({ id, slots, cars, partition }: BenchStation): Image {
  const state = newStation(id, { ...defaultStationType, slots: world.slotsPerStation }, { simulated: true });
  const packs: StationState['packs'] = {};
  for (const [index, code] of slots.entries()) {
    if (code) packs[code] = packFacts(code, { kind: 'slot', key: `${id}/slot/${index + 1}`, station: id }, true);
  }
  for (const { vin, pack } of cars) {
    packs[pack] = packFacts(pack, { kind: 'vehicle', key: `vehicle/${vin}`, station: null }, false);
  }
  return freshImage({ ...state, packs }, partition);
}

const packFacts = (code: string, place: PackFacts['place'], ready: boolean): PackFacts => ({
  code,
  place,
  custodyVersion: 1,
  model: 'BP-50',
  firmware: 'bms-4.1.0',
  socPct: ready ? 96.5 : 21.5,
  sohPct: 94.2,
  energyWh: 48_000,
  ready,
  alarmLevel: 0,
  status: 'inService',
  reservedBy: null,
});

const noCounts = (): StationCounts => ({
  records: 0,
  commands: 0,
  duplicates: 0,
  acks: 0,
  resends: 0,
  hellos: 0,
  swapsDone: 0,
  bytesUp: 0,
  bytesDown: 0,
});
