import type { LedgerPlace, PackFacts, StationState } from '../../../machines/contract.ts';
import { vehicleLedgerPlace } from '../../../machines/policy/places.ts';
import { defaultStationType } from '../../../machines/station-type.ts';
import { newStation } from '../../../machines/step-station.ts';
import type { BaySensors } from '../../../schema/wire/sensors.ts';
import { restingSensors } from '../helpers/plc.ts';
import { packCode, station, vinOf } from '../helpers/world.ts';

export const at = (wire: string): LedgerPlace => {
  const kind = wire.startsWith('slot')
    ? 'slot'
    : wire.includes('berth')
      ? 'berth'
      : wire.startsWith('isolation')
        ? 'isolation'
        : 'lift';
  return { kind, key: `${station}/${wire}`, station };
};
export const inCar = (n: number): LedgerPlace => vehicleLedgerPlace(vinOf(n));

/** A healthy pack in the slot of its number. */
export const pack = (n: number, change: Partial<PackFacts> = {}): PackFacts => ({
  code: packCode(n),
  place: at(`slot/${n}`),
  custodyVersion: 1,
  model: 'M1',
  firmware: '1',
  socPct: 95,
  sohPct: 98,
  energyWh: 50_000,
  ready: true,
  alarmLevel: 0,
  status: 'inService',
  reservedBy: null,
  ...change,
});

export function stationWith(packs: PackFacts[], options: { berths?: 1 | 2; slots?: number } = {}): StationState {
  const { berths = 2, slots = 6 } = options;
  const type = { ...defaultStationType, bays: [{ bay: '1', berths }], slots };
  const state = newStation(station, type, { simulated: true });
  return { ...state, packs: Object.fromEntries(packs.map((facts) => [facts.code, facts])) };
}

export const sensors = (change: Partial<BaySensors> = {}): BaySensors => ({ ...restingSensors, ...change });
