import { type SQL, sql } from 'drizzle-orm';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import type { Database } from '../db/client.ts';
import type { LifeEvent } from './life-of-moves.ts';
import { reportWithinDays, rulesVersion } from './rules.ts';
import { addWorkingDays, type Exceptions } from './working-days.ts';

/** Days that people have entered over the announced ones. */
export async function readCalendar(db: Database): Promise<Exceptions> {
  const rows = await db.execute<{ day: string; is_working: boolean }>(
    sql`select day::text, is_working from calendar_days`,
  );
  return new Map(rows.map(({ day, is_working }) => [day, is_working]));
}

const nameOfColumn = {
  code: 'code',
  linkedCode: 'linked_code',
  type: 'type',
  source: 'source',
  occurredAt: 'occurred_at',
  party: 'party',
  owner: 'owner',
  vin: 'vin',
  station: 'station',
  fromPlace: 'from_place',
  toPlace: 'to_place',
  odometerKm: 'odometer_km',
  socPct: 'soc_pct',
  sohPct: 'soh_pct',
} as const;

function rowOf(event: LifeEvent, entered: Exceptions): Record<string, unknown> {
  const withinDays = reportWithinDays[event.type];
  const day = beijingDay(Date.parse(event.occurredAt));
  const row: Record<string, unknown> = {
    within_days: withinDays,
    due_day: withinDays === null ? null : addWorkingDays(day, withinDays, entered),
    body: { ...event.body, rules: rulesVersion },
  };
  for (const [key, column] of Object.entries(nameOfColumn)) row[column] = event[key as keyof LifeEvent];
  return row;
}

/**
 * Parts of a statement that write events and start their clocks: `life` gives the new events. `gate`, where given, is a condition on the row `x`
 * (its column `subject`) that names what the events follow from.
 */
export function lifeParts(
  events: readonly { subject: string; event: LifeEvent }[],
  entered: Exceptions,
  gate: SQL = sql`true`,
): Record<'given_life' | 'life' | 'duties', SQL> {
  const rows = events.map(({ subject, event }) => ({ subject, ...rowOf(event, entered) }));
  return {
    given_life: sql`
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as x(subject text, code text, linked_code text, type text, source text,
        occurred_at timestamptz, party text, owner text, vin text, station text, from_place text, to_place text, odometer_km float8, soc_pct float8,
        soh_pct float8, body jsonb, within_days int, due_day date)
      where ${gate}`,
    life: sql`
      insert into life_events (code, linked_code, type, source, occurred_at, party, owner, vin, station, from_place, to_place, odometer_km, soc_pct,
        soh_pct, body)
      select code, linked_code, type, source, occurred_at, party, owner, vin, station, from_place, to_place, odometer_km, soc_pct, soh_pct, body
      from given_life on conflict (type, source) do nothing returning id, type, source, station`,
    duties: sql`
      insert into life_duties (event, station, within_days, due_day)
      select l.id, l.station, g.within_days, g.due_day from life l join given_life g on g.type = l.type and g.source = l.source
      where g.within_days is not null returning event`,
  };
}
