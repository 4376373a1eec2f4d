import type { EventType } from '../../../schema/wire/events.ts';
import type { HelloBody } from '../../../schema/wire/hello.ts';
import type { Hello, RecordEnvelope } from '../../../schema/wire/uplink.ts';
import { motions, type Params, resting } from './motions.ts';
import { bringTo, energyTo, type PastPack, readingOf } from './pack.ts';

/** A car on its way to the station. */
export interface Visit {
  vin: string;
  /** When it drives in, UTC epoch ms. */
  at: number;
  odometerKm: number;
  /** What is left in its pack. */
  socPct: number;
}

/** A command as the station takes it. */
export interface Order {
  id: string;
  hash: string;
  type: keyof typeof motions;
  params: Params;
}

export interface PastStation {
  hello(): Hello;
  /** Says of each pack in a slot that it is ready. */
  open(): void;
  visit(visit: Visit): void;
  obey(order: Order): void;
  /** When something is to happen next; null: nothing is. */
  nextAt(): number | null;
  /** Lets it happen. Gives what the station journals of it. */
  run(): { at: number; records: RecordEnvelope[] };
}

export interface PastStationOptions {
  id: string;
  bootedAt: number;
  /** Pack in each slot; null: empty. */
  slots: (PastPack | null)[];
  cars: ReadonlyMap<string, PastPack>;
  packs: ReadonlyMap<string, PastPack>;
}

const chargerW = 48_000;
const chargerLoss = 1.06;
const fullPct = 97;
const head = { v: 1, boot: 1 } as const;

/**
 * A swap station of the past: answers each command as healthy equipment would, and charges what comes in. Time stands still between what happens, so
 * a month passes in a second.
 */
export function createPastStation({ id, bootedAt, slots, cars, packs }: PastStationOptions): PastStation {
  const journalId = `past-${id}`;
  const agenda: { at: number; order: number; happen: () => void }[] = [];
  const meters = slots.map((_, index) => 40_000_000 + index * 1_250_000);
  const inCar = new Map([...cars].map(([vin, { code }]) => [vin, code]));
  let sensors = resting;
  let vin = '';
  let now = bootedAt;
  let seq = 0;
  let planned = 0;
  let journal: RecordEnvelope[] = [];

  const after = (ms: number, happen: () => void) => {
    planned += 1;
    agenda.push({ at: now + ms, order: planned, happen });
  };

  function record(type: EventType, body: unknown): void {
    seq += 1;
    journal.push({ ...head, station: id, journalId, kind: 'record', seq, atMs: now - bootedAt, type, body });
  }

  const packOf = (code: string | undefined): PastPack => {
    const pack = packs.get(code ?? '');
    if (!pack) throw new Error(`no pack ${code}`);
    return pack;
  };

  function arrive({ vin: car, odometerKm, socPct }: Visit): void {
    vin = car;
    const pack = packOf(inCar.get(car));
    bringTo(pack, socPct);
    sensors = { ...resting, vehiclePresent: true, packLock: 'locked' };
    const manner = { firmware: '5.1.0', parked: true, hvOff: true, consent: true };
    record('vehicleInPosition', {
      bay: '1',
      vehicle: { vin: car, odometerKm, ...manner, pack: pack.code, socPct: readingOf(pack).socPct },
    });
  }

  function leave(): void {
    sensors = resting;
    record('vehicleLeft', { bay: '1', early: false });
  }

  function complete({ id: command, hash, type, params }: Order): void {
    const motion = motions[type];
    if (!motion) throw new Error(`the station of the past cannot ${type}`);
    for (const { place, pack } of motion.reads(params)) {
      record('packRead', { place, code: pack ?? null, commandId: command, reading: readingOf(packOf(pack)) });
    }
    sensors = { ...sensors, ...motion.sensors };
    if (type === 'lockPack' && params.pack) inCar.set(vin, params.pack);
    const done = { outcome: 'completed', reason: null, detail: null, durationMs: motion.seconds * 1000, sensors };
    record('commandResult', { id: command, hash, ...done });
    if (type === 'release') after(8_000, leave);
    if (type === 'connectCharger') charge(params.slot ?? 0, packOf(params.pack));
  }

  function charge(slot: number, pack: PastPack): void {
    const meter = () => ({ slot, pack: pack.code, registerWh: meters[slot - 1] });
    record('chargeStarted', { ...meter(), reading: readingOf(pack) });
    const wh = energyTo(pack, fullPct);
    after((wh / chargerW) * 3_600_000, () => {
      bringTo(pack, fullPct);
      meters[slot - 1] = (meters[slot - 1] ?? 0) + Math.round(wh * chargerLoss);
      record('packReady', { ...meter(), reading: readingOf(pack) });
      record('chargeEnded', { ...meter(), reason: 'full', reading: readingOf(pack) });
    });
  }

  return {
    hello: () => ({
      ...head,
      station: id,
      journalId,
      kind: 'hello',
      body: helloBody({ at: now, bootedAt, seq, slots }),
    }),
    open() {
      after(60_000, () => {
        for (const [index, pack] of slots.entries()) {
          const meter = { slot: index + 1, registerWh: meters[index] };
          if (pack) record('packReady', { ...meter, pack: pack.code, reading: readingOf(pack) });
        }
      });
    },
    visit(visit) {
      agenda.push({ at: visit.at, order: 0, happen: () => record('vehicleEntered', { bay: '1' }) });
      agenda.push({ at: visit.at + 6_000, order: 0, happen: () => arrive(visit) });
    },
    obey(order) {
      after(50, () => record('commandAccepted', { id: order.id }));
      after(50 + (motions[order.type]?.seconds ?? 0) * 1000, () => complete(order));
    },
    nextAt: () => agenda.sort((a, b) => a.at - b.at || a.order - b.order)[0]?.at ?? null,
    run() {
      const next = agenda.shift();
      if (!next) throw new Error('nothing is to happen');
      now = Math.round(next.at);
      journal = [];
      next.happen();
      return { at: now, records: journal };
    },
  };
}

/** Before anything has happened: full packs in slots, nobody there. */
function helloBody(of: { at: number; bootedAt: number; seq: number; slots: (PastPack | null)[] }): HelloBody {
  const atMs = of.at - of.bootedAt;
  const place = (name: string) => ({ place: name, code: null });
  return {
    asOfSeq: of.seq,
    oldestSeq: of.seq === 0 ? 0 : 1,
    epoch: 1,
    firmware: 'pilot-1.0',
    anchor: { atMs, utc: new Date(of.at).toISOString() },
    timeScale: 1,
    beat: Math.floor(atMs / 1000),
    stationPowerLimitW: 400_000,
    bays: [
      {
        bay: '1',
        berths: 2,
        sensors: resting,
        safety: 'ready',
        active: [],
        vehicle: null,
        places: ['bay/1/berth/1', 'bay/1/berth/2', 'bay/1/lift', 'bay/1/vehicle'].map(place),
      },
    ],
    slots: of.slots.map((pack, index) => ({
      slot: index + 1,
      code: pack?.code ?? null,
      socPct: pack ? readingOf(pack).socPct : null,
      charging: false,
      ready: false,
    })),
    isolation: [place('isolation/1')],
    results: [],
    alarms: [],
  };
}
