import { sql } from 'drizzle-orm';
import type { CustodyAudit, CustodyViolation } from '../../schema/wire/api/battery.ts';
import type { Database } from '../db/client.ts';

/**
 * Examines the custody of every pack: the ledger's own rules, and every difference from what each station said in its last hello.
 * Each part is one statement and therefore of one moment; swaps may go on meanwhile.
 */
export async function auditCustody(db: Database, stations: readonly string[] | null): Promise<CustodyAudit> {
  const [[counts], rules, hellos] = await Promise.all([
    db.execute<{ examined: number; unknown: number; stations: number; places: number }>(countPacks(stations)),
    db.execute<ViolationRow>(checkRules(stations)),
    db.execute<ViolationRow>(compareHellos(stations)),
  ]);
  if (!counts) throw new Error('a count returns a row');
  return {
    examined: Number(counts.examined),
    places: Number(counts.places),
    stations: Number(counts.stations),
    unknown: Number(counts.unknown),
    violations: [...rules, ...hellos].map(({ rule, station: at, place, packs, detail }) => ({
      rule,
      station: at,
      place,
      packs,
      detail,
    })),
  };
}

/** Null: all. */
type Among = readonly string[] | null;
type ViolationRow = CustodyViolation & Record<string, unknown>;

const openStates = sql.raw(`('requested', 'running', 'needs-person')`);
const singleKinds = sql.raw(`('slot', 'berth', 'lift', 'vehicle', 'isolation')`);

const countPacks = (stations: Among) => sql`
  select count(*) as examined, count(*) filter (where kind = 'unknown') as unknown,
    (select count(*) from stations where retired_at is null and ${only('id', stations)}) as stations,
    (select coalesce(sum(jsonb_array_length(body -> 'slots') + jsonb_array_length(body -> 'isolation')
       + (select sum(jsonb_array_length(bay -> 'places')) from jsonb_array_elements(body -> 'bays') bay)), 0)
     from station_hellos where ${only('station', stations)}) as places
  from custody where ${only('station', stations)}`;

/** The condition on these stations, or none. */
const only = (column: string, stations: Among) =>
  stations === null ? sql`true` : sql`${sql.raw(column)} = any(${sql.param([...stations])}::text[])`;

/** Rules that hold whatever the stations say. What the database itself enforces is examined all the same. */
const checkRules = (stations: Among) => sql`
  with c as materialized (select * from custody where ${only('station', stations)})
  select 'packWithoutPlace' as rule, null as station, null as place, array[b.code] as packs, 'the pack has no place' as detail
    from batteries b
    where ${stations === null} and not exists (select from custody where pack = b.code)
  union all
  select 'placeWithoutPack', c.station, c.place, array[c.pack], 'the ledger has a place for a pack it does not know'
    from c where not exists (select from batteries where code = c.pack)
  union all
  select 'placeHoldsTwo', min(c.station), c.place, array_agg(c.pack), 'the place holds one pack'
    from c where c.kind in ${singleKinds} group by c.place having count(*) > 1
  union all
  select 'placeDiffersFromLastMove', c.station, c.place, array[c.pack],
      'the last move, ' || coalesce(m.version::text, 'missing') || ', led to ' || coalesce(m.to_place, 'nowhere')
    from c left join lateral (
      select version, to_place from custody_moves where pack = c.pack order by version desc limit 1) m on true
    where m.version is distinct from c.version or m.to_place is distinct from c.place
  union all
  select 'movesDoNotChain', c.station, c.place, array[c.pack],
      'move ' || m.version || ' starts at ' || coalesce(m.from_place, 'nowhere') || ', the one before ended at '
        || coalesce(before.to_place, 'nowhere')
    from c
    join custody_moves m on m.pack = c.pack and m.version = c.version
    left join custody_moves before on before.pack = c.pack and before.version = c.version - 1
    where c.version > 1 and m.from_place is distinct from before.to_place
  union all
  select 'inMotionWithoutSwap', c.station, c.place, array[c.pack], 'the pack is on a berth or lift, and the bay has no open swap'
    from c
    where c.kind in ('berth', 'lift')
      and not exists (
        select from machines m where m.station = c.station and m.bay = split_part(c.place, '/', 3)
          and m.machine = 'cycle' and m.ended_at is null)
      and not exists (
        select from swaps s where s.station = c.station and s.bay = split_part(c.place, '/', 3)
          and s.state in ${openStates} and s.state <> 'completed')
  union all
  select 'noSuchSlot', c.station, c.place, array[c.pack], 'the station has no such slot'
    from c
    where c.kind = 'slot' and not exists (
      select from stations s
      where s.id = c.station and split_part(c.place, '/', 3) ~ '^[1-9][0-9]{0,2}$'
        and split_part(c.place, '/', 3)::int <= (s.type ->> 'slots')::int
        and c.place = s.id || '/slot/' || split_part(c.place, '/', 3))`;

/**
 * Every place of every last hello against the ledger. What has moved since that hello is not a difference: the ledger is newer there.
 * A pack in a car is kept under the car, so the frame at the bay is compared as the car that stood there.
 */
const compareHellos = (stations: Among) => sql`
  with said as (
    select h.station, h.event_n, h.applied_at, h.station || '/slot/' || (slot ->> 'slot') as place, slot ->> 'code' as code
      from station_hellos h, jsonb_array_elements(h.body -> 'slots') slot where ${only('h.station', stations)}
    union all
    select h.station, h.event_n, h.applied_at, h.station || '/' || (box ->> 'place'), box ->> 'code'
      from station_hellos h, jsonb_array_elements(h.body -> 'isolation') box where ${only('h.station', stations)}
    union all
    select h.station, h.event_n, h.applied_at,
        case when spot ->> 'place' like '%/vehicle' then 'vehicle/' || (bay -> 'vehicle' ->> 'vin')
             else h.station || '/' || (spot ->> 'place') end,
        spot ->> 'code'
      from station_hellos h, jsonb_array_elements(h.body -> 'bays') bay, jsonb_array_elements(bay -> 'places') spot
      where ${only('h.station', stations)}
  )
  select 'differsFromHello' as rule, said.station, said.place, array_remove(array[nullif(said.code, 'unreadable'), l.pack], null) as packs,
      'the station said ' || coalesce(said.code, 'empty') || ', the ledger has ' || coalesce(l.pack, 'nothing')
        || case when c.place is not null then ' and that pack at ' || c.place else '' end as detail
    from said
    left join custody l on l.place = said.place and l.kind in ${singleKinds}
    left join custody c on c.pack = said.code
    where said.place is not null and l.pack is distinct from said.code
      and not exists (
        select from custody_moves m
        where m.pack in (said.code, l.pack) and m.version = case m.pack when l.pack then l.version else c.version end
          and case when m.station = said.station then m.event_n > said.event_n else m.recorded_at > said.applied_at end)
    order by said.station, said.place`;
