import { type SQL, sql } from 'drizzle-orm';
import { events } from '../../schema/tables/events.ts';
import { stationMarks, wakeups } from '../../schema/tables/station-marks.ts';

/**
 * Parts of a statement that say in the station's log what people changed of it: the next number under the station's gate, and a word to the owner.
 * `from` is the part that made the change and gives its `station`; nothing is written when it gave no row. The owner finds the wake-up.
 */
export const staffLine = (
  { type, by, body }: { type: string; by: string; body: object },
  from: SQL,
): Record<'gate' | 'log' | 'wake', SQL> => ({
  gate: sql`update ${stationMarks} k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
    from ${from} where k.station = ${from}.station returning k.station, k.version, k.event_n`,
  log: sql`insert into ${events} (station, n, occurred_at, source, type, cause, body)
    select gate.station, gate.event_n, now(), 'staff', ${type}, ${by}, ${JSON.stringify(body)}::text::jsonb from gate returning n`,
  wake: sql`insert into ${wakeups} (station, version) select station, version from gate
    on conflict (station) do update set version = excluded.version returning station`,
});
