import type { CommandType } from '../../../schema/wire/commands.ts';
import type { BaySensors } from '../../../schema/wire/sensors.ts';
import { type Params, restingSensors, stepTable } from './step-table.ts';

/** A command as it reached the station, with the record that made the service send it. All times on the machine's monotonic clock, ms. */
export interface CommandTrace {
  id: string;
  causeSeq: number;
  /** When that record was due by the schedule. */
  causeDueMs: number;
  arrivedMs: number;
}

export interface StationCounts {
  records: number;
  commands: number;
  duplicates: number;
  acks: number;
  resends: number;
  hellos: number;
  swapsDone: number;
  bytesUp: number;
  bytesDown: number;
}

export interface ScriptedStationOptions {
  id: string;
  /** Code of the pack in each slot; null where it stands empty. */
  slots: (string | null)[];
  cars: { vin: string; pack: string }[];
  counts: StationCounts;
  nowMs(): number;
  /** Waits that many equipment ms, or goes on at once; `run` gets the time it was due. */
  after(equipmentMs: number, run: (dueMs: number) => void): void;
  sendUp(payload: string): void;
  onCommand(trace: CommandTrace): void;
  onSwapDone(): void;
}

export interface ScriptedStation {
  id: string;
  busy(): boolean;
  hello(): void;
  heartbeat(): string;
  telemetry(): string;
  /** A taxi drives in, due at `dueMs`. */
  startSwap(dueMs: number): void;
  onDownlink(payload: Buffer): void;
}

interface CommandIn {
  kind: string;
  id: string;
  hash: string;
  epoch: number;
  bay: string;
  type: CommandType;
  params: Params;
  fromSeq?: number;
}

/** The record that lets the next command of a track come. */
interface Trigger {
  seq: number;
  dueMs: number;
}

const bay = '1';
const driveInMs = 6_000;
const driveOutMs = 5_000;
const chargeMs = 1_000;
const kept = 256;

/**
 * A station that answers every command as a healthy one would, without physics: it believes the pack codes of the command. All it
 * holds is what the messages need, so that thousands of them cost little.
 */
export function createScriptedStation(options: ScriptedStationOptions): ScriptedStation {
  const { id, counts, nowMs, after } = options;
  const journalId = `j-${id}`;
  const startedMs = nowMs();
  const head = `{"v":1,"station":"${id}","journalId":"${journalId}","boot":1,"kind":"record","seq":`;
  const slots = [...options.slots];
  const seen = new Map<string, string | null>();
  const journal = new Map<number, string>();
  const triggers: Record<'robot' | 'shuttle', Trigger> = { robot: { seq: 0, dueMs: 0 }, shuttle: { seq: 0, dueMs: 0 } };
  let sensors: BaySensors = { ...restingSensors };
  let sensorsJson = JSON.stringify(sensors);
  let seq = 0;
  let epoch = 0;
  let nextCar = 0;
  let open = { vehicle: false, shuttle: false };
  let inFrame: string | null = null;

  const slotValues = JSON.stringify(
    slots.map((_, index) => ({ slot: index + 1, socPct: 20.25 + ((index * 7) % 75), powerW: 27_000, maxCellC: 31.5 })),
  );

  const atMs = () => Math.round(nowMs() - startedMs);
  const setSensors = (patch: Partial<BaySensors>) => {
    sensors = { ...sensors, ...patch };
    sensorsJson = JSON.stringify(sensors);
  };

  /** Journals and sends a record; `body` is JSON already. */
  function record(type: string, body: string): number {
    seq += 1;
    const payload = `${head}${seq},"atMs":${atMs()},"type":"${type}","body":${body}}`;
    journal.set(seq, payload);
    journal.delete(seq - kept);
    counts.records += 1;
    send(payload);
    return seq;
  }

  function send(payload: string): void {
    counts.bytesUp += payload.length;
    options.sendUp(payload);
  }

  const reading = (socPct: number) =>
    `{"socPct":${socPct},"sohPct":94.2,"energyWh":${socPct * 500},"maxCellC":28.5,"cellSpreadMv":12,"throughputAh":48211.5,"firmware":"bms-4.1.0","model":"BP-50"}`;

  function arrive(dueMs: number): void {
    const car = options.cars[nextCar] as { vin: string; pack: string };
    inFrame = car.pack;
    setSensors({ vehiclePresent: true, packLock: 'locked', exitLight: 'red' });
    const vehicle = `{"vin":"${car.vin}","odometerKm":182345,"firmware":"vcu-2.8.1","parked":true,"hvOff":true,"consent":true,"pack":"${car.pack}","socPct":21.5}`;
    const at = record('vehicleInPosition', `{"bay":"${bay}","vehicle":${vehicle}}`);
    triggers.robot = { seq: at, dueMs };
    triggers.shuttle = { seq: at, dueMs };
  }

  function leave(): void {
    const car = options.cars[nextCar] as { vin: string; pack: string };
    car.pack = inFrame ?? car.pack;
    nextCar = (nextCar + 1) % options.cars.length;
    inFrame = null;
    setSensors({ vehiclePresent: false, packLock: 'noPack', exitLight: 'red' });
    record('vehicleLeft', `{"bay":"${bay}","early":false}`);
    open.vehicle = false;
    finishSwap();
  }

  function finishSwap(): void {
    if (open.vehicle || open.shuttle) return;
    counts.swapsDone += 1;
    options.onSwapDone();
  }

  function onCommand(command: CommandIn): void {
    counts.commands += 1;
    if (seen.has(command.id)) {
      counts.duplicates += 1;
      const result = seen.get(command.id);
      // As the contract asks: the journaled result once more, and no second motion.
      if (result) send(result);
      return;
    }
    const step = stepTable[command.type];
    if (!step) return;
    remember(command.id, null);
    const cause = causeOf(step.mover, command.type);
    options.onCommand({ id: command.id, causeSeq: cause.seq, causeDueMs: cause.dueMs, arrivedMs: nowMs() });
    record('commandAccepted', `{"id":"${command.id}"}`);
    after(step.nominalMs, (dueMs) => complete(command, dueMs));
  }

  function causeOf(mover: 'robot' | 'shuttle' | 'both', type: CommandType): Trigger {
    const { robot, shuttle } = triggers;
    const latest = robot.seq > shuttle.seq ? robot : shuttle;
    if (mover === 'both' || type === 'fetchPack') return latest;
    return mover === 'robot' ? robot : shuttle;
  }

  function complete(command: CommandIn, dueMs: number): void {
    const step = stepTable[command.type];
    if (!step) return;
    for (const read of step.reads(command.params, bay)) {
      const code = read.code === null ? 'null' : `"${read.code}"`;
      const values = read.code === null ? 'null' : reading(read.code === inFrame ? 21.5 : 96.5);
      record('packRead', `{"place":"${read.place}","code":${code},"commandId":"${command.id}","reading":${values}}`);
    }
    setSensors(step.sensors);
    applyPlaces(command);
    const at = record(
      'commandResult',
      `{"id":"${command.id}","hash":"${command.hash}","outcome":"completed","reason":null,"detail":null,"durationMs":${step.nominalMs},"sensors":${sensorsJson}}`,
    );
    remember(command.id, journal.get(at) ?? null);
    if (step.mover !== 'shuttle') triggers.robot = { seq: at, dueMs };
    if (step.mover !== 'robot') triggers.shuttle = { seq: at, dueMs };
    if (command.type === 'release') after(driveOutMs, leave);
    if (command.type === 'connectCharger') charge(command.params);
  }

  function applyPlaces({ type, params }: CommandIn): void {
    if (type === 'lockPack') inFrame = params.pack ?? null;
    if (type === 'fetchPack' && params.slot) slots[params.slot - 1] = null;
    if (type === 'stowPack' && params.slot) slots[params.slot - 1] = params.pack ?? null;
  }

  /** The pack is charged in no time, so that a station never runs out of full ones. */
  function charge({ slot, pack }: Params): void {
    const where = `"slot":${slot},"pack":"${pack}","registerWh":1234567`;
    record('chargeStarted', `{${where},"reading":${reading(21.5)}}`);
    after(chargeMs, () => {
      record('packReady', `{${where},"reading":${reading(96.5)}}`);
      record('chargeEnded', `{${where},"reason":"full","reading":${reading(96.5)}}`);
      open.shuttle = false;
      finishSwap();
    });
  }

  function remember(command: string, result: string | null): void {
    seen.set(command, result);
    if (seen.size > 64) seen.delete(seen.keys().next().value as string);
  }

  function hello(): void {
    counts.hellos += 1;
    const place = (name: string, code: string | null) => ({ place: name, code });
    const vehiclePack = sensors.vehiclePresent ? inFrame : null;
    const body = {
      asOfSeq: seq,
      oldestSeq: seq === 0 ? 0 : Math.max(1, seq - kept + 1),
      epoch,
      firmware: 'bench-1',
      anchor: { atMs: atMs(), utc: new Date().toISOString() },
      timeScale: 1,
      beat: Math.floor(atMs() / 1000),
      stationPowerLimitW: 1_600_000,
      bays: [
        {
          bay,
          berths: 2,
          sensors,
          safety: 'ready',
          active: [],
          vehicle: null,
          places: [
            place(`bay/${bay}/berth/1`, null),
            place(`bay/${bay}/berth/2`, null),
            place(`bay/${bay}/lift`, null),
            place(`bay/${bay}/vehicle`, vehiclePack),
          ],
        },
      ],
      slots: slots.map((code, index) => ({
        slot: index + 1,
        code,
        socPct: code === null ? null : 96.5,
        charging: false,
        ready: code !== null,
      })),
      isolation: [place('isolation/1', null)],
      results: [],
      alarms: [],
    };
    send(`{"v":1,"station":"${id}","journalId":"${journalId}","boot":1,"kind":"hello","body":${JSON.stringify(body)}}`);
  }

  const plain = (kind: string) =>
    `{"v":1,"station":"${id}","journalId":"${journalId}","boot":1,"kind":"${kind}","atMs":${atMs()},`;

  return {
    id,
    heartbeat: () => `${plain('heartbeat')}"beat":${Math.floor(atMs() / 1000)},"lastSeq":${seq},"epoch":${epoch}}`,
    telemetry: () => `${plain('telemetry')}"powerW":812000,"slots":${slotValues}}`,
    busy: () => open.vehicle || open.shuttle,
    hello,
    startSwap(dueMs) {
      open = { vehicle: true, shuttle: true };
      record('vehicleEntered', `{"bay":"${bay}"}`);
      after(driveInMs, (due) => arrive(Math.max(due, dueMs)));
    },
    onDownlink(payload) {
      counts.bytesDown += payload.length;
      const message = JSON.parse(payload.toString('utf8')) as CommandIn;
      epoch = Math.max(epoch, message.epoch);
      if (message.kind === 'command') onCommand(message);
      else if (message.kind === 'ack') counts.acks += 1;
      else if (message.kind === 'helloRequest') hello();
      else if (message.kind === 'resend') {
        counts.resends += 1;
        for (let n = message.fromSeq ?? seq; n <= seq; n++) {
          const lost = journal.get(n);
          if (lost) send(lost);
        }
      }
    },
  };
}
