import type { Size } from './data-set.ts';

const steps = {
  robot: [
    ...['authorise', 'positionAndClamp', 'liftVehicle', 'unlockPack', 'lowerPack', 'exchange'],
    ...['raisePack', 'lockPack', 'verifyPack', 'lowerVehicle', 'release'],
  ],
  shuttle: ['fetchPack', 'stowPack', 'connectCharger'],
};
const stepsOfASwap = Object.entries(steps)
  .flatMap(([track, names]) => names.map((name) => [name, track]))
  .map(([name, track], index) => `(${index + 1}, '${name}', '${track}')`)
  .join(', ');

/** What happened in sixty days: swaps, the log, commands, charges, reservations, alarms. */
export const historySql = ({ stations, batteries, vehicles, swaps, eventsPerStation, reservations }: Size): string => `
  insert into swaps (id, station, bay, vin, fleet, state, odometer_km, pack_out, pack_in, in_position_at, released_at, ended_at, swap_time_ms)
  select station || '.1.' || (1 + (i - 1) / ${stations}), station, '1', pg_temp.vin(v), pg_temp.fleet(v),
    case when i > ${swaps} - ${stations / 2} then 'running' when luck < 980 then 'completed' when luck < 988 then 'rolled-back'
      when luck < 999 or i % 10 > 0 then 'refused' else 'needs-person' end,
    1000 + i % 90000, pg_temp.pack(1 + pg_temp.chance(i, 13, ${batteries})), pg_temp.pack(1 + pg_temp.chance(i, 14, ${batteries})),
    at, at + interval '79 seconds', at + interval '80 seconds', 79000
  from (select i, pg_temp.station(1 + (i - 1) % ${stations}) as station, 1 + pg_temp.chance(i, 11, ${vehicles}) as v,
      pg_temp.chance(i, 12, 1000) as luck, pg_temp.base() - (${swaps} - i) * (interval '60 days' / ${swaps}) as at
    from generate_series(1::bigint, ${swaps}) i) dealt;

  insert into swap_steps (swap, ordinal, step, track, attempt, command_id, budget_ms, actual_ms, result, started_at)
  select pg_temp.station(s) || '.1.' || n, o, step, track, 1, 'c', 15600, 12000, 'completed', now()
  from generate_series(1, ${stations}) s, generate_series(1, 20) n, (values ${stepsOfASwap}) steps (o, step, track);

  insert into events (station, n, recorded_at, occurred_at, source, type, bay, swap, body)
  select pg_temp.station(s), n, at, at, case when n % 200 = 0 then 'action' when n % 400 = 1 then 'staff' else 'record' end,
    case when n % 200 = 0 then 'hold' when n % 400 = 1 then 'adoptJournal' else 'stepCompleted' end, case when n % 20 <> 7 then '1' end,
    pg_temp.station(s) || '.1.' || n, '{"reason":"a look at the clamps","step":"exchange"}'
  from generate_series(1, ${stations}) s, generate_series(1, ${eventsPerStation}) n,
    lateral (select pg_temp.base() - (${eventsPerStation} - n) * (interval '60 days' / ${eventsPerStation}) as at) t;

  insert into outbox (id, station, bay, machine, instance, swap, type, hash, message, decided_epoch, valid_boot, valid_until_beat, state, event_n,
    queued_at, settled_at)
  select pg_temp.station(s) || '/1/cycle/' || pg_temp.station(s) || '.1.' || n || '/1.1.0', pg_temp.station(s), '1', 'cycle',
    pg_temp.station(s) || '.1.' || n, pg_temp.station(s) || '.1.' || n, 'exchange', 'h', '{"params":{}}', 1, 1, 1,
    'completed', n, now(), now()
  from generate_series(1, ${stations}) s, generate_series(1, 100) n;
  insert into machines (station, bay, machine, instance, revision, definition, source_hash, snapshot, ended_at)
  select pg_temp.station(s), '1', 'cycle', pg_temp.station(s) || '.1.' || n, 1, 1, 'h', '{}', now()
  from generate_series(1, ${stations}) s, generate_series(1, 30) n;
  insert into charges (station, event_n, position, slot, pack, phase, register_wh, occurred_at)
  select pg_temp.station(s), n, 0, 1 + n % 60, pg_temp.pack(1 + pg_temp.chance(s * 1000 + n, 15, ${batteries})), 'ended', n * 40000, now()
  from generate_series(1, ${stations}) s, generate_series(1, 300) n;

  insert into alarms (station, key, level, code, detail, raised_at, raised_n, cleared_at)
  select pg_temp.station(s), 'slot/' || n, 1 + n % 3, 'packTemperature', 'a warm pack', at, n,
    case when n > 2 then at + interval '1 hour' end
  from generate_series(1, ${stations}) s, generate_series(1, 60) n,
    lateral (select pg_temp.base() - pg_temp.chance(s * 100 + n, 16, 5000000) * interval '1 second' as at) t;
  insert into incidents (station, key, code, packs, detail, opened_at, opened_n, closed_at)
  select pg_temp.station(s), 'incident/' || n, 'placeUnknown', '[]', 'a pack without a place', at, n,
    case when n > 2 then at + interval '1 hour' end
  from generate_series(1, ${stations}) s, generate_series(1, 40) n,
    lateral (select pg_temp.base() - pg_temp.chance(s * 100 + n, 17, 5000000) * interval '1 second' as at) t;
  insert into dead_letters (station, journal_id, seq, boot, type, problem, payload, event_n, recorded_at, resolved_at)
  select pg_temp.station(1 + n % ${stations}), 'j', n, 1, 'stepCompleted', 'body: unknown', '{}', n, now(), case when n % 50 > 0 then now() end
  from generate_series(1, 20000) n;
  insert into work_orders (kind, station, slot, pack, reason, state, opened_at, closed_at)
  select 'removePack', pg_temp.station(1 + n % ${stations}), 1 + n % 60, pg_temp.pack(n), 'alarm', case when n % 20 = 0 then 'open' else 'closed' end,
    now() - n * interval '1 minute', case when n % 20 > 0 then now() end
  from generate_series(1, 20000) n;
  insert into stock_takes (station, by, taken_at, seen, differences, event_n)
  select pg_temp.station(1 + n % ${stations}), 'k', now(), '[]', '[]', n from generate_series(1, 8000) n;

  insert into reservations (id, vin, fleet, station, from_at, to_at, min_soc_pct, state, closed_at, by, created_at)
  select 'r-' || lpad(to_hex(n), 16, '0'), pg_temp.vin(v), pg_temp.fleet(v), pg_temp.station(1 + pg_temp.chance(n, 18, ${stations})), at,
    at + interval '15 minutes', 90, state, case when state <> 'open' then at + interval '20 minutes' end, 'k', at - interval '1 hour'
  from (select n, 1 + n % ${vehicles} as v, pg_temp.base() + (n - ${reservations} + 2000) * interval '40 seconds' as at,
      case when n > ${reservations} - 2000 then 'open' when n % 100 < 85 then 'kept' when n % 100 < 88 then 'broken'
        when n % 100 < 95 then 'noShow' else 'cancelled' end as state
    from generate_series(1, ${reservations}) n) made;
  insert into reservation_changes (reservation, revision, what, by)
  select 'r-' || lpad(to_hex(n), 16, '0'), 1, 'made', 'k' from generate_series(1, ${reservations}) n;
  insert into station_traffic (station, cycle_ms, walk_ins_per_hour, bays_working)
  select pg_temp.station(s), 119000, 20, 1 from generate_series(1, ${stations}) s;
  insert into opening_hours (station, spans, by) select pg_temp.station(s), '[]', 'k' from generate_series(1, 20) s;
  insert into maintenance_windows (id, station, from_at, to_at, reason, by)
  select 'm-' || n, pg_temp.station(1 + n % ${stations}), pg_temp.base() - n * interval '1 hour', pg_temp.base() - (n - 1) * interval '1 hour', 'grease', 'k'
  from generate_series(1, 6000) n;

  insert into imports (id, kind, mode, dry_run, state, rows, inserted, by, created_at, ended_at)
  select 'im-' || lpad(to_hex(n), 16, '0'), 'batteries', 'strict', false, case when n % 10 = 0 then 'rejected' else 'done' end, 100, 100, 'k',
    pg_temp.base() - n * interval '1 hour', now()
  from generate_series(1, 500) n;
  insert into import_errors (import_id, line, "column", reason)
  select 'im-' || lpad(to_hex(10 * n), 16, '0'), line, 'code', 'is not a code' from generate_series(1, 50) n, generate_series(1, 200) line;
  insert into webhook_endpoints (id, organisation, url, secret, created_by)
  select 'w-' || lpad(to_hex(n), 16, '0'), case when n % 3 > 0 then 'fleet-' || lpad((n % 40)::text, 2, '0') when n = 3 then 'blue-taxi' end,
    'https://example.com/' || n, 'whsec_x', 'k'
  from generate_series(1, 120) n;
  insert into webhook_events (id, type, source, subject, time, audience, data, recorded_at, spread_at)
  select 'evt_' || md5(n::text), 'reservation.lost', '/pitlane', 'r-' || n, now(), 'blue-taxi', '{}', now() - n * interval '1 minute', now()
  from generate_series(1, 30000) n;
  insert into webhook_deliveries (endpoint, event, type, state, next_at, give_up_at, created_at)
  select 'w-' || lpad(to_hex(1 + n % 120), 16, '0'), 'evt_' || md5(n::text), 'reservation.lost', case when n % 50 = 0 then 'failed' else 'delivered' end,
    now(), now(), now() - n * interval '1 minute'
  from generate_series(1, 30000) n;`;
