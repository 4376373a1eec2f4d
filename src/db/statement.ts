import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from './client.ts';

/**
 * One SQL statement in named parts (`WITH name AS (…)`), so that what belongs together commits together. `R` is the row it returns, as JSON
 * has it: names as in the database, instants as text.
 */
export interface Statement<R> {
  /**
   * Drizzle queries or `sql` templates, in an order of which each may name the ones before. All see the same snapshot: one sees what another
   * wrote only through its RETURNING. A row may be changed by one part only; a second change is dropped silently.
   */
  parts: Readonly<Record<string, SQLWrapper>>;
  /** A SELECT over the parts. Its first row is the outcome; none is an outcome too. */
  result: SQLWrapper;
  /** Only a type. */
  readonly row?: R;
}

/** Names the type of the row: `statement<{ id: string }>({ parts, result })`. */
export const statement = <R extends object>(of: Statement<R>): Statement<R> => of;

/** Writes the parts and the SELECT as one statement. */
export function oneStatement(parts: Readonly<Record<string, SQLWrapper>>, result: SQLWrapper): SQL {
  const named = Object.entries(parts).map(([name, part]) => sql`${sql.identifier(name)} as (${part.getSQL()})`);
  // `getSQL`, because a query that stands in a template as itself gets parentheses, and an INSERT must not.
  return named.length === 0 ? result.getSQL() : sql`with ${sql.join(named, sql`, `)} ${result.getSQL()}`;
}

/** Runs it and gives the outcome. */
export async function runStatement<R extends object>(db: Database, { parts, result }: Statement<R>): Promise<R | null> {
  const rows = await db.execute<{ row: R | null }>(
    oneStatement({ ...parts, outcome: result }, sql`select (select to_jsonb(o) from outcome o limit 1) as row`),
  );
  return rows[0]?.row ?? null;
}
