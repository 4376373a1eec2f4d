import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('a test database is real and private', async () => {
  const sql = postgres(db.url, { max: 1 });
  const [row] = await sql`select current_database() as name`;
  expect(db.url.endsWith(row?.name)).toBe(true);
  await sql.end();
});
