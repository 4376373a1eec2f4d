import { type SQL, sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { wakeChannel } from '../engine/index.ts';
import type { Log } from '../platform/log.ts';
import { beijingToday } from './today.ts';

const overdue = (today: string): SQL => sql`
  select d.station, count(*)::int as events, min(d.due_day)::text as since from life_duties d
  where d.reported_at is null and d.due_day < ${today}::date group by d.station`;

/**
 * Raises the alarm `reportOverdue` at each station of which the platform should have been told something, and clears it when it was. One statement,
 * and the same again changes nothing, so every process may run it.
 */
export async function watchReports(
  db: Database,
  today: string = beijingToday(),
): Promise<{ alarms: number; elsewhere: number }> {
  const [row] = await db.execute<{ alarms: number; elsewhere: number }>(sql`
    with late as materialized (${overdue(today)}),
    marks as materialized (
      select k.station from station_marks k
      where k.station in (select station from late where station is not null
          union select a.station from alarms a where a.key = 'reportOverdue' and a.cleared_at is null)
        and (exists (select from late l where l.station = k.station)
          <> exists (select from alarms a where a.station = k.station and a.key = 'reportOverdue' and a.cleared_at is null))
      order by k.station for update),
    raised as (
      update station_marks k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      from marks where k.station = marks.station returning k.station, k.version, k.event_n),
    alarm as (
      insert into alarms as a (station, key, level, code, detail, raised_at, raised_n)
      select r.station, 'reportOverdue', 1, 'reportOverdue', l.events || ' events of packs have not been reported, the first was due on ' || l.since, now(),
        r.event_n
      from raised r join late l on l.station = r.station
      on conflict (station, key) do update set detail = excluded.detail, raised_at = excluded.raised_at, raised_n = excluded.raised_n,
        cleared_at = null, times = a.times + 1),
    cleared as (
      update alarms a set cleared_at = now() from raised r
      where a.station = r.station and a.key = 'reportOverdue' and not exists (select from late l where l.station = r.station)),
    line as (
      insert into events (station, n, occurred_at, source, type, cause, body)
      select r.station, r.event_n, now(), 'staff', case when l.station is null then 'reportsDone' else 'reportsOverdue' end, 'traceability',
        jsonb_build_object('events', l.events, 'since', l.since)
      from raised r left join late l on l.station = r.station),
    wake as (
      insert into wakeups (station, version) select station, version from raised
      on conflict (station) do update set version = excluded.version)
    select (select count(pg_notify(${wakeChannel}, station)) from raised)::int as alarms,
      coalesce((select sum(events) from late where station is null), 0)::int as elsewhere`);
  return row ?? { alarms: 0, elsewhere: 0 };
}

/** Looks every minute. What is overdue and belongs to no station is an error in the log: no alarm could show it. */
export function startReportWatch({
  db,
  log,
  registry,
  everyMs = 60_000,
}: {
  db: Database;
  log: Log;
  registry?: Registry;
  everyMs?: number;
}): { stop(): Promise<void> } {
  if (registry) measure(db, registry);
  let looking: Promise<void> = Promise.resolve();
  let told = 0;
  const look = async () => {
    try {
      const { alarms, elsewhere } = await watchReports(db);
      if (alarms > 0) log.info({ alarms }, 'reports of packs that are overdue');
      if (elsewhere > told)
        log.error({ events: elsewhere }, 'events of packs outside stations should have been reported');
      told = elsewhere;
    } catch (error) {
      log.warn({ err: error }, 'the clocks of reports could not be looked at; trying again');
    }
  };
  const begin = () => {
    looking = looking.then(look);
  };
  const timer = setInterval(begin, everyMs);
  begin();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

function measure(db: Database, registry: Registry): void {
  new Gauge({
    name: 'pitlane_reports_overdue',
    help: 'Events in the lives of packs that should have been reported and are not.',
    registers: [registry],
    async collect() {
      const rows = await db.execute<{ events: number }>(sql`select events from (${overdue(beijingToday())}) late`);
      this.set(rows.reduce((sum, { events }) => sum + events, 0));
    },
  });
}
