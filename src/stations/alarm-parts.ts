import { type SQL, sql } from 'drizzle-orm';
import { wakeChannel } from '../engine/index.ts';

export interface WatchedAlarms {
  /**
   * What ought to be shown now: a query with the columns station, key, code, level, detail, body (jsonb, for the log). One row per alarm; stations
   * that nobody has registered are left out.
   */
  wanted: SQL;
  /** Condition on `a.key`: the alarms that this watch has in its hands. */
  ours: SQL;
  /** Who watches, and how the log names what came and what went. */
  cause: string;
  came: string;
  went: string;
}

/**
 * Parts of a statement that raise what is wanted and not shown, or shown at a lower level, and clear what is shown and no longer wanted. The same again changes nothing, so every
 * process may run it. Only where an alarm comes or goes the station's gate is passed: it is a line of the station's log, and its engine loads anew.
 * `alarms_changed` has one row, `count`: stations with news.
 */
export const alarmParts = ({ wanted, ours, cause, came, went }: WatchedAlarms): Record<string, SQL> => ({
  wanted: sql`select w.* from (${wanted}) w join stations s on s.id = w.station and s.retired_at is null`,
  shown: sql`select a.station, a.key, a.level from alarms a where ${ours} and a.cleared_at is null`,
  news: sql`
    select coalesce(w.station, s.station) as station, coalesce(w.key, s.key) as key, w.code, w.level, w.detail, w.body, w.key is not null as is_new
    from wanted w full join shown s on s.station = w.station and s.key = w.key
    where w.key is null or s.key is null or w.level > s.level`,
  // In one order, so that two who watch do not wait for each other.
  marks: sql`select k.station from station_marks k where k.station in (select station from news) order by k.station for update`,
  raised: sql`
    update station_marks k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
    from marks where k.station = marks.station returning k.station, k.version, k.event_n`,
  raised_alarm: sql`
    insert into alarms as a (station, key, level, code, detail, raised_at, raised_n)
    select n.station, n.key, n.level, n.code, n.detail, now(), r.event_n from raised r join news n on n.station = r.station and n.is_new
    on conflict (station, key) do update set level = excluded.level, code = excluded.code, detail = excluded.detail, raised_at = excluded.raised_at,
      raised_n = excluded.raised_n, cleared_at = null, times = a.times + 1`,
  cleared_alarm: sql`
    update alarms a set cleared_at = now() from raised r join news n on n.station = r.station and not n.is_new
    where a.station = n.station and a.key = n.key and a.cleared_at is null`,
  alarm_line: sql`
    insert into events (station, n, occurred_at, source, type, cause, body)
    select r.station, r.event_n, now(), 'staff', case when bool_or(n.is_new) then ${came} else ${went} end, ${cause},
      case when count(*) = 1 then (array_agg(n.body))[1] else jsonb_agg(n.body) end
    from raised r join news n on n.station = r.station group by r.station, r.event_n`,
  wake: sql`
    insert into wakeups (station, version) select station, version from raised
    on conflict (station) do update set version = excluded.version`,
  alarms_changed: sql`select count(pg_notify(${wakeChannel}, station))::int as count from raised`,
});
