import type { PackReading } from '../../schema/wire/sensors.ts';
import type { SohFigure } from '../../schema/wire/settlement/usage.ts';

/** A line of a station's log, as far as settlement reads it. Instants are UTC epoch ms. */
export interface LogLine {
  occurredAt: number;
  source: string;
  type: string;
  bay: string | null;
  body: unknown;
  decided: readonly string[] | null;
}

/** What is known of a completed swap: from the tables when it is billed, from the log when it is audited. */
export interface SwapRecord {
  swap: string;
  station: string;
  vin: string;
  odometerKm: number;
  inPositionAt: number;
  /** Clamps open; null: a person said that the swap was complete. */
  releasedAt: number | null;
  endedAt: number;
  leftAt: number | null;
  packOut: string;
  /** Null: nobody knows which pack the car was given. */
  packIn: string | null;
  /** What the BMS of the pack returned said first after it had left the car. */
  readingOut: PackReading | null;
  /** What the BMS of the pack given said last before it was in the car: at a hand-over, else while it was charged. */
  readingIn: PackReading | null;
  /** State of health by which the pack given was chosen; null: nobody knew any. */
  packInSoh: SohFigure | null;
  /** What the car said of the pack it came with, percent. */
  carSocPct: number | null;
}

interface Identity {
  vin: string;
  odometerKm: number;
  socPct: number | null;
}

interface Standing {
  at: number;
  identity: Identity;
}

interface Told {
  at: number;
  toVehicle: boolean;
  reading: PackReading;
}

interface OpenSwap extends Omit<SwapRecord, 'packOut' | 'readingOut' | 'readingIn' | 'packInSoh' | 'endedAt'> {
  packOut: string | null;
  gave: { pack: string; soh: SohFigure | null } | null;
}

export interface SwapReader {
  /** The next line of the station, in the order of its numbers. Gives the swaps of which no later line will say anything more. */
  take: (line: LogLine) => SwapRecord[];
  /** The log ends here: swaps that are complete, whose car may still be there. */
  end: () => SwapRecord[];
}

/** Hand-overs of one pack that are remembered. More than a swap has. */
const mostTold = 16;

/** Reads the completed swaps of one station out of its log, and nothing but its log. */
export function createSwapReader(station: string): SwapReader {
  const standing = new Map<string, Standing>();
  const open = new Map<string, OpenSwap>();
  /** Complete, by bay, and perhaps still in it. */
  const leaving = new Map<string, SwapRecord>();
  const told = new Map<string, Told[]>();
  const charged = new Map<string, PackReading>();

  const begin = (id: string, bay: string): SwapRecord[] => {
    const before = leaving.get(bay);
    leaving.delete(bay);
    const car = standing.get(bay);
    if (car) {
      open.set(id, {
        swap: id,
        station,
        vin: car.identity.vin,
        odometerKm: car.identity.odometerKm,
        inPositionAt: car.at,
        releasedAt: null,
        leftAt: null,
        packOut: null,
        packIn: null,
        gave: null,
        carSocPct: car.identity.socPct,
      });
    }
    return before ? [before] : [];
  };

  const move = (pack: string, from: string, to: string, line: LogLine): void => {
    const reading = readingOf(line);
    if (reading) {
      const list = [...(told.get(pack) ?? []), { at: line.occurredAt, toVehicle: to.startsWith('vehicle/'), reading }];
      told.set(pack, list.slice(-mostTold));
    }
    for (const swap of open.values()) {
      if (from === `vehicle/${swap.vin}`) swap.packOut ??= pack;
      if (to === `vehicle/${swap.vin}`) swap.packIn = pack;
    }
  };

  const complete = ({ gave, ...swap }: OpenSwap, bay: string, endedAt: number): SwapRecord[] => {
    const { packOut, packIn } = swap;
    // Nothing has left the car: it was resolved as complete by people, and then this is not ours to bill.
    if (packOut === null) return [];
    const within = (pack: string | null, until: number) =>
      (pack === null ? [] : (told.get(pack) ?? [])).filter(({ at }) => at >= swap.inPositionAt && at <= until);
    const record: SwapRecord = {
      ...swap,
      packOut,
      endedAt,
      readingOut: within(packOut, endedAt).find(({ toVehicle }) => !toVehicle)?.reading ?? null,
      readingIn:
        within(packIn, swap.releasedAt ?? endedAt).at(-1)?.reading ??
        (packIn === null ? null : (charged.get(packIn) ?? null)),
      packInSoh: gave?.pack === packIn ? gave.soh : null,
    };
    if (swap.leftAt !== null) return [record];
    leaving.set(bay, record);
    return [];
  };

  const decide = (text: string, line: LogLine): SwapRecord[] => {
    const [verb, first = '', second = '', third = '', fourth = '', fifth = ''] = text.split(' ');
    if (verb === 'open') return begin(first, bayOf(first));
    if (verb === 'move' && third === 'to') move(first, second, fourth, line);
    if (verb !== 'swap') return [];
    const bay = bayOf(first);
    const swap = open.get(first) ?? leaving.get(bay);
    if (swap?.swap !== first) return [];
    if (second === 'released') swap.releasedAt = line.occurredAt;
    if (second === 'left') {
      swap.leftAt = line.occurredAt;
      const gone = leaving.get(bay);
      leaving.delete(bay);
      return gone ? [gone] : [];
    }
    const running = open.get(first);
    if (running && second === 'gave') running.gave = { pack: third, soh: sohOf(fourth, fifth) };
    if (running && (second === 'completed' || second === 'rolled-back' || second === 'refused')) {
      open.delete(first);
      return second === 'completed' ? complete(running, bay, line.occurredAt) : [];
    }
    return [];
  };

  return {
    take(line) {
      noteCar(standing, line);
      const reading = readingOf(line);
      if (reading && isCharge(line)) charged.set((line.body as { pack: string }).pack, reading);
      return (line.decided ?? []).flatMap((text) => decide(text, line));
    },
    end: () => [...leaving.values()],
  };
}

const sohOf = (pct: string, source: string): SohFigure | null =>
  source === 'estimate' || source === 'bms' ? { pct: Number(pct), source } : null;

const bayOf = (swap: string): string => swap.split('.')[1] ?? '';

const isCharge = ({ source, type }: LogLine): boolean =>
  source === 'record' && (type === 'chargeStarted' || type === 'chargeEnded' || type === 'packReady');

function readingOf({ source, body }: LogLine): PackReading | null {
  return source === 'record' ? ((body as { reading?: PackReading | null } | null)?.reading ?? null) : null;
}

function noteCar(standing: Map<string, Standing>, { source, type, body, occurredAt }: LogLine): void {
  if (source !== 'record' || (type !== 'vehicleInPosition' && type !== 'vehicleChanged')) return;
  const { bay, vehicle } = body as { bay: string; vehicle: Identity };
  const before = standing.get(bay);
  const at = type === 'vehicleInPosition' ? occurredAt : (before?.at ?? occurredAt);
  standing.set(bay, { at, identity: vehicle });
}
