import { eq, inArray } from 'drizzle-orm';
import { organisations } from '../../schema/tables/organisations.ts';
import { stations } from '../../schema/tables/stations.ts';
import type { OrganisationKind, Role } from '../../schema/wire/api/access.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';

export interface Binding {
  role: Role;
  organisation: string | null;
  stations: readonly string[];
}

/** The kind of organisation that somebody of this role belongs to. */
const kindOf = (role: Role): OrganisationKind =>
  role === 'fleet' || role === 'owner' || role === 'regulator' ? role : 'operator';

const invalid = (pointer: string, detail: string): ApiError =>
  new ApiError('invalid-body', `The body is not valid at ${pointer.slice(1)}: ${detail}`, {
    errors: [{ pointer, detail }],
  });

/**
 * Refuses what would see too much or nothing. Organisations and stations are never taken away and keep their kind, so what is true here is
 * true in the statement that follows.
 * `mustHaveStations`: the roles that are for some stations only.
 */
export async function requireBinding(db: Database, of: Binding, mustHaveStations: readonly Role[]): Promise<void> {
  const { role, organisation, stations: ids } = of;
  if ((role === 'fleet' || role === 'owner') && organisation === null)
    throw invalid('/organisation', `is needed for the role ${role}`);
  if (organisation !== null) {
    const [row] = await db
      .select({ kind: organisations.kind })
      .from(organisations)
      .where(eq(organisations.id, organisation));
    if (row?.kind !== kindOf(role)) throw invalid('/organisation', `is no organisation of the kind ${kindOf(role)}`);
  }
  if (ids.length === 0) {
    if (mustHaveStations.includes(role)) throw invalid('/stations', `must name at least one for the role ${role}`);
    return;
  }
  if (role !== 'staff' && role !== 'maintenance' && role !== 'service')
    throw invalid('/stations', `must be empty: the role ${role} is not bound to stations`);
  const rows = await db
    .select({ id: stations.id })
    .from(stations)
    .where(inArray(stations.id, [...ids]));
  const missing = ids.find((id) => rows.every((row) => row.id !== id));
  if (missing !== undefined) throw invalid('/stations', `has ${missing}, which is no station`);
}
