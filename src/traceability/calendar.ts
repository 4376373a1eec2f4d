import { asc, sql } from 'drizzle-orm';
import { calendarDays } from '../../schema/tables/lifecycle.ts';
import type { CalendarDay } from '../../schema/wire/api/traceability.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { addWorkingDays } from './working-days.ts';
import { readCalendar } from './write.ts';

export async function listCalendar(db: Database): Promise<CalendarDay[]> {
  const rows = await db.select().from(calendarDays).orderBy(asc(calendarDays.day));
  return rows.map(toDay);
}

/**
 * Enters a day, and dates the clocks that still run anew: those of one day of events with the same time allowed end on the same day, so there
 * are few to reckon.
 */
export async function enterDay(
  db: Database,
  day: { day: string; isWorking: boolean; name: string; by: string },
): Promise<Statement<Record<string, unknown>>> {
  const entered = new Map(await readCalendar(db)).set(day.day, day.isWorking);
  const running = await db.execute<{ since: string; within_days: number }>(sql`
    select distinct (e.occurred_at at time zone 'Asia/Shanghai')::date::text as since, d.within_days
    from life_duties d join life_events e on e.id = d.event where d.reported_at is null`);
  const dated = running.map(({ since, within_days }) => ({
    since,
    within_days,
    due_day: addWorkingDays(since, within_days, entered),
  }));
  return statement<Record<string, unknown>>({
    parts: {
      put: sql`
        insert into calendar_days (day, is_working, name, by) values (${day.day}, ${day.isWorking}, ${day.name}, ${day.by})
        on conflict (day) do update set is_working = excluded.is_working, name = excluded.name, by = excluded.by, entered_at = now() returning *`,
      moved: sql`
        update life_duties d set due_day = x.due_day
        from jsonb_to_recordset(${JSON.stringify(dated)}::text::jsonb) as x(since date, within_days int, due_day date), life_events e
        where d.reported_at is null and e.id = d.event and d.within_days = x.within_days
          and (e.occurred_at at time zone 'Asia/Shanghai')::date = x.since and d.due_day <> x.due_day returning d.event`,
    },
    result: sql`select * from put`,
  });
}

export const dayOf = (row: Readonly<Record<string, unknown>>): CalendarDay => toDay(rowOf(calendarDays, row));

const toDay = ({ enteredAt, ...same }: typeof calendarDays.$inferSelect): CalendarDay => ({
  ...same,
  enteredAt: enteredAt.toISOString(),
});
