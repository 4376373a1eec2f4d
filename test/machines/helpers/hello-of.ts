import type { StationState, StationType } from '../../../machines/contract.ts';
import type { CommandOutcome } from '../../../schema/wire/commands.ts';
import type { VehicleIdentity } from '../../../schema/wire/events.ts';
import type { HelloBody } from '../../../schema/wire/hello.ts';
import type { BaySafety } from '../../../schema/wire/sensors.ts';
import type { CommandEffect } from './findings.ts';
import { type Equipment, readAt } from './plc.ts';

interface Known {
  type: StationType;
  equipment: Equipment;
  state: StationState;
  running: ReadonlyMap<string, CommandEffect>;
  results: ReadonlyMap<string, { outcome: CommandOutcome; hash: string; seq: number }>;
  seq: number;
  epoch: number;
  safety: BaySafety;
  car: VehicleIdentity | null;
  bootedAt: number;
  now: number;
  timeScale: number;
}

/** What the station says of itself when it connects. */
export function helloOf(known: Known): HelloBody {
  const { type, equipment, state, running, results, seq, epoch, safety, car, bootedAt, now, timeScale } = known;
  const places = [
    'bay/1/berth/1',
    ...(type.bays[0]?.berths === 2 ? ['bay/1/berth/2'] : []),
    'bay/1/lift',
    'bay/1/vehicle',
  ];
  const slotList = Array.from({ length: type.slots }, (_, i) => {
    const code = readAt(equipment, `slot/${i + 1}`);
    const facts = code ? state.packs[code] : undefined;
    const ready = facts ? facts.ready : code !== null;
    return { slot: i + 1, code, socPct: code ? (facts?.socPct ?? 95) : null, charging: false, ready };
  });
  return {
    asOfSeq: seq,
    oldestSeq: 0,
    epoch,
    firmware: 'mini',
    anchor: { atMs: now - bootedAt, utc: new Date(now).toISOString() },
    timeScale,
    beat: 0,
    stationPowerLimitW: 1,
    bays: [
      {
        bay: '1',
        berths: type.bays[0]?.berths ?? 2,
        sensors: { ...equipment.sensors },
        safety,
        active: [...running.values()].map(({ id, type: command }) => ({ id, type: command })),
        vehicle: car,
        places: places.map((place) => ({ place, code: readAt(equipment, place) })),
      },
    ],
    slots: slotList,
    isolation: [1, 2].map((box) => ({
      place: `isolation/${box}`,
      code: readAt(equipment, `isolation/${box}`),
    })),
    results: [...results.entries()].slice(-64).map(([id, result]) => ({ id, ...result })),
    alarms: [],
  };
}
