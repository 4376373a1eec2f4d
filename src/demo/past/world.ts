import type { PackFacts, StationType, VehicleFacts } from '../../../machines/contract.ts';
import { addDays, daysBetween, firstDay, startOfDay } from '../../../machines/settlement/calendar.ts';
import { stepStation } from '../../../machines/step-station.ts';
import { demoCar, demoModel, demoTaxis } from '../fleets.ts';
import { type DemoMonths, leaseIdOf, pilotTaxis, planOf } from '../leases.ts';
import { demoTerms } from '../plans.ts';
import type { PastWorld } from './play.ts';
import type { Visit } from './station.ts';

/** Packs of the pilot: those of the cars are at their end, the spare ones are good. */
const carPacks = [77.8, 76.9, 78.6, 71].map((sohPct, index) => ({ code: codeOf(index + 1), sohPct }));
const sparePacks = [92.4, 91.7, 90.1, 89.3, 88.8, 93.2].map((sohPct, index) => ({ code: codeOf(index + 5), sohPct }));

/** What came out of the cars at last. */
export const tiredPacks: readonly string[] = carPacks.map(({ code }) => code);
export const pilotPacks: readonly string[] = [...carPacks, ...sparePacks].map(({ code }) => code);

function codeOf(serial: number): string {
  return `PLNPE50PLT0000D6A${String(serial).padStart(7, '0')}`;
}

/** Hours of Beijing, so that each price period has its swaps. */
const hours = [7.6, 11.3, 13.7, 18.4, 20.2, 23.3, 9.1];
const kmPerVisit = 176;
const firstKm = 2_900;

/**
 * Who came when: every second day of the first month, every day of the second, car after car. Nobody comes in the last two days of a month, so that the
 * last pack is charged within it.
 */
function visitsOf({ first, second, current }: DemoMonths): Visit[] {
  const days = [...daysOf(first, second, 2), ...daysOf(second, current, 1)];
  return days.map((day, index) => ({
    vin: demoTaxis[pilotTaxis[index % pilotTaxis.length] ?? 0]?.vin ?? '',
    at: startOfDay(day) + Math.round((hours[index % hours.length] ?? 12) * 3_600_000),
    odometerKm: firstKm + Math.floor(index / pilotTaxis.length) * kmPerVisit + (index % pilotTaxis.length) * 11,
    socPct: 14 + ((index * 7) % 23),
  }));
}

function daysOf(month: string, next: string, step: number): string[] {
  const [from, to] = [firstDay(month), addDays(firstDay(next), -2)];
  const count = Math.ceil((daysBetween(from, to) - 1) / step);
  return Array.from({ length: count }, (_, index) => addDays(from, 1 + index * step));
}

/** The pilot station, as it worked in two months. */
export const pastWorld = (
  months: DemoMonths,
  { station, partition, type }: { station: string; partition: number; type: StationType },
): PastWorld => ({
  station,
  partition,
  type,
  from: startOfDay(firstDay(months.first)),
  slots: sparePacks,
  cars: pilotTaxis.map((at, index) => ({
    vin: demoTaxis[at]?.vin ?? '',
    pack: carPacks[index] ?? { code: codeOf(99), sohPct: 80 },
  })),
  visits: visitsOf(months),
  packOf,
  vehicleOf,
  stepStation,
});

const { mechanicalInterface, electricalInterface, firmwareFrom, firmwareTo, vehicleFirmwareFrom, nominalV } = demoModel;

/** A pack nobody has seen, of the demo's model. */
const packOf = (code: string): PackFacts => ({
  code,
  place: { kind: 'unknown', key: 'unknown', station: null },
  custodyVersion: 0,
  model: '',
  firmware: '',
  modelFacts: { mechanicalInterface, electricalInterface, firmwareFrom, firmwareTo, vehicleFirmwareFrom, nominalV },
  socPct: null,
  sohPct: null,
  energyWh: null,
  ready: false,
  alarmLevel: 0,
  status: 'inService',
  reservedBy: null,
});

/** As the lease of a pilot's car lets it in. */
function vehicleOf(vin: string): VehicleFacts {
  const at = demoTaxis.findIndex((taxi) => taxi.vin === vin);
  const plan = planOf(at);
  const { sohFloorPct, onSohFloor, models } = demoTerms(plan);
  const lease = { lease: leaseIdOf(at), plan, blocks: null, sohFloorPct, onSohFloor, models };
  return { ...demoCar, vin, firmwares: [], pack: null, promise: null, lease };
}
