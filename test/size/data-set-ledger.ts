import type { Size } from './data-set.ts';

const slotsFilled = 55;

/**
 * Stations, packs and where each is: 55 in each station's slots, one in every car, the others away. Codes are dealt out over the places, so that
 * their order says nothing about the place.
 */
export function ledgerSql(size: Size, stationType: string): string {
  const { stations, batteries, vehicles } = size;
  const inSlots = stations * slotsFilled;
  return `
  insert into stations (id, name, city, lat, lon, partition, type, simulated)
  select pg_temp.station(s), 'Station ' || s, 'Beijing', 39.7 + pg_temp.chance(s, 3, 4000) / 10000.0, 116.2 + pg_temp.chance(s, 4, 4000) / 10000.0,
    s % 64, '${stationType}'::jsonb, true
  from generate_series(1, ${stations}) s;
  insert into station_marks (station, version, event_n, link_up, reconciled, changed_at)
  select pg_temp.station(s), ${size.eventsPerStation}, ${size.eventsPerStation}, true, true, now() - s * interval '1 second'
  from generate_series(1, ${stations}) s;
  insert into slots (station, slot) select pg_temp.station(s), n from generate_series(1, ${stations}) s, generate_series(1, 60) n;
  insert into station_hellos (station, journal_id, boot, as_of_seq, body, event_n)
  select pg_temp.station(s), 'j-' || s, 1, 1, jsonb_build_object('isolation', '[]'::jsonb, 'bays', '[]'::jsonb, 'slots',
    (select jsonb_agg(jsonb_build_object('slot', n, 'code', null)) from generate_series(1, 60) n)), 1
  from generate_series(1, ${stations}) s;

  insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
  select id, id, 'LFP', 50000, 350, 390, 'm1', 'e1' from unnest(array['BP-40', 'BP-50', 'BP-60', 'BP-X']) id;

  create temp table dealt as
  select b, serial, pg_temp.pack(serial) as code, case when b <= ${inSlots} then 'slot' when b <= ${inSlots + vehicles} then 'vehicle'
      when away < 500 then 'delivery' when away < 850 then 'secondLifeSite' when away < 950 then 'recycler' when away < 990 then 'workshop'
      when away < 999 then 'truck' else 'unknown' end as kind,
    case when b <= ${inSlots} then pg_temp.station(1 + (b - 1) / ${slotsFilled}) end as station
  from (select b, 1 + (b * 7919) % ${batteries} as serial, pg_temp.chance(b, 5, 1000) as away
    from generate_series(1::bigint, ${batteries}) b) places;

  insert into batteries (code, model, firmware, owner, soc_pct, soh_pct, energy_wh, ready, status, charge_wh, swap_count, created_at)
  select code, pg_temp.model(serial), 'bms-4.' || serial % 3, pg_temp.owner(serial), 20 + pg_temp.chance(b, 6, 80), 80 + pg_temp.chance(b, 7, 20),
    48000, kind = 'slot' and b % 3 > 0,
    case kind when 'secondLifeSite' then 'secondLife' when 'recycler' then 'recycled'
      else case when pg_temp.chance(b, 8, 100) < 96 then 'inService' when pg_temp.chance(b, 9, 2) = 0 then 'quarantined' else 'resting' end end,
    1000000, 20, pg_temp.base() - interval '100 days'
  from dealt order by code;
  insert into battery_history (code, status, model, owner, recorded_at) select code, status, model, owner, created_at from batteries;

  insert into custody (pack, kind, place, station, version, since)
  select code, kind, case kind when 'slot' then station || '/slot/' || (1 + (b - 1) % ${slotsFilled})
      when 'vehicle' then 'vehicle/' || pg_temp.vin(b - ${inSlots}) else kind end,
    station, ${size.movesPerBattery}, pg_temp.base()
  from dealt order by code;

  insert into custody_moves (pack, version, from_kind, from_place, to_kind, to_place, station, event_n, cause, swap, occurred_at, recorded_at, by)
  select pack, version, 'delivery', 'delivery', case when version < ${size.movesPerBattery} then 'vehicle' else kind end,
    case when version < ${size.movesPerBattery} then 'vehicle/earlier' else place end, coalesce(station, pg_temp.station(1 + version)), version,
    -- A few are by people.
    case when version = 2 and pg_temp.chance(hashtext(pack), 11, 50) = 0 then 'movement' else 'exchange' end, coalesce(station, pg_temp.station(1 + version)) || '.1.' || (1 + pg_temp.chance(version, 10, 3000)),
    pg_temp.base() - (${size.movesPerBattery} - v) * interval '9 days', pg_temp.base() - (${size.movesPerBattery} - v) * interval '9 days',
    case when version = 2 and pg_temp.chance(hashtext(pack), 11, 50) = 0 then 'user:ann' end
  from (select c.pack, c.kind, c.place, c.station, v as version, v from custody c, generate_series(1, ${size.movesPerBattery}) v) moves
  order by pack, version;`;
}
