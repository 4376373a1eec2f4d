import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { wakeChannel } from '../engine/index.ts';

/**
 * What is stuck, per station and kind. A fact's subject begins with its station: a swap's id with `station.`, a charge's with `station/`. What
 * concerns no station, such as a pack moved between places outside, is in the metrics and the list alone.
 */
const stuck = sql`
  select split_part(split_part(f.subject, '/', 1), '.', 1) as station, f.consumer || '/' || split_part(f.problem, ':', 1) as kind,
    count(*)::int as facts, min(f.problem) as problem, min(f.subject) as subject
  from follow_ups f where f.problem is not null and f.consumer <> 'trace' group by 1, 2`;

/**
 * Raises an alarm at each station that has facts nobody could follow up, one per kind, and clears it when there are none. One statement, and the
 * same again changes nothing, so every process may run it. Only where an alarm comes or goes the station's gate is passed.
 */
export async function watchProblems(db: Database): Promise<number> {
  const [row] = await db.execute<{ alarms: number }>(sql`
    with stuck as materialized (${stuck}),
    wanted as materialized (select s.* from stuck s join stations t on t.id = s.station),
    shown as materialized (
      select station, substr(key, length('followUp/') + 1) as kind from alarms where key like 'followUp/%' and cleared_at is null),
    news as materialized (
      select coalesce(w.station, s.station) as station, coalesce(w.kind, s.kind) as kind, w.facts, w.problem, w.subject
      from wanted w full join shown s on s.station = w.station and s.kind = w.kind where w.station is null or s.station is null),
    marks as materialized (
      select station from station_marks where station in (select station from news) order by station for update),
    raised as (
      update station_marks k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      from marks where k.station = marks.station returning k.station, k.version, k.event_n),
    alarm as (
      insert into alarms as a (station, key, level, code, detail, raised_at, raised_n)
      select r.station, 'followUp/' || n.kind, 1, split_part(n.kind, '/', 2), left(n.facts || ' x ' || n.subject || ': ' || n.problem, 300), now(),
        r.event_n
      from raised r join news n on n.station = r.station where n.facts is not null
      on conflict (station, key) do update set detail = excluded.detail, raised_at = excluded.raised_at, raised_n = excluded.raised_n,
        cleared_at = null, times = a.times + 1),
    cleared as (
      update alarms a set cleared_at = now() from raised r join news n on n.station = r.station
      where n.facts is null and a.station = n.station and a.key = 'followUp/' || n.kind and a.cleared_at is null),
    line as (
      insert into events (station, n, occurred_at, source, type, cause, body)
      select r.station, r.event_n, now(), 'staff', 'followUps', 'settlement',
        (select jsonb_agg(jsonb_build_object('kind', n.kind, 'stuck', n.facts, 'problem', n.problem)) from news n where n.station = r.station)
      from raised r),
    wake as (
      insert into wakeups (station, version) select station, version from raised
      on conflict (station) do update set version = excluded.version)
    select (select count(pg_notify(${wakeChannel}, station)) from raised)::int as alarms`);
  return row?.alarms ?? 0;
}

export interface Backlog {
  consumer: string;
  waiting: number;
  stuck: number;
  /** Age of the oldest, seconds. */
  oldestS: number;
}

export async function readBacklog(db: Database): Promise<Backlog[]> {
  const rows = await db.execute<{ consumer: string; waiting: number; stuck: number; oldest_s: number }>(sql`
    select consumer, count(*)::int as waiting, count(problem)::int as stuck,
      greatest(0, extract(epoch from now() - min(created_at)))::float8 as oldest_s
    from follow_ups group by consumer`);
  return rows.map(({ consumer, waiting, stuck: withProblem, oldest_s }) => ({
    consumer,
    waiting,
    stuck: withProblem,
    oldestS: oldest_s,
  }));
}
