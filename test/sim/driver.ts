import type { Command, CommandType } from '../../schema/wire/commands.ts';
import { moverOf } from '../../schema/wire/commands.ts';
import type { HelloBody } from '../../schema/wire/hello.ts';
import { parseRecord, type RecordEnvelope, type StationRecord, type Uplink } from '../../schema/wire/uplink.ts';
import type { SimStation } from '../../station-sim/sim-station.ts';

/**
 * A minimal service for these tests: it commands healthy cycles from a table and acknowledges every record at once. It exists to prove
 * what the equipment can do, not to survive anything.
 */
export interface Driver {
  /** Runs station and driver up to this wall time, event by event. */
  runTo(wallMs: number): void;
  records: StationRecord[];
  hellos: HelloBody[];
  /** Packs that left in a car, with their SOC. */
  completed: () => number;
  refusals: string[];
}

interface Car {
  vin: string;
  oldPack: string;
  step: number;
  newPack: string | null;
  fromSlot: number;
}

interface BayState {
  car: Car | null;
  fetched: boolean;
  robotBusy: boolean;
  shuttleBusy: boolean;
  stow: { pack: string; slot: number; step: 'stow' | 'connect' } | null;
  swaps: number;
}

const robotSteps: CommandType[] = [
  'authorise',
  'positionAndClamp',
  'liftVehicle',
  'unlockPack',
  'lowerPack',
  'exchange',
  'raisePack',
  'lockPack',
  'verifyPack',
  'lowerVehicle',
  'release',
];

export function createDriver(station: SimStation, latencyMs = 5): Driver {
  const bays = new Map<string, BayState>();
  const ready = new Map<string, number>();
  const running = new Map<string, { bay: string; command: Command }>();
  const records: StationRecord[] = [];
  const hellos: HelloBody[] = [];
  const refusals: string[] = [];
  let mark = 0;
  let journalId = '';
  let boot = 1;
  let serial = 0;
  let completed = 0;
  let now = 0;
  const waiting: unknown[] = [];

  const bayOf = (id: string): BayState => {
    let bay = bays.get(id);
    if (!bay) {
      bay = { car: null, fetched: false, robotBusy: false, shuttleBusy: false, stow: null, swaps: 0 };
      bays.set(id, bay);
    }
    return bay;
  };

  function command(bayId: string, order: Command): void {
    const bay = bayOf(bayId);
    serial += 1;
    const id = `${station.id}/${bayId}/cycle/${station.id}.${bayId}.${bay.swaps + 1}/1.${serial}.0`;
    const mover = moverOf[order.type];
    if (mover !== 'shuttle') bay.robotBusy = true;
    if (mover !== 'robot') bay.shuttleBusy = true;
    running.set(id, { bay: bayId, command: order });
    const head = { v: 1, station: station.id, epoch: 1, ack: { journalId, seq: mark } };
    const validity = { boot, untilBeat: 9_000_000 };
    waiting.push({ ...head, kind: 'command', id, hash: `hash-${serial}-xxxx`, bay: bayId, ...order, validity });
  }

  function choosePack(car: Car): boolean {
    const best = [...ready].sort((a, b) => a[1] - b[1])[0];
    if (!best) return false;
    ready.delete(best[0]);
    car.newPack = best[0];
    car.fromSlot = best[1];
    return true;
  }

  function robotCommand(bayId: string, bay: BayState, car: Car): Command | null {
    const type = robotSteps[car.step];
    const newPack = car.newPack ?? '';
    const swap = `${station.id}.${bayId}.${bay.swaps + 1}`;
    if (type === 'authorise') return { type, params: { swap, vin: car.vin } };
    if (type === 'release') return { type, params: { reason: 'done' } };
    if (type === 'unlockPack') return car.newPack ? { type, params: { pack: car.oldPack } } : null;
    if (type === 'lowerPack') return { type, params: { pack: car.oldPack } };
    if (type === 'exchange') {
      if (!bay.fetched || bay.shuttleBusy) return null;
      return { type, params: { give: { pack: car.oldPack, berth: 1 }, take: { pack: newPack, berth: 2 } } };
    }
    if (type === 'raisePack' || type === 'lockPack' || type === 'verifyPack')
      return { type, params: { pack: newPack } };
    if (type === 'positionAndClamp' || type === 'liftVehicle' || type === 'lowerVehicle') return { type, params: {} };
    return null;
  }

  function decide(bayId: string): void {
    const bay = bayOf(bayId);
    if (!bay.shuttleBusy && bay.stow) {
      const { pack, slot, step } = bay.stow;
      command(
        bayId,
        step === 'stow'
          ? { type: 'stowPack', params: { pack, slot, berth: 1 } }
          : { type: 'connectCharger', params: { pack, slot } },
      );
    }
    const { car } = bay;
    if (!car) return;
    if (!car.newPack) choosePack(car);
    if (!bay.shuttleBusy && !bay.stow && !bay.fetched && car.newPack && car.step <= 5) {
      command(bayId, { type: 'fetchPack', params: { pack: car.newPack, slot: car.fromSlot, berth: 2 } });
    }
    const next = bay.robotBusy ? null : robotCommand(bayId, bay, car);
    if (next) command(bayId, next);
  }

  function finish(id: string, outcome: string, reason: string | null): void {
    const order = running.get(id);
    if (!order) return;
    running.delete(id);
    const bay = bayOf(order.bay);
    const { type } = order.command;
    if (outcome !== 'completed') {
      refusals.push(`${type} ${outcome} ${reason}`);
      return;
    }
    const mover = moverOf[type];
    if (mover !== 'shuttle') bay.robotBusy = false;
    if (mover !== 'robot') bay.shuttleBusy = false;
    if (type === 'fetchPack') bay.fetched = true;
    if (type === 'stowPack' && bay.stow) bay.stow.step = 'connect';
    if (type === 'connectCharger') bay.stow = null;
    if (mover === 'shuttle' || !bay.car) return;
    bay.car.step += 1;
    if (type === 'exchange') {
      bay.fetched = false;
      bay.stow = { pack: bay.car.oldPack, slot: bay.car.fromSlot, step: 'stow' };
    }
    if (type === 'release') {
      completed += 1;
      bay.swaps += 1;
      bay.car = null;
    }
  }

  function take(record: StationRecord): void {
    records.push(record);
    if (record.type === 'booted') boot = record.boot;
    if (record.type === 'vehicleInPosition') {
      const { vehicle, bay } = record.body;
      bayOf(bay).car = { vin: vehicle.vin, oldPack: vehicle.pack ?? '', step: 0, newPack: null, fromSlot: 0 };
    }
    if (record.type === 'packReady') ready.set(record.body.pack, record.body.slot);
    if (record.type === 'chargeStarted') ready.delete(record.body.pack);
    if (record.type === 'commandResult') finish(record.body.id, record.body.outcome, record.body.reason);
  }

  function hear(message: Uplink): void {
    journalId = message.journalId;
    if (message.kind === 'hello') hellos.push(message.body);
    if (message.kind !== 'record' || message.seq !== mark + 1) return;
    mark = message.seq;
    const parsed = parseRecord(message as RecordEnvelope);
    if (!parsed.ok) throw new Error(`${message.type}: ${parsed.problem}`);
    take(parsed.record);
  }

  /** Hears all, decides, answers after the latency. */
  function turn(): void {
    const before = mark;
    for (const { topic, message } of station.takeOutbox()) if (topic === 'up') hear(message as Uplink);
    for (const bay of bays.keys()) decide(bay);
    const heard = mark > before;
    const answers = waiting.splice(0);
    if (!heard && answers.length === 0) return;
    now += latencyMs;
    const ack = { v: 1, station: station.id, epoch: 1, ack: { journalId, seq: mark }, kind: 'ack' };
    station.receive(ack, now);
    for (const answer of answers) station.receive(answer, now);
    turn();
  }

  return {
    records,
    hellos,
    refusals,
    completed: () => completed,
    runTo(wallMs) {
      for (;;) {
        turn();
        const next = station.nextEventMs();
        if (next > wallMs) break;
        now = Math.max(now, next);
        station.advanceTo(now);
      }
      now = Math.max(now, wallMs);
      station.advanceTo(now);
      turn();
    },
  };
}
