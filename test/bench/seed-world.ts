import type { Sql } from 'postgres';
import { defaultStationType } from '../../machines/station-type.ts';
import { type BenchStation, type BenchWorld, benchStations } from './bench-world.ts';

/** Commissions the bench's stations: every slot but the last holds a ready pack, every car is known with the pack in it. */
export async function seedWorld(sql: Sql, world: BenchWorld): Promise<void> {
  const all = benchStations(world);
  const type = { ...defaultStationType, slots: world.slotsPerStation };
  for (let from = 0; from < all.length; from += 100) {
    const some = all.slice(from, from + 100);
    await insertStations(sql, some, type);
    await insertPacks(sql, some);
  }
}

async function insertStations(sql: Sql, stations: BenchStation[], type: unknown): Promise<void> {
  const rows = stations.map(({ id, partition }) => ({ id, partition }));
  await sql`
    insert into stations (id, name, city, lat, lon, partition, type, simulated)
    select id, id, 'Beijing', 39.9, 116.4, partition, ${JSON.stringify(type)}::text::jsonb, true
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id text, partition smallint)`;
  await sql`
    insert into station_marks (station) select id
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (id text)`;
  const slots = stations.flatMap(({ id, slots }) => slots.map((_, index) => ({ station: id, slot: index + 1 })));
  await sql`
    insert into slots (station, slot) select station, slot
    from jsonb_to_recordset(${JSON.stringify(slots)}::text::jsonb) as r (station text, slot smallint)`;
}

async function insertPacks(sql: Sql, stations: BenchStation[]): Promise<void> {
  const inSlots = stations.flatMap(({ id, slots }) =>
    slots.flatMap((code, index) =>
      code === null ? [] : [{ code, kind: 'slot', place: `${id}/slot/${index + 1}`, station: id, ready: true }],
    ),
  );
  const inCars = stations.flatMap(({ cars }) =>
    cars.map(({ vin, pack }) => ({
      code: pack,
      kind: 'vehicle',
      place: `vehicle/${vin}`,
      station: null,
      ready: false,
    })),
  );
  const packs = JSON.stringify([...inSlots, ...inCars]);
  await sql`
    insert into batteries (code, model, firmware, soc_pct, soh_pct, energy_wh, ready)
    select code, 'BP-50', 'bms-4.1.0', case when ready then 96.5 else 21.5 end, 94.2, 48000, ready
    from jsonb_to_recordset(${packs}::text::jsonb) as r (code text, ready boolean)`;
  await sql`
    insert into custody (pack, kind, place, station, version, since)
    select code, kind, place, station, 1, now()
    from jsonb_to_recordset(${packs}::text::jsonb) as r (code text, kind text, place text, station text)`;
  const cars = JSON.stringify(stations.flatMap(({ cars }) => cars.map(({ vin }) => ({ vin }))));
  await sql`
    insert into vehicles (vin) select vin from jsonb_to_recordset(${cars}::text::jsonb) as r (vin text)`;
}
