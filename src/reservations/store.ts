import { type SQL, sql } from 'drizzle-orm';
import { reservations } from '../../schema/tables/reservations.ts';
import type { Alternative } from '../../schema/wire/api/reservation.ts';
import { type Statement, statement } from '../db/statement.ts';
import { tellFleet } from './notify.ts';
import {
  type Change,
  freePacks,
  freeSlots,
  holdPack,
  lockMark,
  stationParts,
  takeCandidate,
  wakeOwner,
  writeHistory,
} from './parts.ts';
import type { Candidate, Wish } from './promising.ts';

export interface NewReservation {
  id: string;
  station: string;
  fleet: string | null;
  wish: Wish;
  candidates: readonly Candidate[];
  /** For the refusal, should all candidates be gone. */
  alternative: Alternative | null;
  by: string;
}

/** `held` false: the packs have gone to others meanwhile. `made` false with a held one: the car has another reservation then. */
export interface MadeRow {
  held: boolean;
  made: boolean;
  reservation: Record<string, unknown> | null;
  alternative: Alternative | null;
}

/** Of the locked row `cur`, so that of two changes of the same edition one wins. */
const isEdition = (editions: readonly number[] | null): SQL =>
  editions === null ? sql`true` : sql`cur.edition = any(${sql.param([...editions])}::int[])`;

const iso = (at: number): string => new Date(at).toISOString();

/** Holds the pack and writes the reservation: both or neither. */
export function makeReservation(own: NewReservation): Statement<MadeRow> {
  const { id, station, fleet, wish, candidates, alternative, by } = own;
  const from = sql`made`;
  const change: Change = {
    what: 'made',
    by,
    detail: { from: iso(wish.from), to: iso(wish.to), minSoc: wish.minSocPct },
  };
  return statement({
    parts: {
      mark: lockMark(sql`${station}`),
      free: takeCandidate(candidates, id, sql`mark`),
      made: sql`insert into ${reservations} as r (id, vin, fleet, station, from_at, to_at, min_soc_pct, accept_below_floor, pack, slot, ready_at, because, by)
        select ${id}, ${wish.vin}, ${fleet}::text, free.station, ${iso(wish.from)}::timestamptz, ${iso(wish.to)}::timestamptz,
          ${wish.minSocPct}::float8, ${wish.acceptBelowFloor ?? false}::boolean, free.pack, free.slot, free.ready_at, free.because, ${by} from free
        on conflict do nothing returning r.*`,
      held: holdPack(id, null, from),
      history: writeHistory(change, from),
      ...stationParts(change, from),
      ...tellFleet('made', from),
    },
    result: sql`select exists (select from free) as held, exists (select from made) as made, (select to_jsonb(made) from made) as reservation,
      ${alternative === null ? null : JSON.stringify(alternative)}::text::jsonb as alternative, ${wakeOwner}`,
  });
}

export interface ChangedRow {
  found: boolean;
  /** The edition that was named, and still open. */
  current: boolean;
  held: boolean;
  overlaps: boolean;
  reservation: Record<string, unknown> | null;
}

/** Gives the reservation another window, with the pack that can be promised for it. */
export function changeReservation(own: {
  id: string;
  station: string;
  /** Pack it had when it was read. */
  had: string | null;
  wish: Wish;
  candidates: readonly Candidate[];
  editions: readonly number[] | null;
  by: string;
}): Statement<ChangedRow> {
  const { id, station, wish, candidates, editions, by } = own;
  const from = sql`changed`;
  const change: Change = {
    what: 'changed',
    by,
    detail: { from: iso(wish.from), to: iso(wish.to), minSoc: wish.minSocPct },
  };
  return statement({
    parts: {
      mark: lockMark(sql`${station}`),
      cur: sql`select r.* from ${reservations} r, mark where r.id = ${id} and r.station = mark.station for update of r`,
      mine: sql`select cur.id, cur.station from cur where cur.state = 'open' and cur.arrived_at is null and ${isEdition(editions)}`,
      other: sql`select r.id from ${reservations} r where r.vin = ${wish.vin} and r.state = 'open' and r.id <> ${id}
        and tstzrange(r.from_at, r.to_at) && tstzrange(${iso(wish.from)}::timestamptz, ${iso(wish.to)}::timestamptz)`,
      free: takeCandidate(candidates, id, sql`mine`),
      changed: sql`update ${reservations} r set from_at = ${iso(wish.from)}::timestamptz, to_at = ${iso(wish.to)}::timestamptz,
          min_soc_pct = ${wish.minSocPct}::float8, accept_below_floor = ${wish.acceptBelowFloor ?? false}::boolean, pack = free.pack, slot = free.slot, ready_at = free.ready_at, because = free.because,
          lost_at = null, lost_reason = null, alternative = null, edition = r.edition + 1, revision = r.revision + 1,
          bay_told = case when r.bay_told is not null then 'over' end, claimed_until = null
        from free where r.id = ${id} and not exists (select from other) returning r.*`,
      held: holdPack(id, own.had, from),
      history: writeHistory(change, from),
      ...stationParts(change, from),
      ...tellFleet('changed', from),
    },
    result: sql`select exists (select from cur) as found, exists (select from mine) as current, exists (select from free) as held,
      exists (select from other) as overlaps, (select to_jsonb(changed) from changed) as reservation, ${wakeOwner}`,
  });
}

export interface CancelledRow {
  reservation: Record<string, unknown> | null;
}

/** Ends an open reservation and frees what it holds. No row: it is not open, or another edition. */
export function cancelReservation(own: {
  id: string;
  station: string;
  /** Pack it had when it was read. */
  had: string | null;
  editions: readonly number[] | null;
  by: string;
}): Statement<CancelledRow> {
  const { id, station, editions, by } = own;
  const from = sql`closed`;
  const change: Change = { what: 'cancelled', by, detail: null };
  return statement({
    parts: {
      mark: lockMark(sql`${station}`),
      cur: sql`select r.* from ${reservations} r, mark where r.id = ${id} and r.station = mark.station for update of r`,
      mine: sql`select cur.id from cur where cur.state = 'open' and ${isEdition(editions)}`,
      closed: sql`update ${reservations} r set state = 'cancelled', closed_at = now(), closed_reason = 'cancelled', edition = r.edition + 1,
          revision = r.revision + 1, bay_told = case when r.bay_told is not null then 'due' end from mine where r.id = mine.id returning r.*`,
      packs: freePacks(from, own.had),
      slots: freeSlots(from),
      history: writeHistory(change, from),
      ...stationParts(change, from),
      ...tellFleet('cancelled', from),
    },
    result: sql`select (select to_jsonb(closed) from closed) as reservation, ${wakeOwner}`,
  });
}
