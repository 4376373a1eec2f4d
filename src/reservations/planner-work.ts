import { sql } from 'drizzle-orm';
import { leaseBlocks } from '../../machines/lease/events.ts';
import { reservations } from '../../schema/tables/reservations.ts';
import type { Alternative } from '../../schema/wire/api/reservation.ts';
import type { Database } from '../db/client.ts';
import { rowOf } from '../db/row-of.ts';
import { type Statement, statement } from '../db/statement.ts';
import { tellFleet } from './notify.ts';
import {
  type Change,
  freePacks,
  freeSlots,
  holdPack,
  lockMark,
  type ReservationRow,
  stationParts,
  takeCandidate,
  wakeOwner,
  writeHistory,
} from './parts.ts';
import type { Candidate } from './promising.ts';
import { reservationRules as rules } from './rules.ts';

/** What a reservation needs next, by the committed facts. */
export type Need = 'kept' | 'broken' | 'noShow' | 'arrived' | 'replan' | 'tellBay' | 'takeBack';

export interface Task {
  need: Need;
  row: ReservationRow;
  /** Swap of its car in the window. */
  swap: string | null;
  why: string | null;
}

const by = 'planner';
const seconds = (ms: number) => sql`make_interval(secs => ${ms / 1000}::float8)`;
const late = sql`make_interval(secs => (s.type ->> 'noShowMs')::float8 / 1000)`;

/** Reasons of a refused swap that lie with the car or its driver: they break no promise. */
const driversReasons = ['notParked', 'hvNotOff', 'noConsent', 'vehicleLeft', ...leaseBlocks];

/**
 * Claims what needs work, in one statement: rows that another planner works on are skipped, and a claim lasts a few seconds, so that whoever dies
 * with one delays it and nothing else. What a row needs is decided on committed facts alone, so it does not matter who looked before.
 */
export async function claimTasks(db: Database, most: number): Promise<Task[]> {
  const rows = await db.execute<{
    need: Need;
    swap: string | null;
    why: string | null;
    row: Record<string, unknown>;
  }>(sql`
    with seen as (
      select r.id, p.id as swap, p.reason as why, case
        when r.state <> 'open' then 'takeBack'
        when p.state = 'completed' and coalesce(p.pack_in_soc_pct, 100) >= r.min_soc_pct then 'kept'
        when p.state = 'completed' then 'broken'
        when p.state in ('requested', 'running', 'needs-person') then case when r.arrived_at is null then 'arrived' end
        when now() > r.to_at + ${late} then case
          when p.id is not null and p.reason = any(${sql.param(driversReasons)}::text[]) then 'noShow'
          when p.id is not null or r.lost_at is not null then 'broken' else 'noShow' end
        when r.bay_told = 'over' then 'takeBack'
        when r.pack is null or b.code is null or b.reserved_by is distinct from r.id or b.status <> 'inService' or b.alarm_level >= 2
          or c.kind not in ('slot', 'berth') or c.station is distinct from r.station or coalesce(l.locked, false)
          or (c.kind = 'slot' and not b.ready and r.ready_at < now() - ${seconds(rules.patienceMs)})
          or (not k.link_up and k.changed_at < now() - ${seconds(rules.silentMs)})
          or exists (select from opening_hours h where h.station = r.station and h.changed_at > ${lastLook})
          or exists (select from maintenance_windows w where w.station = r.station and w.created_at > ${lastLook}) then 'replan'
        when (r.bay_told is null or r.bay_told = 'sending') and p.id is null
          and now() >= r.from_at - make_interval(secs => (s.type ->> 'prefetchLeadMs')::float8 / 1000) then 'tellBay'
        end as need
      from reservations r join stations s on s.id = r.station join station_marks k on k.station = r.station
        left join batteries b on b.code = r.pack left join custody c on c.pack = r.pack
        left join slots l on l.station = r.station and c.kind = 'slot' and c.place = r.station || '/slot/' || l.slot
        left join lateral (
          select p.id, p.state, p.reason, p.pack_in_soc_pct from swaps p
          where p.vin = r.vin and p.station = r.station and r.from_at <= now() + ${seconds(rules.earlyMs)}
            and p.in_position_at >= greatest(r.from_at - ${seconds(rules.earlyMs)}, r.created_at) and p.in_position_at <= r.to_at + ${late}
          order by p.state = 'completed' desc, p.in_position_at desc limit 1) p on true
      where (r.state = 'open' or (r.bay_told = 'due' and r.state <> 'open')) and (r.claimed_until is null or r.claimed_until < now())),
    mine as (
      select r.id, seen.need, seen.swap, seen.why from reservations r join seen on seen.id = r.id
      where seen.need is not null order by r.from_at limit ${most} for update of r skip locked),
    claimed as (
      update reservations r set claimed_until = now() + ${seconds(rules.claimMs)} from mine
      where r.id = mine.id and (r.claimed_until is null or r.claimed_until < now()) returning r.*, mine.need, mine.swap as met, mine.why)
    select need, met as swap, why, to_jsonb(claimed) as row from claimed order by from_at`);
  return rows.map(({ row, ...task }) => ({ ...task, row: rowOf(reservations, row) }));
}

const lastLook = sql`coalesce(r.claimed_until, r.created_at) - ${seconds(rules.claimMs)}`;

/** The reservation as the planner read it, locked; no row when somebody has changed it since. */
const current = ({ id, revision }: ReservationRow) => sql`
  select r.* from ${reservations} r, mark where r.id = ${id} and r.station = mark.station and r.revision = ${revision} for update of r`;

export interface Written {
  revision: number | null;
}
const written = sql`select (select revision from changed) as revision`;

/** Ends it by the facts, and frees what it still holds. */
export function closeReservation(
  row: ReservationRow,
  state: 'kept' | 'broken' | 'noShow',
  { swap, reason }: { swap: string | null; reason: string },
): Statement<Written> {
  const from = sql`changed`;
  const change: Change = { what: state, by, detail: { swap, reason } };
  return statement({
    parts: {
      mark: lockMark(sql`${row.station}`),
      cur: current(row),
      changed: sql`update ${reservations} r set state = ${state}, closed_at = now(), closed_reason = ${reason},
          swap = coalesce(${swap}::text, r.swap), arrived_at = coalesce(r.arrived_at, (select p.in_position_at from swaps p where p.id = ${swap}::text)),
          bay_told = case when r.bay_told is not null then 'due' end, claimed_until = null, revision = r.revision + 1
        from cur where cur.state = 'open' and r.id = cur.id returning r.*`,
      packs: freePacks(from, row.pack),
      slots: freeSlots(from),
      history: writeHistory(change, from),
      ...stationParts(change, from),
      ...tellFleet(state, from),
    },
    result: sql`${written}, ${wakeOwner}`,
  });
}

/** Its car stands in the bay. */
export const noteArrival = (row: ReservationRow, swap: string): Statement<Written> =>
  statement({
    parts: {
      mark: lockMark(sql`${row.station}`),
      cur: current(row),
      changed: sql`update ${reservations} r set swap = ${swap}, revision = r.revision + 1, claimed_until = null,
          arrived_at = (select p.in_position_at from swaps p where p.id = ${swap})
        from cur where cur.state = 'open' and r.id = cur.id returning r.revision`,
    },
    result: written,
  });

/** Holds another pack, or the same with another expectation. */
export function replan(row: ReservationRow, candidates: readonly Candidate[]): Statement<Written & { held: boolean }> {
  const from = sql`changed`;
  const change: Change = { what: 'replanned', by, detail: { before: row.pack } };
  return statement({
    parts: {
      mark: lockMark(sql`${row.station}`),
      cur: current(row),
      free: takeCandidate(candidates, row.id, sql`cur`),
      changed: sql`update ${reservations} r set pack = free.pack, slot = free.slot, ready_at = free.ready_at, because = free.because,
          lost_at = null, lost_reason = null, alternative = null, revision = r.revision + 1,
          bay_told = case when r.bay_told = 'due' then 'sending' else r.bay_told end
        from free, cur where r.id = cur.id and cur.state = 'open' returning r.*`,
      held: holdPack(row.id, row.pack, from),
      slots: freeSlots(from),
      history: writeHistory(change, from),
      ...stationParts(change, from),
      ...tellFleet('replanned', from),
    },
    result: sql`${written}, exists (select from free) as held, ${wakeOwner}`,
  });
}

/** Only what is expected has changed: nobody need be told. */
export const expectLater = (row: ReservationRow, readyAt: number): Statement<Written> =>
  statement({
    parts: {
      changed: sql`update ${reservations} r set ready_at = ${new Date(readyAt).toISOString()}::timestamptz, revision = r.revision + 1
        where r.id = ${row.id} and r.revision = ${row.revision} returning r.revision`,
    },
    result: written,
  });

/** Nothing there can be promised any more: the fleet is told, with the best of the others. */
export function lose(row: ReservationRow, reason: string, alternative: Alternative | null): Statement<Written> {
  const from = sql`changed`;
  const change: Change = { what: 'lost', by, detail: { reason, alternative } };
  return statement({
    parts: {
      mark: lockMark(sql`${row.station}`),
      cur: current(row),
      changed: sql`update ${reservations} r set pack = null, slot = null, ready_at = null, because = null, lost_at = now(),
          lost_reason = ${reason}, alternative = ${alternative === null ? null : JSON.stringify(alternative)}::text::jsonb,
          bay_told = case when r.bay_told is not null then 'over' end, revision = r.revision + 1
        from cur where r.id = cur.id and cur.state = 'open' returning r.*`,
      packs: freePacks(from, row.pack),
      slots: freeSlots(from),
      history: writeHistory(change, from),
      ...stationParts(change, from),
      ...tellFleet('lost', from),
    },
    result: sql`${written}, ${wakeOwner}`,
  });
}

/** Bays of the station that expect the car of another reservation. */
export async function expectantBays(db: Database, { id, station }: ReservationRow): Promise<string[]> {
  const rows = await db.execute<{ bay: string }>(sql`
    select bay from reservations where station = ${station} and state = 'open' and bay is not null and bay_told is not null
      and arrived_at is null and id <> ${id}`);
  return rows.map(({ bay }) => bay);
}

/** Before the bay is told, so that whatever happens it will also be told when it is over. */
export const beginTelling = (row: ReservationRow, bay: string): Statement<Written> =>
  statement({
    parts: {
      changed: sql`update ${reservations} r set bay = ${bay}, bay_told = 'sending', revision = r.revision + 1
        where r.id = ${row.id} and r.revision = ${row.revision} and r.state = 'open' returning r.revision`,
    },
    result: written,
  });

/** The bay has taken it. */
export function endTelling(row: ReservationRow, revision: number): Statement<Written> {
  const from = sql`changed`;
  return statement({
    parts: {
      changed: sql`update ${reservations} r set bay_told = 'due', revision = r.revision + 1, claimed_until = null
        where r.id = ${row.id} and r.revision = ${revision} and r.bay_told = 'sending' returning r.*`,
      history: writeHistory({ what: 'due', by, detail: null }, from),
      ...tellFleet('due', from),
    },
    result: written,
  });
}

/** The bay has let go of it. */
export const endTakingBack = (row: ReservationRow): Statement<Written> =>
  statement({
    parts: {
      changed: sql`update ${reservations} r set bay = null, bay_told = null, revision = r.revision + 1, claimed_until = null
        where r.id = ${row.id} and r.revision = ${row.revision} returning r.revision`,
    },
    result: written,
  });
