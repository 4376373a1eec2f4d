import { type SQL, sql } from 'drizzle-orm';
import { organisations } from '../../schema/tables/organisations.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';

/** The assignments of a change: columns by their names in the database, values as they are. `undefined` leaves a column as it is. */
export function assignments(changes: Readonly<Record<string, unknown>>): SQL {
  const set = Object.entries(changes).flatMap(([column, value]) =>
    value === undefined
      ? []
      : [sql`${sql.identifier(column)} = ${Array.isArray(value) ? sql`${sql.param(value)}::text[]` : value}`],
  );
  return sql.join([...set, sql`edition = edition + 1`], sql`, `);
}

/** Refuses a body that names an organisation that is not there, or of another kind. */
export async function requireOrganisation(
  db: Database,
  kind: 'fleet' | 'owner',
  id: string | null | undefined,
  pointer: string,
): Promise<void> {
  if (id === null || id === undefined) return;
  const [row] = await db.execute(sql`select from ${organisations} where id = ${id} and kind = ${kind}`);
  if (!row) throw unknownReference(pointer, `is not the id of ${kind === 'owner' ? 'an owner' : 'a fleet'}`);
}

export const unknownReference = (pointer: string, detail: string): ApiError =>
  new ApiError('invalid-body', `The body is not valid at ${pointer.slice(1)}: ${detail}`, {
    errors: [{ pointer, detail }],
  });
