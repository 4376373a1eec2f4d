import { and, asc, desc, eq, gte, lt, ne, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { reservationChanges, reservations } from '../../schema/tables/reservations.ts';
import type { Alternative, Reservation, ReservationDetail, ReservationKpi } from '../../schema/wire/api/reservation.ts';
import { reservationId } from '../../schema/wire/ids.ts';
import { cursorCodec, cursorInstant, type Page, toPage } from '../api/cursor.ts';
import { ofStations, type Scope, type ScopeOrSlots } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { prepared, query } from '../db/prepared.ts';
import type { ReservationRow } from './parts.ts';

export interface ReservationFilter {
  station?: string | undefined;
  vehicle?: string | undefined;
  fleet?: string | undefined;
  state?: ReservationRow['state'] | undefined;
  /** Half open, [from, to), by the beginning of the window. */
  from?: string | undefined;
  to?: string | undefined;
}

/** Whose reservations a caller sees: a fleet its own, staff those at their stations. */
const seesReservation = (scope: ScopeOrSlots): SQL | undefined =>
  and(scope.fleet === null ? undefined : eq(reservations.fleet, scope.fleet), ofStations(reservations.station, scope));

const cursor = cursorCodec('reservations', z.tuple([cursorInstant, reservationId]));

/** By window, latest first. Walks `reservations_by_time`, `…_by_fleet`, `…_by_vehicle` or `…_by_station`. */
export async function listReservations(
  db: Database,
  scope: Scope,
  filter: ReservationFilter,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Reservation>> {
  const after = cursor.decode(page.cursor);
  const rows = await selectPage(db, {
    scope,
    filter,
    notKept: filter.state !== undefined && filter.state !== 'kept',
    after: after && { at: after[0], id: after[1] },
    limit: page.limit + 1,
  });
  return toPage(rows, page.limit, (row) => cursor.encode([row.fromAt.toISOString(), row.id]), toReservation);
}

interface PageRequest {
  scope: Scope;
  filter: ReservationFilter;
  notKept: boolean;
  after: { at: string; id: string } | null;
  limit: number;
}

const selectPage = prepared<PageRequest>()(({ scope, filter, notKept, after, limit }) =>
  query
    .select()
    .from(reservations)
    .where(
      and(
        seesReservation(scope),
        filter.station === undefined ? undefined : eq(reservations.station, filter.station),
        filter.vehicle === undefined ? undefined : eq(reservations.vin, filter.vehicle),
        filter.fleet === undefined ? undefined : eq(reservations.fleet, filter.fleet),
        filter.state === undefined ? undefined : eq(reservations.state, filter.state),
        // Said again in the words of the partial index, so that the planner may use it.
        notKept ? ne(reservations.state, sql`'kept'`) : undefined,
        filter.from === undefined ? undefined : gte(reservations.fromAt, filter.from),
        filter.to === undefined ? undefined : lt(reservations.fromAt, filter.to),
        after === null
          ? undefined
          : sql`(${reservations.fromAt}, ${reservations.id}) < (${after.at}::timestamptz, ${after.id})`,
      ),
    )
    .orderBy(desc(reservations.fromAt), desc(reservations.id))
    .limit(limit),
);

/** The row, or null when there is none or the caller does not see it. */
export async function findReservation(db: Database, scope: Scope, id: string): Promise<ReservationRow | null> {
  const [row] = await db
    .select()
    .from(reservations)
    .where(and(eq(reservations.id, id), seesReservation(scope)));
  return row ?? null;
}

/** A reservation with its history. One statement, so that both are of the same moment. */
export async function readReservation(db: Database, scope: Scope, id: string): Promise<ReservationDetail | null> {
  const rows = await selectOne(db, { scope, id });
  const [first] = rows;
  if (!first) return null;
  return {
    ...toReservation(first.reservation),
    history: rows.flatMap(({ change }) =>
      change
        ? [
            {
              revision: change.revision,
              what: change.what,
              by: change.by,
              detail: change.detail ?? null,
              at: change.at.toISOString(),
            },
          ]
        : [],
    ),
  };
}

const selectOne = prepared<{ scope: Scope; id: string }>()(({ scope, id }) =>
  query
    .select({ reservation: reservations, change: reservationChanges })
    .from(reservations)
    .leftJoin(reservationChanges, eq(reservationChanges.reservation, reservations.id))
    .where(and(eq(reservations.id, id), seesReservation(scope)))
    .orderBy(asc(reservationChanges.revision)),
);

export function toReservation(row: ReservationRow): Reservation {
  const { pack, slot, readyAt, because, lostAt, lostReason, alternative } = row;
  const held = row.state === 'open' && pack !== null && readyAt !== null;
  return {
    id: row.id,
    vehicle: row.vin,
    fleet: row.fleet,
    station: row.station,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    minSoc: row.minSocPct,
    acceptBelowFloor: row.acceptBelowFloor,
    state: row.state,
    promise: held
      ? { pack, slot, readyAt: readyAt.toISOString(), because: because as Alternative['promise']['because'] }
      : null,
    lost:
      lostAt === null
        ? null
        : {
            at: lostAt.toISOString(),
            reason: lostReason ?? '',
            alternative: alternative,
          },
    bay: row.bayTold === 'due' ? row.bay : null,
    arrivedAt: row.arrivedAt?.toISOString() ?? null,
    swap: row.swap,
    closedAt: row.closedAt?.toISOString() ?? null,
    closedReason: row.closedReason,
    createdAt: row.createdAt.toISOString(),
    edition: row.edition,
  };
}

interface KpiRow {
  station: string;
  fleet: string | null;
  kept: number;
  broken: number;
  noShow: number;
}

/** Share of promises kept, of the reservations that ended in [from, to). Walks `reservations_closed`. */
export async function readKpi(
  db: Database,
  scope: Scope,
  { from, to, station, fleet }: { from: Date; to: Date; station?: string | undefined; fleet?: string | undefined },
): Promise<ReservationKpi> {
  const counted = (state: string) =>
    sql<number>`count(*) filter (where ${reservations.state} = ${state})`.mapWith(Number);
  const rows: KpiRow[] = await db
    .select({
      station: reservations.station,
      fleet: reservations.fleet,
      kept: counted('kept'),
      broken: counted('broken'),
      noShow: counted('noShow'),
    })
    .from(reservations)
    .where(
      and(
        // In the words of the partial index.
        sql`${reservations.state} in ('kept', 'broken', 'noShow')`,
        gte(reservations.closedAt, from),
        lt(reservations.closedAt, to),
        station === undefined ? undefined : eq(reservations.station, station),
        fleet === undefined ? undefined : eq(reservations.fleet, fleet),
        seesReservation(scope),
      ),
    )
    .groupBy(reservations.station, reservations.fleet)
    .orderBy(asc(reservations.station), asc(reservations.fleet));
  const sumBy = <K extends string | null>(keyOf: (row: KpiRow) => K) => {
    const groups = new Map<K, KpiRow[]>();
    for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
    return [...groups];
  };
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    total: sum(rows),
    stations: sumBy((row) => row.station).map(([key, group]) => ({ station: key, ...sum(group) })),
    fleets: sumBy((row) => row.fleet).map(([key, group]) => ({ fleet: key, ...sum(group) })),
  };
}

function sum(rows: readonly KpiRow[]) {
  const total = (field: 'kept' | 'broken' | 'noShow') => rows.reduce((all, row) => all + row[field], 0);
  const kept = total('kept');
  const broken = total('broken');
  const judged = kept + broken;
  return { kept, broken, noShow: total('noShow'), keptShare: judged === 0 ? null : kept / judged };
}
