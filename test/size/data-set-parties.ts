import type { Size } from './data-set.ts';

/** Who there is: parties, people, keys, cars. */
export const partiesSql = ({ vehicles, stations }: Size): string => `
  insert into organisations (id, kind, name)
  select id, kind, 'The ' || id from (values ('pitlane', 'operator'), ('city', 'regulator'), ('blue-taxi', 'fleet'), ('green-cab', 'fleet'),
    ('city-go', 'fleet'), ('tiny-cabs', 'fleet'), ('new-fleet', 'fleet'), ('pack-bank', 'owner'), ('cell-lease', 'owner'),
    ('small-owner', 'owner'), ('new-owner', 'owner')) as o (id, kind)
  union all select 'fleet-' || lpad(n::text, 2, '0'), 'fleet', 'Fleet ' || n from generate_series(0, 39) n
  union all select 'owner-' || lpad(n::text, 2, '0'), 'owner', 'Owner ' || n from generate_series(0, 19) n;

  insert into users (id, email, name, role, organisation, stations, password_set_at)
  select 'u' || lpad(to_hex(n), 12, '0'), 'user-' || n || '@example.com', 'User ' || n,
    case when n % 10 < 6 then 'staff' when n % 10 < 9 then 'fleet' else 'maintenance' end,
    case when n % 10 between 6 and 8 then coalesce(pg_temp.fleet(n), 'blue-taxi') end,
    case when n % 10 not between 6 and 8 then array[pg_temp.station(1 + n % ${stations})] else '{}' end, now()
  from generate_series(1, 3000) n;

  insert into sessions (hash, id, "user", method, created_at, last_used_at, expires_at)
  select encode(sha256(n::text::bytea), 'hex'), 's' || n, 'u' || lpad(to_hex(1 + n % 3000), 12, '0'), 'password',
    now() - interval '1 day', now(), now() + interval '1 day'
  from generate_series(1, 12000) n;

  insert into sign_in_attempts (subject, count, since) select 'email:' || n, 1, now() from generate_series(1, 3000) n;

  insert into api_keys (id, hash, prefix, label, role, organisation)
  select lpad(to_hex(n), 12, '0'), encode(sha256(('k' || n)::bytea), 'hex'), 'pl_' || lpad(to_hex(n), 12, '0'), 'Key ' || n, 'fleet',
    coalesce(pg_temp.fleet(n), 'blue-taxi')
  from generate_series(1, 3000) n;

  insert into idempotency_keys (id, caller, operation, fingerprint, outcome, created_at)
  select encode(sha256(n::text::bytea), 'hex'), 'k', 'POST /x', 'f', '{}', now() - n * interval '1 second' from generate_series(1, 20000) n;

  -- Of 2,000 people and keys, a third of them of fleets.
  insert into acts (at, actor, role, party, what, kind, object, request)
  select pg_temp.base() - n * interval '37 seconds', 'user:u' || lpad(to_hex(1 + n % 2000), 12, '0'), 'fleet',
    case when n % 3 = 0 then coalesce(pg_temp.fleet(n % 2000), 'blue-taxi') end, 'leaseSuspended',
    (array['lease', 'session', 'battery', 'vehicle', 'bay', 'key'])[1 + n % 6], 'l-' || lpad(to_hex(n % 20000), 16, '0'), 'r-' || n
  from generate_series(1, 200000) n;

  insert into vehicles (vin, plate, fleet, firmware, odometer_km, last_station, last_seen_at, swap_count)
  select pg_temp.vin(v), '京A' || lpad(v::text, 6, '0'), pg_temp.fleet(v), 'v-2.' || v % 5, 1000 + v,
    case when v % 50 <> 0 then pg_temp.station(1 + pg_temp.chance(v, 1, ${stations})) end,
    pg_temp.base() - pg_temp.chance(v, 2, 86400) * interval '1 second', 50
  from generate_series(1, ${vehicles}) v;`;
