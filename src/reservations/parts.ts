import { type SQL, sql } from 'drizzle-orm';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody } from '../../schema/tables/custody.ts';
import { events } from '../../schema/tables/events.ts';
import { reservationChanges, type reservations } from '../../schema/tables/reservations.ts';
import { slots } from '../../schema/tables/slots.ts';
import { stationMarks, wakeups } from '../../schema/tables/station-marks.ts';
import { wakeChannel } from '../engine/index.ts';
import type { Candidate } from './promising.ts';

/**
 * Parts of the statements that change reservations. The mark of the station is locked first, as in the engine's statement: what is held and freed
 * comes wholly before or wholly after a commit of the engine, and an owner that has stepped meanwhile loses its check and loads anew.
 */
export const lockMark = (station: SQL): SQL => sql`
  select k.station from ${stationMarks} k where k.station = ${station} for update`;

/**
 * The first of the candidates that still is what it was read as: in its slot, ready to be dispatched, and held for nobody else. It is checked on
 * the row as it is after the lock, so of two who want the last pack one gets it.
 */
export const takeCandidate = (candidates: readonly Candidate[], holder: string, from: SQL): SQL => sql`
  select b.code as pack, x.slot, x.ready_at, x.because, ${from}.station from ${from},
    jsonb_to_recordset(${JSON.stringify(candidates.map(asRow))}::text::jsonb)
      as x(at int, pack text, slot int2, version int8, ready_at timestamptz, because text)
    join ${batteries} b on b.code = x.pack join ${custody} c on c.pack = x.pack
  where c.version = x.version and b.status = 'inService' and b.alarm_level < 2
    and (b.reserved_by is null or b.reserved_by = ${holder})
  order by x.at limit 1 for update of b, c`;

const asRow = ({ pack, slot, custodyVersion, readyAt, because }: Candidate, at: number) => ({
  at,
  pack,
  slot,
  version: custodyVersion,
  ready_at: new Date(readyAt).toISOString(),
  because,
});

/** Holds the pack of `from` (its `pack`) and frees what else the reservation held: at the station, and the one it had, wherever that is. */
export const holdPack = (holder: string, had: string | null, from: SQL): SQL => sql`
  update ${batteries} b set reserved_by = case when b.code = f.pack then ${holder} end
  from (select c.pack as code, ${from}.pack from ${custody} c, ${from} where c.station = ${from}.station
    union select ${had}::text, ${from}.pack from ${from}) f
  where b.code = f.code and (b.code = f.pack or b.reserved_by = ${holder}) returning b.code`;

/** Frees all that is held for the reservation of `from` (its `id` and `station`), and the pack it had, wherever that is. */
export const freePacks = (from: SQL, had: string | null): SQL => sql`
  update ${batteries} b set reserved_by = null
  from (select c.pack as code, ${from}.id from ${custody} c, ${from} where c.station = ${from}.station
    union select ${had}::text, ${from}.id from ${from}) f
  where b.code = f.code and b.reserved_by = f.id returning b.code`;

export const freeSlots = (from: SQL): SQL => sql`
  update ${slots} s set reserved_by = null from ${from}
  where s.station = ${from}.station and s.reserved_by = ${from}.id returning s.slot`;

type What = (typeof reservationChanges.$inferInsert)['what'];

export interface Change {
  what: What;
  by: string;
  detail: object | null;
}

/** History line of the reservation of `from` (its `id` and `revision`). */
export const writeHistory = ({ what, by, detail }: Change, from: SQL): SQL => sql`
  insert into ${reservationChanges} (reservation, revision, what, by, detail)
  select ${from}.id, ${from}.revision, ${what}, ${by}, ${detail === null ? null : JSON.stringify(detail)}::text::jsonb from ${from}
  returning reservation`;

/** Raises the station's version, takes the next number of its log, writes the line and wakes the owner. */
export function stationParts({ what, by, detail }: Change, from: SQL): Record<'gate' | 'log' | 'wake', SQL> {
  return {
    gate: sql`update ${stationMarks} k set version = k.version + 1, event_n = k.event_n + 1, changed_at = now()
      from ${from} where k.station = ${from}.station returning k.station, k.version, k.event_n`,
    log: sql`insert into ${events} (station, n, occurred_at, source, type, cause, body)
      select gate.station, gate.event_n, now(), 'reservation', ${`reservation.${what}`}, ${by},
        jsonb_build_object('id', ${from}.id, 'vin', ${from}.vin, 'pack', ${from}.pack, 'detail', ${JSON.stringify(detail)}::text::jsonb)
      from gate, ${from} returning n`,
    wake: sql`insert into ${wakeups} (station, version) select station, version from gate
      on conflict (station) do update set version = excluded.version returning station`,
  };
}

/** For the SELECT at the end: wakes the owner at the commit. */
export const wakeOwner = sql`(select pg_notify(${wakeChannel}, station)::text from gate) as woken`;

export type ReservationRow = typeof reservations.$inferSelect;
