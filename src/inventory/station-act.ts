import { type SQL, sql } from 'drizzle-orm';
import { events } from '../../schema/tables/events.ts';
import { stationMarks, wakeups } from '../../schema/tables/station-marks.ts';
import { wakeChannel } from '../engine/index.ts';

export interface StationAct {
  /** Stations it concerns; none for what happens outside. */
  stations: readonly string[];
  type: string;
  by: string;
  body: object;
}

/**
 * The parts of a statement by which people change what an engine holds in memory. `marks` locks the stations in order, before anything else is
 * locked, as the engine's own statement does; `raised` takes each station's next log number and version once `agreed` (a part of the caller's
 * that has rows when the change is to be made) says so; the owner, having lost its check, loads the station anew.
 */
export const marksPart = (stations: readonly string[]): SQL => sql`
  select station from ${stationMarks} where station = any(${sql.param([...stations])}::text[]) order by station for update`;

export function actParts({ stations, type, by, body }: StationAct): Record<'raised' | 'line' | 'wake', SQL> {
  return {
    raised: sql`
      update ${stationMarks} k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      where k.station = any(${sql.param([...stations])}::text[]) and exists (select from agreed)
      returning k.station, k.version, k.event_n`,
    line: sql`
      insert into ${events} (station, n, occurred_at, source, type, cause, body)
      select station, event_n, now(), 'staff', ${type}, ${by}, ${JSON.stringify(body)}::text::jsonb from raised`,
    wake: sql`
      insert into ${wakeups} (station, version) select station, version from raised
      on conflict (station) do update set version = excluded.version`,
  };
}

/** For the result: tells the owners at once. Its poll makes up for a lost word. */
export const notified = sql`(select count(pg_notify(${wakeChannel}, station)) from raised)`;
