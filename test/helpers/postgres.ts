import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { ServerOfTheRun } from './run-setup.ts';

export interface TestDatabase {
  url: string;
  /** Ends every session on the database and removes it. */
  drop(): Promise<void>;
}

/**
 * A database of its own for a test file, copied from the migrated template:
 *
 *     let db: TestDatabase;
 *     beforeAll(async () => { db = await createTestDatabase(); });
 *     afterAll(() => db.drop());
 *
 * The run fails when a file leaves one behind.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const response = await fetch(`${inject('deskOfTheRun')}/postgres`);
  if (!response.ok) throw new Error(`the run's PostgreSQL did not start: ${await response.text()}`);
  const { adminUrl, template } = (await response.json()) as ServerOfTheRun;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(adminUrl, (sql) => sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`);
  return {
    url: adminUrl.replace(/[^/]*$/, name),
    drop: () => administer(adminUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}

async function administer(adminUrl: string, command: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await command(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
