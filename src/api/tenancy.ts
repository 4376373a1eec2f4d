import { eq, inArray, isNull, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody } from '../../schema/tables/custody.ts';
import { vehicles } from '../../schema/tables/vehicles.ts';
import type { Role } from '../../schema/wire/api/access.ts';
import { ofStations, type ScopeOrSlots } from './scope.ts';

/**
 * Who sees which rows. Every predicate is a condition for `where`, so that a foreign row is never read: it does not exist for the caller.
 * `undefined` means no limit, as drizzle's `and` takes it.
 */

/** What of a caller decides over rows. */
export interface Tenant {
  role: Role;
  organisation: string | null;
  /** Null: all. */
  stations: readonly string[] | null;
}

const nothing = sql`false`;

/** `column` holds a station. Staff and maintenance, and keys bound to stations, see theirs. */
export function seesStation(caller: Tenant, column: PgColumn): SQL | undefined {
  if (caller.stations === null) return undefined;
  return caller.stations.length === 0 ? nothing : inArray(column, [...caller.stations]);
}

/** The same question of a station's name, for a handler that reads no row. */
export const maySeeStation = (caller: Tenant, station: string): boolean =>
  caller.stations === null || caller.stations.includes(station);

/** `column` holds the fleet. Fleet managers see their own; a fleet caller of no fleet sees nothing. */
export function ofFleet({ role, organisation }: Tenant, column: PgColumn): SQL | undefined {
  if (role !== 'fleet') return undefined;
  return organisation === null ? nothing : eq(column, organisation);
}

/** `column` holds the organisation a thing belongs to, null the operator's. The operator's people manage all, others what is their own. */
export function ofOwnOrganisation({ role, organisation }: Tenant, column: PgColumn): SQL | undefined {
  if (role === 'admin' || role === 'operations') return undefined;
  if (organisation !== null) return eq(column, organisation);
  return role === 'service' ? isNull(column) : nothing;
}

/** For a query over `vehicles`. Those bound to stations see the cars that were last there. */
export function seesVehicle(scope: ScopeOrSlots): SQL | undefined {
  if (scope.fleet !== null) return eq(vehicles.fleet, scope.fleet);
  return scope.owner === null ? ofStations(vehicles.lastStation, scope) : nothing;
}

/**
 * `column` holds a pack's code: a fleet sees the packs now in its vehicles, an owner its own, staff those now in their stations. The tables within
 * have names of their own, so that none hides the query's. Lists of swaps and packs go by the scope (scope.ts), which also knows of swaps under way.
 */
export function seesPack({ role, organisation, stations }: Tenant, column: SQLWrapper): SQL | undefined {
  if (role === 'owner') {
    return sql`${column} in (select mine.code from ${batteries} mine where mine.owner = ${organisation})`;
  }
  if (role === 'fleet') {
    return sql`${column} in (select held.pack from ${vehicles} mine
      join ${custody} held on held.place = 'vehicle/' || mine.vin and held.kind = 'vehicle'
      where mine.fleet = ${organisation})`;
  }
  if (stations === null) return undefined;
  return sql`${column} in (select held.pack from ${custody} held where ${inArray(sql`held.station`, [...stations])})`;
}
