import type { Sql } from 'postgres';
import { addDays, beijingDay } from '../../../machines/settlement/calendar.ts';
import { defaultStationType } from '../../../machines/station-type.ts';
import { planTerms } from '../../../schema/wire/settlement/plan-terms.ts';
import { newKey } from '../../../src/api/keys.ts';
import { beijingDemo } from '../../../src/tariffs/beijing.ts';

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
  await seedPrices(sql, ids);
}

const category = 'single-rate-1-10kV';

/** What swaps and charges need to be billed. */
async function seedPrices(sql: Sql, stations: readonly string[]): Promise<void> {
  const today = beijingDay(Date.now());
  const days = { from: addDays(today, -3), to: addDays(today, 3) };
  const table = beijingDemo(days.from, days.to).find((each) => each.category === category);
  await sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    select ${category}, ${days.from}, ${days.to}, ${JSON.stringify(table)}::text::jsonb, 'test'
    where not exists (select from tariffs where category = ${category})`;
  await sql`insert into station_tariffs (station, from_day, category, by)
    select unnest(${[...stations]}::text[]), ${days.from}::date, ${category}, 'test' on conflict do nothing`;
  await sql`insert into plans (id, name, is_walk_in, created_by) values ('walk-in', '散客', true, 'test') on conflict do nothing`;
  const terms = planTerms.parse({ serviceFee: { microPerKwh: 400_000 } });
  await sql`insert into plan_versions (plan, version, terms, published_at, published_by)
    values ('walk-in', 1, ${JSON.stringify(terms)}::text::jsonb, '2026-01-01', 'test') on conflict do nothing`;
}

/** A key of the staff role, for what only a person may do. */
export async function seedStaffKey(sql: Sql): Promise<string> {
  const { key, id, hash } = newKey();
  await sql`
    insert into api_keys (id, hash, prefix, label, role) values (${id}, ${hash}, ${`pl_${id}`}, 'fault tests', 'staff')`;
  return key;
}
