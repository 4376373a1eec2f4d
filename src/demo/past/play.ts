import type { PackFacts, StationType, StepStation, VehicleFacts } from '../../../machines/contract.ts';
import { parseRecord, type RecordEnvelope } from '../../../schema/wire/uplink.ts';
import type { StationRows } from '../../engine/commit/rows.ts';
import { createReplay, type Replay, type Said } from '../../engine/replay.ts';
import { newPack, type PastPack } from './pack.ts';
import { createPastStation, type Order, type PastStation, type Visit } from './station.ts';

export interface PastWorld {
  station: string;
  partition: number;
  type: StationType;
  /** First day of the station, UTC epoch ms. */
  from: number;
  /** Packs in slots 1, 2, … and in cars, with their state of health. */
  slots: readonly { code: string; sohPct: number }[];
  cars: readonly { vin: string; pack: { code: string; sohPct: number } }[];
  visits: readonly Visit[];
  packOf: (code: string) => PackFacts;
  vehicleOf: (vin: string) => VehicleFacts;
  stepStation: StepStation;
}

const latencyMs = 40;

/**
 * Plays the past of a station: what it says goes through the core of the service, and what the core commands is done by the station. Gives the rows
 * of one commit for each visit, in order; the same world gives the same rows.
 */
export function* playPast(world: PastWorld): Generator<StationRows> {
  const made = new Map<string, PastPack>();
  const make = ({ code, sohPct }: { code: string; sohPct: number }): PastPack => {
    const pack = newPack(code, sohPct);
    made.set(code, pack);
    return pack;
  };
  const inSlots = world.slots.map(make);
  const slots = Array.from({ length: world.type.slots }, (_, index) => inSlots[index] ?? null);
  const cars = new Map(world.cars.map(({ vin, pack }) => [vin, make(pack)]));
  const station = createPastStation({ id: world.station, bootedAt: world.from, slots, cars, packs: made });
  const replay = createReplay({ ...world, validBeats: 20 });

  replay.startDraft(world.from, null);
  const hello = station.hello();
  replay.take({ kind: 'hello', hello, occurredAt: world.from, receivedAt: 0 }, world.from);
  station.open();
  runOn(station, replay, world.from);
  yield replay.finishDraft();
  for (const visit of world.visits) {
    replay.startDraft(visit.at, visit.vin);
    station.visit(visit);
    runOn(station, replay, world.from);
    yield replay.finishDraft();
  }
}

/** Until the car has left and its old pack is charged. */
function runOn(station: PastStation, replay: Replay, bootedAt: number): void {
  const obey = (said: Said): void => {
    for (const { id, hash, message } of said) {
      const { type, params } = JSON.parse(message) as Pick<Order, 'type' | 'params'>;
      station.obey({ id, hash, type, params });
    }
  };
  for (let next = station.nextAt(); next !== null; next = station.nextAt()) {
    for (const timer of replay.dueTimers(next)) obey(replay.take({ kind: 'timer', timer }, timer.dueAt));
    const { at, records } = station.run();
    for (const envelope of records) obey(replay.take(workOf(envelope, bootedAt), at + latencyMs));
  }
}

function workOf(envelope: RecordEnvelope, bootedAt: number) {
  const parsed = parseRecord(envelope);
  if (!parsed.ok) throw new Error(`${envelope.type}: ${parsed.problem}`);
  const { record } = parsed;
  const occurredAt = bootedAt + envelope.atMs;
  return { kind: 'record', envelope, lastSeq: envelope.seq, occurredAt, receivedAt: 0, record, problem: null } as const;
}
