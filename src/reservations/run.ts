import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { oneStatement, type Statement } from '../db/statement.ts';

/** Runs a statement as it is, and gives its row. */
export async function run<R extends object>(db: Database, { parts, result }: Statement<R>): Promise<R | null> {
  const rows = await db.execute<{ row: R | null }>(
    oneStatement({ ...parts, outcome: result }, sql`select (select to_jsonb(o) from outcome o limit 1) as row`),
  );
  return rows[0]?.row ?? null;
}
