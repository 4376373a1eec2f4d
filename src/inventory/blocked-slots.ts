import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oneStatement } from '../db/statement.ts';
import { wakeChannel } from '../engine/index.ts';
import { alarmParts } from '../stations/alarm-parts.ts';

/** A station is blocked when more than this share of its slots hold packs that cannot be dispatched. */
export const blockedShare = 0.1;

/**
 * A pack in a slot that cannot be dispatched: out of service, with an alarm of level 2 or above, or behind a lock. One that only has to be charged
 * is not among them. Three small sets by index, not a walk through all packs.
 */
const blocking = sql`
  select distinct on (c.pack) c.station, split_part(c.place, '/', 3)::smallint as slot, c.pack, x.reason
  from (
    select b.code, 1 as rank, b.status as reason from batteries b where b.status <> 'inService'
    union all select b.code, 2, 'alarm of level ' || b.alarm_level from batteries b where b.alarm_level >= 2
    union all select l.pack, 3, 'slot locked' from slots s
      join custody l on l.kind = 'slot' and l.place = s.station || '/slot/' || s.slot where s.locked) x
  join custody c on c.pack = x.code and c.kind = 'slot' and c.station is not null
  order by c.pack, x.rank`;

/**
 * Looks at every station at once: raises and clears the alarm `slotsBlocked`, opens a work order to remove each pack that blocks a slot of such a
 * station, and closes the orders whose pack has left its slot or may be dispatched again. One statement, and the same again changes nothing, so every
 * process may run it whenever it likes. Only where an alarm comes or goes the station's gate is passed: the alarm is a line of its log.
 */
export async function watchSlots(db: Database): Promise<{ opened: number; closed: number; alarms: number }> {
  const alarms = alarmParts({
    wanted: sql`
      select station, 'slotsBlocked' as key, 'slotsBlocked' as code, 1 as level,
        packs || ' of ' || slots || ' slots hold packs that cannot be dispatched' as detail,
        jsonb_build_object('packs', packs, 'slots', slots) as body
      from blocked`,
    ours: sql`a.key = 'slotsBlocked'`,
    cause: 'inventory',
    came: 'slotsBlocked',
    went: 'slotsFree',
  });
  const [row] = await db.execute<{ opened: number; closed: number; alarms: number }>(
    oneStatement(
      {
        blocking,
        blocked: sql`
          select b.station, count(*)::int as packs, (s.type ->> 'slots')::int as slots
          from blocking b join stations s on s.id = b.station and s.retired_at is null
          group by b.station, s.type ->> 'slots' having count(*) > ${blockedShare}::float8 * (s.type ->> 'slots')::int`,
        ...alarms,
        opened: sql`
          insert into work_orders (kind, station, slot, pack, reason)
          select 'removePack', x.station, x.slot, x.pack, x.reason from blocking x join blocked b on b.station = x.station
          where not exists (select from work_orders w where w.pack = x.pack and w.kind = 'removePack' and w.state <> 'closed')
          on conflict (kind, pack) where state <> 'closed' do nothing returning id`,
        closed: sql`
          update work_orders w set state = 'closed', closed_at = now(), edition = edition + 1,
            closed_note = case when exists (select from custody c where c.pack = w.pack and c.place = w.station || '/slot/' || w.slot)
              then 'the pack may be dispatched again' else 'the pack has left the slot' end
          where w.state <> 'closed' and w.kind = 'removePack' and not exists (
            select from blocking x where x.pack = w.pack and x.station = w.station and x.slot = w.slot)
          returning w.id`,
      },
      sql`select (select count(*) from opened)::int as opened, (select count(*) from closed)::int as closed, count as alarms from alarms_changed`,
    ),
  );
  return row ?? { opened: 0, closed: 0, alarms: 0 };
}

/**
 * Ends the differences of stock-takes that have answered themselves: the station has read the slot since, by a record or a hello, or one of the packs
 * has moved. What the reader found stands in the custody history; nothing is corrected here.
 */
export async function settleDifferences(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    with answered as materialized (
      select i.station, i.key, case
          when exists (select from custody_moves m where m.pack in (select jsonb_array_elements_text(i.packs)) and m.recorded_at > t.recorded_at)
            then 'one of the packs has moved since'
          when exists (select from station_hellos h where h.station = i.station and h.event_n > i.opened_n)
            then 'the station has read every slot since'
          when exists (select from events e where e.station = i.station and e.n > greatest(i.opened_n, k.event_n - 500) and e.type = 'packRead'
              and e.body ->> 'place' = substr(i.key, length('stocktake/') + 1))
            then 'the station has read the slot since'
        end as how
      from incidents i join station_marks k on k.station = i.station
        join stock_takes t on t.station = i.station and t.event_n = i.opened_n
      where i.code = 'stockTakeDiffers' and i.closed_at is null),
    marks as materialized (
      select station from station_marks where station in (select station from answered where how is not null) order by station for update)
    update incidents i set closed_at = now(), closed_detail = a.how
    from answered a, marks where marks.station = i.station and a.how is not null and i.station = a.station and i.key = a.key
      and i.closed_at is null returning i.key`);
  return rows.length;
}

/**
 * Tells a station that another one has read a pack of its slots: the other's commit moved the custody row, and the image that this station's engine
 * holds is of before. Once per incident, as a line of its log; with the version that rises its engine loads it anew and gives the pack no more.
 */
export async function tellOtherSide(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    with told as materialized (
      select distinct on (loser) loser, pack, here, incident from (
        select split_part(m.from_place, '/', 1) as loser, m.pack, m.to_place as here, i.station || '#' || i.opened_n as incident
        from incidents i join custody_moves m on m.station = i.station and m.event_n = i.opened_n and i.packs ? m.pack
        where i.code = 'packInTwoPlaces' and i.closed_at is null) x
      where not exists (
        select from events e where e.station = x.loser and e.source = 'staff' and e.type = 'packSeenElsewhere' and e.body ->> 'incident' = x.incident)
      order by loser),
    marks as materialized (select k.station from station_marks k where k.station in (select loser from told) order by k.station for update),
    raised as (
      update station_marks k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      from marks where k.station = marks.station returning k.station, k.version, k.event_n),
    line as (
      insert into events (station, n, occurred_at, source, type, cause, body)
      select r.station, r.event_n, now(), 'staff', 'packSeenElsewhere', 'inventory',
        jsonb_build_object('pack', t.pack, 'at', t.here, 'incident', t.incident)
      from raised r join told t on t.loser = r.station),
    wake as (
      insert into wakeups (station, version) select station, version from raised
      on conflict (station) do update set version = excluded.version)
    select station, pg_notify(${wakeChannel}, station) from raised`);
  return rows.length;
}
