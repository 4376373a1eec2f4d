import { sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { batteryModels } from '../../schema/tables/battery-models.ts';
import { custody } from '../../schema/tables/custody.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import { vinCheckDigit } from '../../schema/wire/vin-check.ts';
import type { Database } from '../db/client.ts';

/** The pack of the simulated world, as its BMS names it. */
export const demoModel = {
  id: 'PLN-E50',
  name: 'Taxi pack, 55 kWh',
  chemistry: 'NCM',
  nominalWh: 55_000,
  nominalV: 352,
  massKg: 402,
  mechanicalInterface: 'PLN-M1',
  electricalInterface: 'PLN-C1',
  firmwareFrom: '2.4.0',
  firmwareTo: '2.99.0',
  vehicleFirmwareFrom: '5.0.0',
} as const;

/** What cars of the demo take. */
export const demoCar = {
  models: [demoModel.id],
  mechanicalInterfaces: [demoModel.mechanicalInterface],
  electricalInterfaces: [demoModel.electricalInterface],
  firmware: '5.1.0',
};

export interface DemoTaxi {
  vin: string;
  plate: string;
  fleet: 'blue-taxi' | 'jade-taxi';
}

/** Forty taxis, in turn of one fleet and the other. The prefix of their VINs is no manufacturer's. */
export const demoTaxis: readonly DemoTaxi[] = Array.from({ length: 40 }, (_, at) => {
  const raw = `LPTBE25A0SA${String(100_001 + at)}`;
  return {
    vin: raw.slice(0, 8) + vinCheckDigit(raw) + raw.slice(9),
    plate: `京B·T${String(1001 + at)}`,
    fleet: at % 2 === 0 ? 'blue-taxi' : 'jade-taxi',
  };
});

/**
 * Which taxis drive to which of the stations: each has its own, as one taxi cannot be in two simulated worlds. The first of each is of the first
 * fleet, whose key is in the credentials.
 */
export function taxisOf(stations: readonly string[]): Record<string, string[]> {
  const of: Record<string, string[]> = Object.fromEntries(stations.map((id) => [id, []]));
  for (const [at, { vin }] of demoTaxis.entries()) {
    // In pairs, so that each station gets both fleets.
    of[stations[Math.floor(at / 2) % stations.length] ?? '']?.push(vin);
  }
  return of;
}

/** The model and the taxis. What is there is left as it is; a car that was met before it was enrolled gets its fleet. */
export async function seedFleets(db: Database): Promise<void> {
  await db.insert(batteryModels).values(demoModel).onConflictDoNothing();
  const rows = demoTaxis.map((taxi) => ({
    ...taxi,
    ...demoCar,
    changedBy: 'npm start',
  }));
  await db.insert(vehicles).values(rows).onConflictDoNothing();
}

/** Packs that stations and taxis of the demo have shown, and that are nobody's, are the demo owner's. Gives how many. */
export async function ownPacks(db: Database, stations: readonly string[]): Promise<number> {
  const vins = demoTaxis.map(({ vin }) => `vehicle/${vin}`);
  const rows = await db.execute(sql`
    update ${batteries} b set owner = 'pack-bank', changed_by = 'npm start', change_reason = 'demo', edition = b.edition + 1
    from ${custody} c where c.pack = b.code and b.owner is null
      and (c.station = any(${sql.param([...stations])}::text[]) or c.place = any(${sql.param(vins)}::text[]))
    returning b.code`);
  return rows.length;
}
