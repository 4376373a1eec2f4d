import { type SQL, sql } from 'drizzle-orm';
import { billingAccounts } from '../../schema/tables/statements.ts';
import type { Database } from '../db/client.ts';

/** What has been done to a party's account so far. Read it before all else: what was read after it is known to hold while it is the same. */
export async function accountVersion(db: Database, party: string): Promise<number> {
  const rows = await db.execute<{ version: number }>(
    sql`select version from ${billingAccounts} where party = ${party}`,
  );
  return rows[0]?.version ?? 0;
}

/** The part of a statement that has a row only when nobody has done anything to the account since: of two at once one goes on. */
export const accountGate = (party: string, version: number): SQL => sql`
  insert into ${billingAccounts} as a (party, version) values (${party}, 1)
  on conflict (party) do update set version = a.version + 1 where a.version = ${version} returning party`;
