import type { Command, CommandType } from '../../schema/wire/commands.ts';
import type { EventBody, EventType } from '../../schema/wire/events.ts';
import type { HelloBody } from '../../schema/wire/hello.ts';
import type { SimControl } from '../../schema/wire/simulator.ts';
import {
  parseRecord,
  type RecordEnvelope,
  type StationRecord,
  telemetryUplink,
  type Uplink,
  uplink,
} from '../../schema/wire/uplink.ts';
import type { SimStationOptions } from '../../station-sim/options.ts';
import { createSimStation, type SimStation } from '../../station-sim/sim-station.ts';
import { createStationReplay, type StationReplay } from '../faults/judge/physical.ts';

type WithoutHead<T> = T extends unknown ? Omit<T, 'v' | 'station' | 'id'> : never;

/** One station under virtual time, with the hands of a service: every message it sends is parsed by the contract. */
export interface Kit {
  station: SimStation;
  /** Every message of the up topic, oldest first, repeats included. */
  heard: Uplink[];
  /** Advances by so much wall time and hears what is sent. */
  run(ms: number): void;
  /** Sends raw fields on the down topic under the usual head. */
  send(message: Record<string, unknown>): void;
  /** Sends a command under a new id and gives the id. */
  command(order: Command, changes?: Record<string, unknown>): string;
  /** Sends a command and runs until it has a result. */
  complete(order: Command): EventBody<'commandResult'>;
  /** Acknowledges everything, or up to a number. */
  ack(seq?: number): void;
  control(order: WithoutHead<SimControl>): void;
  /** Distinct records, by number. */
  records(): StationRecord[];
  bodies<T extends EventType>(type: T): EventBody<T>[];
  result(id: string): EventBody<'commandResult'> | undefined;
  hellos(): HelloBody[];
  link(up: boolean): void;
  judge(): StationReplay;
  now(): number;
}

export function createKit(options: Partial<SimStationOptions> = {}): Kit {
  const startWallMs = options.startWallMs ?? 1_785_000_000_000;
  let now = startWallMs;
  let serial = 0;
  const base = {
    id: 'bj-001',
    seed: 'kit',
    traffic: 'none',
    heartbeat: true,
    telemetryEveryS: 0,
    keepPhysical: 1_000_000,
  };
  const station = createSimStation({ ...base, ...options, startWallMs } as SimStationOptions);
  const heard: Uplink[] = [];
  const bySeq = new Map<string, StationRecord>();
  const results = new Map<string, EventBody<'commandResult'>>();
  let highest = 0;

  function hear(): void {
    for (const { topic, message } of station.takeOutbox()) {
      const wire: unknown = JSON.parse(JSON.stringify(message));
      if (topic === 'telemetry') telemetryUplink.parse(wire);
      if (topic !== 'up') continue;
      const parsed = uplink.parse(wire);
      heard.push(parsed);
      if (parsed.kind === 'record') keep(parsed);
    }
  }

  function keep(envelope: RecordEnvelope): void {
    highest = envelope.journalId === station.core.plc.journalId ? Math.max(highest, envelope.seq) : highest;
    const key = `${envelope.journalId}/${envelope.seq}`;
    if (bySeq.has(key) && envelope.type !== 'journalLost') return;
    const parsed = parseRecord(envelope);
    if (!parsed.ok) throw new Error(`${envelope.type}: ${parsed.problem}`);
    bySeq.set(key, parsed.record);
    if (parsed.record.type !== 'commandResult') return;
    const { body } = parsed.record;
    if (!results.has(body.id)) results.set(body.id, body);
  }

  const kit: Kit = {
    station,
    heard,
    now: () => now,
    run(ms) {
      const end = now + ms;
      for (let next = station.nextEventMs(); next <= end; next = station.nextEventMs()) {
        now = Math.max(now, next);
        station.advanceTo(now);
        if (station.wantsLink() !== station.core.link.up && station.wantsLink()) station.connected(now);
        hear();
      }
      now = end;
      station.advanceTo(now);
      hear();
    },
    send(message) {
      station.receive({ v: 1, station: station.id, epoch: 1, ack: null, ...message }, now);
      hear();
    },
    command(order, changes = {}) {
      serial += 1;
      const id = `${station.id}/1/cycle/${station.id}.1.1/1.${serial}.0`;
      const validity = { boot: station.core.plc.boot, untilBeat: 1_000_000 };
      kit.send({ kind: 'command', id, hash: `hash-${serial}-0000`, bay: '1', validity, ...order, ...changes });
      return (changes.id as string | undefined) ?? id;
    },
    complete(order) {
      const id = kit.command(order);
      for (let i = 0; i < 600 && !kit.result(id); i += 1) {
        kit.run(1_000);
        kit.ack();
      }
      const result = kit.result(id);
      if (!result) throw new Error(`${order.type} has no result`);
      return result;
    },
    ack(seq) {
      const { journal, journalId } = station.core.plc;
      if (seq !== undefined) return kit.send({ kind: 'ack', ack: { journalId, seq } });
      // An acknowledgement lets the next ones out of the window: until none is left.
      for (let last = -1; last < journal.lastSeq(); ) {
        last = highest;
        kit.send({ kind: 'ack', ack: { journalId, seq: last } });
      }
    },
    control(order) {
      serial += 1;
      const report = station.control({ v: 1, station: station.id, id: `c-${serial}`, ...order }, now);
      if (!report?.ok) throw new Error(`control ${order.type}: ${report?.error ?? 'not understood'}`);
      hear();
    },
    records: () => [...bySeq.values()].sort((a, b) => a.seq - b.seq),
    bodies: <T extends EventType>(type: T) =>
      kit.records().flatMap((record) => (record.type === type ? [record.body as EventBody<T>] : [])),
    result: (id) => results.get(id),
    hellos: () => heard.flatMap((message) => (message.kind === 'hello' ? [message.body] : [])),
    link(up) {
      if (up) station.connected(now);
      else station.disconnected(now);
      hear();
    },
    judge() {
      const replay = createStationReplay(station.id);
      for (const entry of station.physical.entries()) replay.take(entry);
      return replay;
    },
  };
  station.connected(now);
  hear();
  kit.ack();
  return kit;
}

/** A car stands in position in bay 1; gives its VIN and its pack. */
export function withCar(kit: Kit): { vin: string; pack: string } {
  kit.control({ type: 'taxi', bay: '1', vin: null, socPct: 20 });
  for (let i = 0; i < 60 && kit.bodies('vehicleInPosition').length === 0; i += 1) {
    kit.ack();
    kit.run(1_000);
  }
  kit.ack();
  const vehicle = kit.bodies('vehicleInPosition').at(-1)?.vehicle;
  if (!vehicle?.pack) throw new Error('no car came');
  return { vin: vehicle.vin, pack: vehicle.pack };
}

export interface SwapPlan {
  vin: string;
  oldPack: string;
  newPack: string;
  slot: number;
}

/** The commands of a healthy swap in an order that one after the other works. */
export function swapOrders({ vin, oldPack, newPack, slot }: SwapPlan): Command[] {
  const give = { pack: oldPack, berth: 1 };
  const take = { pack: newPack, berth: 2 };
  return [
    { type: 'authorise', params: { swap: 'bj-001.1.1', vin } },
    { type: 'fetchPack', params: { pack: newPack, slot, berth: 2 } },
    { type: 'positionAndClamp', params: {} },
    { type: 'liftVehicle', params: {} },
    { type: 'unlockPack', params: { pack: oldPack } },
    { type: 'lowerPack', params: { pack: oldPack } },
    { type: 'exchange', params: { give, take } },
    { type: 'raisePack', params: { pack: newPack } },
    { type: 'lockPack', params: { pack: newPack } },
    { type: 'verifyPack', params: { pack: newPack } },
    { type: 'stowPack', params: { pack: oldPack, berth: 1, slot } },
    { type: 'connectCharger', params: { pack: oldPack, slot } },
    { type: 'lowerVehicle', params: {} },
    { type: 'release', params: { reason: 'done' } },
  ];
}

/** A plan for the car in the bay with a ready pack. */
export function planSwap(kit: Kit): SwapPlan {
  const { vin, pack } = withCar(kit);
  while (kit.bodies('packReady').length === 0) {
    kit.run(60_000);
    kit.ack();
  }
  const ready = kit.bodies('packReady')[0];
  if (!ready) throw new Error('no pack is ready');
  return { vin, oldPack: pack, newPack: ready.pack, slot: ready.slot };
}

/** Completes the healthy swap up to, and without, the given step. Gives that step's order. */
export function swapUntil(kit: Kit, step: CommandType): Command {
  for (const order of swapOrders(planSwap(kit))) {
    if (order.type === step) return order;
    const result = kit.complete(order);
    if (result.outcome !== 'completed') throw new Error(`${order.type} ${result.outcome} ${result.reason}`);
  }
  throw new Error(`no step ${step}`);
}
