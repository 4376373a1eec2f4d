import { type SQL, sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { oneStatement } from '../db/statement.ts';
import type { Log } from '../platform/log.ts';
import { alarmParts } from '../stations/alarm-parts.ts';
import { redateDuties } from './calendar.ts';
import { beijingToday } from './today.ts';

const late = (today: string): SQL => sql`
  select d.station, count(*)::int as events, min(d.due_day)::text as since from life_duties d
  where d.reported_at is null and d.due_day < ${today}::date group by d.station`;

/**
 * The alarm `reportOverdue` stands at each station of which the platform should have been told something. What belongs to no station is
 * counted as `elsewhere`.
 */
export async function watchReports(
  db: Database,
  today: string = beijingToday(),
): Promise<{ alarms: number; elsewhere: number }> {
  const parts = alarmParts({
    wanted: sql`
      select station, 'reportOverdue' as key, 'reportOverdue' as code, 1 as level,
        events || ' events of packs have not been reported, the first was due on ' || since as detail,
        jsonb_build_object('events', events, 'since', since) as body
      from late where station is not null`,
    ours: sql`a.key = 'reportOverdue'`,
    cause: 'traceability',
    came: 'reportsOverdue',
    went: 'reportsDone',
  });
  const [row] = await db.execute<{ alarms: number; elsewhere: number }>(
    oneStatement(
      { late: late(today), ...parts },
      sql`select count as alarms, coalesce((select sum(events) from late where station is null), 0)::int as elsewhere from alarms_changed`,
    ),
  );
  return row ?? { alarms: 0, elsewhere: 0 };
}

/** So many looks between two at the calendar, of which the first is at the start: a release may have brought another. */
const looksPerCalendar = 10;

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
  let looks = 0;
  const look = async () => {
    try {
      if (looks++ % looksPerCalendar === 0) {
        const moved = await redateDuties(db);
        if (moved > 0) log.info({ moved }, 'clocks of reports were dated anew by the calendar');
      }
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
      const rows = await db.execute<{ events: number }>(sql`select events from (${late(beijingToday())}) l`);
      this.set(rows.reduce((sum, { events }) => sum + events, 0));
    },
  });
}
