import type { Sql } from 'postgres';
import { beijingAugust2026 } from '../../src/tariffs/beijing.ts';

export interface SwapsToMake {
  /** Numbers of the swaps, first and last. */
  first: number;
  last: number;
  stations: number;
  /** The first one stands in position then, UTC epoch ms; the others follow. */
  from: number;
  everyMs: number;
}

/** Cars of the made swaps; those of even number are leased to `blue-taxi`. */
const cars = 400;
const packs = 900;

export const parties = { lessee: 'blue-taxi', owner: 'pack-bank', operator: 'city-swap' };
export const category = 'single-rate-1-10kV';

const terms = (own: object) => ({
  monthlyFeeFen: 0,
  perSwapMicro: 0,
  perKmMicro: 0,
  perKwhMicro: 0,
  included: { swap: 0, km: 0, kWh: 0 },
  packages: [],
  depositFen: 0,
  minimumTermMonths: 0,
  sohFloorPct: null,
  onSohFloor: 'accept-with-credit',
  sohCreditFen: 0,
  models: [],
  serviceFee: { microPerKwh: 0, periods: [] },
  energyTrueUp: false,
  parking: null,
  dueDays: 15,
  graceDays: 7,
  ...own,
});

/** Parties, packs, cars, plans, a lease for every second car, and August's prices. */
export async function seedTrade(sql: Sql, stations: number): Promise<void> {
  await sql`insert into organisations (id, kind, name) values (${parties.lessee}, 'fleet', 'Blue'), (${parties.owner}, 'owner', 'Bank'),
    (${parties.operator}, 'operator', 'City') on conflict do nothing`;
  await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values ('BP-50', 'BP-50', 'LFP', 55000, 350, 390, 'm1', 'e1') on conflict do nothing`;
  await sql.unsafe(
    `insert into batteries (code, model, firmware) select ${packSql('n')}, 'BP-50', 'bms-4.1.0' from generate_series(1, ${packs}) n on conflict do nothing`,
  );
  await sql.unsafe(
    `insert into vehicles (vin, fleet) select ${vinSql('n')}, 'blue-taxi' from generate_series(0, ${cars - 1}) n on conflict do nothing`,
  );
  await sql`insert into plans (id, owner, name, is_walk_in, created_by) values ('leased', ${parties.owner}, '出租', false, 'test'),
    ('walk-in', null, '散客', true, 'test')`;
  const leased = terms({ sohFloorPct: 85, sohCreditFen: 300, serviceFee: { microPerKwh: 350_000, periods: [] } });
  const walkIn = terms({
    serviceFee: { microPerKwh: 500_000, periods: [{ from: '17:00', to: '22:00', microPerKwh: 620_000 }] },
    parking: { freeMin: 1, microPerMin: 250_000 },
  });
  for (const [plan, each] of [
    ['leased', leased],
    ['walk-in', walkIn],
  ] as const)
    await sql`insert into plan_versions (plan, version, terms, published_at, published_by) values (${plan}, 1, ${sql.json(each as never)}, '2026-06-01', 'test')`;
  await sql.unsafe(`
    insert into lease_events (lease, n, type, body, effective_day, by, recorded_at)
    select 'l-' || lpad(to_hex(n), 16, '0'), 1, 'activated', jsonb_build_object('vin', ${vinSql('n')}, 'lessee', '${parties.lessee}', 'owner', '${parties.owner}',
      'plan', 'leased', 'version', 1, 'fromDay', '2026-07-01', 'untilDay', null), '2026-07-01', 'test', '2026-06-20'
    from generate_series(0, ${cars - 2}, 2) n`);
  await sql.unsafe(`
    insert into stations (id, name, city, lat, lon, partition, type, simulated)
    select ${stationSql('n')}, 'Station', 'Beijing', 39.9, 116.4, 0, '{"slots":60,"bays":[{"bay":"1","berths":2}]}', true from generate_series(0, ${stations - 1}) n;
    insert into station_marks (station, event_n, link_up, reconciled) select ${stationSql('n')}, 100000000, true, true from generate_series(0, ${stations - 1}) n;
    insert into station_tariffs (station, from_day, category, by) select ${stationSql('n')}, '2026-07-01', '${category}', 'test' from generate_series(0, ${stations - 1}) n`);
}

/** August 2026 of Beijing, or another month at the same prices. */
export async function publishTariff(sql: Sql, from = '2026-08-01', to = '2026-09-01'): Promise<void> {
  const table = { ...beijingAugust2026().find((each) => each.category === category), validFrom: from, validTo: to };
  await sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    values (${category}, ${from}, ${to}, ${sql.json(table as never)}, 'test')`;
}

const stationSql = (n: string) => `'tr-' || lpad((${n})::text, 3, '0')`;
const vinSql = (n: string) => `'LNBSCB3F6JE1' || lpad((${n})::text, 5, '0')`;
const packSql = (n: string) => `'PLNPB01ABCDEFGJ71' || lpad((${n})::text, 7, '0')`;

/**
 * Completed swaps as the engine leaves them: eight lines of the log each, the row, and the hand-overs. Each tenth BMS has no energy counter; each
 * hundredth car gets a pack below the floor. Of each hundred one pack is below it by its BMS alone, and one by its charges alone.
 */
export async function makeSwaps(sql: Sql, { first, last, stations, from, everyMs }: SwapsToMake): Promise<void> {
  await sql.unsafe(`
    create temp table made on commit preserve rows as
    select i, ${stationSql(`i % ${stations}`)} as station, i / ${stations} + 1 as n, ${stationSql(`i % ${stations}`)} || '.1.' || (i / ${stations} + 1) as id,
      ${vinSql(`i % ${cars}`)} as vin, ${packSql(`1 + i % ${packs}`)} as pack_out, ${packSql(`1 + (i + ${packs / 2}) % ${packs}`)} as pack_in,
      1000 + i / ${cars} * 180.5 as km, to_timestamp(${from} / 1000.0) + (i - ${first}) * interval '${everyMs} milliseconds' as at,
      jsonb_build_object('socPct', 10 + i % 30, 'sohPct', 92.5) || case when i % 10 = 3 then '{}' else jsonb_build_object('energyWh', 5000 + (i::bigint * 7919) % 16000) end as out,
      jsonb_build_object('socPct', 95, 'sohPct', case when i % 100 in (6, 46) then 82.5 else 93.25 end)
        || case when i % 10 = 3 then '{}' else jsonb_build_object('energyWh', 46000 + (i::bigint * 104729) % 5000) end as given,
      case i % 100 when 26 then 84.75 when 46 then 86 when 6 then 82.5 end as soh, case when i % 100 in (26, 46) then 'estimate' when i % 100 = 6 then 'bms' end as soh_source
    from generate_series(${first}, ${last}) i;
    insert into events (station, n, recorded_at, occurred_at, source, type, bay, swap, body, decided)
    select station, n * 8 + line.k, at + line.after + interval '1 second', at + line.after, 'record', line.type, '1', id, line.body, line.decided
    from made, lateral (values
      (0, interval '0', 'vehicleInPosition', jsonb_build_object('bay', '1', 'vehicle', jsonb_build_object('vin', vin, 'odometerKm', km, 'socPct', out -> 'socPct')), jsonb_build_array('open ' || id, 'command authorise x')),
      (1, interval '28 seconds', 'packRead', jsonb_build_object('place', 'bay/1/lift', 'code', pack_out, 'reading', out), jsonb_build_array('move ' || pack_out || ' vehicle/' || vin || ' to ' || station || '/bay/1/lift')),
      (2, interval '40 seconds', 'packRead', jsonb_build_object('place', 'bay/1/berth/2', 'code', pack_out, 'reading', null), jsonb_build_array('move ' || pack_out || ' ' || station || '/bay/1/lift to ' || station || '/bay/1/berth/2')),
      (3, interval '40 seconds', 'packRead', jsonb_build_object('place', 'bay/1/lift', 'code', pack_in, 'reading', given), jsonb_build_array('move ' || pack_in || ' ' || station || '/bay/1/berth/1 to ' || station || '/bay/1/lift')),
      (4, interval '55 seconds', 'packRead', jsonb_build_object('place', 'bay/1/vehicle', 'code', pack_in, 'reading', null), jsonb_build_array('move ' || pack_in || ' ' || station || '/bay/1/lift to vehicle/' || vin,
        'swap ' || id || ' gave ' || pack_in || ' ' || coalesce(soh::text, '-') || ' ' || coalesce(soh_source, '-'))),
      (5, interval '78 seconds', 'commandResult', jsonb_build_object('outcome', 'completed'), jsonb_build_array('swap ' || id || ' released')),
      (6, interval '80 seconds', 'commandResult', jsonb_build_object('outcome', 'completed'), jsonb_build_array('swap ' || id || ' completed')),
      (7, interval '100 seconds', 'vehicleLeft', jsonb_build_object('bay', '1'), jsonb_build_array('swap ' || id || ' left'))
    ) line(k, after, type, body, decided);
    insert into custody_moves (pack, version, from_kind, from_place, to_kind, to_place, station, event_n, swap, cause, reading, occurred_at)
    select case when line.own then pack_out else pack_in end, i::bigint * 10 + line.k, 'x', 'x', line.kind, line.kind, station, n * 8 + line.k, id, 'packRead',
      case line.k when 1 then out when 3 then given end, at + line.after
    from made, lateral (values (1, true, 'lift', interval '28 seconds'), (2, true, 'berth', interval '40 seconds'), (3, false, 'lift', interval '40 seconds'),
      (4, false, 'vehicle', interval '55 seconds')) line(k, own, kind, after);
    insert into swaps (id, station, bay, vin, fleet, state, odometer_km, pack_out, pack_in, in_position_at, released_at, left_at, ended_at, swap_time_ms,
      pack_in_soh_pct, pack_in_soh_source)
    select id, station, '1', vin, '${parties.lessee}', 'completed', km, pack_out, pack_in, at, at + interval '78 seconds', at + interval '100 seconds',
      at + interval '80 seconds', 78000, soh, soh_source from made;
    drop table made`);
}
