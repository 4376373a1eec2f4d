import { asc, type SQL, sql } from 'drizzle-orm';
import { calendarDays } from '../../schema/tables/lifecycle.ts';
import type { CalendarDay } from '../../schema/wire/api/traceability.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { runStatement, type Statement, statement } from '../db/statement.ts';
import { addWorkingDays, type Exceptions } from './working-days.ts';
import { readCalendar } from './write.ts';

export async function listCalendar(db: Database): Promise<CalendarDay[]> {
  const rows = await db.select().from(calendarDays).orderBy(asc(calendarDays.day));
  return rows.map(toDay);
}

/**
 * Enters a day, and dates the clocks that still run anew. What is written at the same moment by others, who know nothing of the day, `redateDuties`
 * finds.
 */
export async function enterDay(
  db: Database,
  day: { day: string; isWorking: boolean; name: string; by: string },
): Promise<Statement<Record<string, unknown>>> {
  const entered = new Map(await readCalendar(db)).set(day.day, day.isWorking);
  const dated = await misdated(db, entered);
  return statement<Record<string, unknown>>({
    parts: {
      put: sql`
        insert into calendar_days (day, is_working, name, by) values (${day.day}, ${day.isWorking}, ${day.name}, ${day.by})
        on conflict (day) do update set is_working = excluded.is_working, name = excluded.name, by = excluded.by, entered_at = now() returning *`,
      moved: movedPart(dated),
    },
    result: sql`select * from put`,
  });
}

/** Dates the clocks anew that do not end where the calendar of today says: days were entered at once, or a release has brought a year's holidays. */
export async function redateDuties(db: Database): Promise<number> {
  const dated = await misdated(db, await readCalendar(db));
  if (dated.length === 0) return 0;
  const result = sql`select count(*)::int as moved from moved`;
  const row = await runStatement(db, statement<{ moved: number }>({ parts: { moved: movedPart(dated) }, result }));
  return row?.moved ?? 0;
}

interface Dated {
  since: string;
  within_days: number;
  due_day: string;
}

/** Clocks of one day of events with the same time allowed end on the same day, so there are few to reckon. */
async function misdated(db: Database, entered: Exceptions): Promise<Dated[]> {
  const running = await db.execute<Dated & Record<string, unknown>>(sql`
    select distinct (e.occurred_at at time zone 'Asia/Shanghai')::date::text as since, d.within_days, d.due_day::text
    from life_duties d join life_events e on e.id = d.event where d.reported_at is null`);
  return running
    .map((was) => ({ ...was, is: addWorkingDays(was.since, was.within_days, entered) }))
    .filter(({ due_day, is }) => due_day !== is)
    .map(({ since, within_days, is }) => ({ since, within_days, due_day: is }));
}

const movedPart = (dated: readonly Dated[]): SQL => sql`
  update life_duties d set due_day = x.due_day
  from (select distinct * from jsonb_to_recordset(${JSON.stringify(dated)}::text::jsonb) as r(since date, within_days int, due_day date)) x, life_events e
  where d.reported_at is null and e.id = d.event and d.within_days = x.within_days
    and (e.occurred_at at time zone 'Asia/Shanghai')::date = x.since and d.due_day <> x.due_day returning d.event`;

export const dayOf = (row: Readonly<Record<string, unknown>>): CalendarDay => toDay(rowOf(calendarDays, row));

const toDay = ({ enteredAt, ...same }: typeof calendarDays.$inferSelect): CalendarDay => ({
  ...same,
  enteredAt: enteredAt.toISOString(),
});
