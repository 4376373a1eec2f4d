import type { Sql } from 'postgres';
import { defaultStationType } from '../../../machines/station-type.ts';
import { newKey } from '../../../src/api/keys.ts';

/** Commissions simulated stations, spread over the partitions, as a person would have. Packs become known by the first hello. */
export async function seedStations(sql: Sql, ids: readonly string[]): Promise<void> {
  const type = JSON.stringify(defaultStationType);
  for (const [index, id] of ids.entries()) {
    await sql`
      insert into stations (id, name, city, lat, lon, partition, type, simulated)
      values (${id}, ${`Station ${id}`}, 'Beijing', 39.9, 116.4, ${(index * 11) % 64}, ${type}::text::jsonb, true)`;
    await sql`insert into station_marks (station) values (${id}) on conflict do nothing`;
    await sql`
      insert into slots (station, slot) select ${id}, generate_series(1, ${defaultStationType.slots}::int) on conflict do nothing`;
  }
}

/** A key of the staff role, for what only a person may do. */
export async function seedStaffKey(sql: Sql): Promise<string> {
  const { key, id, hash } = newKey();
  await sql`
    insert into api_keys (id, hash, prefix, label, role) values (${id}, ${hash}, ${`pl_${id}`}, 'fault tests', 'staff')`;
  return key;
}
