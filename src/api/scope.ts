import { Placeholder, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { MiddlewareHandler } from 'hono';
import type { Bay, Slot } from '../../schema/wire/api/station.ts';
import { type Slots, SoleSlot } from '../db/prepared.ts';
import type { ApiEnv } from './context.ts';
import { ApiError, notFound } from './problem.ts';
import type { Tenant } from './tenancy.ts';

/** What of all that its role may see a key is bound to. What lies outside is, to this key, not there: 404, or missing in the list. */
export interface Scope {
  /** These stations only; null: all. */
  readonly stations: readonly string[] | null;
  /** For role fleet: swaps and vehicles of this fleet only, and the packs in them; null: all. */
  readonly fleet: string | null;
  /** For role owner: its packs and their moves only; null: all. */
  readonly owner: string | null;
}

export const everything: Scope = { stations: null, fleet: null, owner: null };

/** No organisation has this id: a fleet or an owner without an organisation sees nothing. */
const nobody = '';

/** The scope of a caller, by its role. */
export const scopeOf = ({ role, organisation, stations }: Tenant): Scope => ({
  stations,
  fleet: role === 'fleet' ? (organisation ?? nobody) : null,
  owner: role === 'owner' ? (organisation ?? nobody) : null,
});

export const sees = ({ stations }: Scope, station: string): boolean => stations === null || stations.includes(station);

/** Is this swap, or whatever else carries both, in the scope? An owner follows its packs by their moves. */
export const covers = (scope: Scope, { station, fleet }: { station: string; fleet: string | null }): boolean =>
  sees(scope, station) && scope.owner === null && (scope.fleet === null || scope.fleet === fleet);

/** A scope, also as it stands in a prepared query. */
export type ScopeOrSlots = Scope | Slots<Scope>;

/** The condition on a column of stations, or none. */
export const ofStations = (column: PgColumn, { stations }: Pick<ScopeOrSlots, 'stations'>): SQL | undefined =>
  stations === null
    ? undefined
    : stations instanceof SoleSlot
      ? sql`${column} = (${stations}::text[])[1]`
      : sql`${column} = any(${stations instanceof Placeholder ? stations : sql.param([...stations])}::text[])`;

/** Stands before everything under `stations/{id}`: one place for all routes of a station, also those to come. */
export const requireStationInScope: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const id = c.req.param('id');
  if (id !== undefined && !sees(c.get('caller').scope, id)) throw notFound('station');
  await next();
};

/** For what belongs to no station that is there. */
export function requireEveryStation({ stations }: Scope): void {
  if (stations !== null) throw new ApiError('forbidden', 'This key is bound to some stations.');
}

/** What a fleet sees of a bay: what it does, but of other fleets' cars neither swap nor vehicle. */
export const maskBay = (bay: Bay, isOwn: (swap: string) => boolean): Bay =>
  bay.swap !== null && isOwn(bay.swap) ? bay : { ...bay, swap: null, vehicle: null };

/** What a fleet sees of a slot: that it is reserved is no secret, for whom is. */
export function maskSlot(slot: Slot, isOwn: (swap: string) => boolean): Slot {
  const shown = (swap: string | null) => (swap !== null && isOwn(swap) ? swap : null);
  const { pack } = slot;
  return { ...slot, reservedBy: shown(slot.reservedBy), pack: pack && { ...pack, reservedBy: shown(pack.reservedBy) } };
}
