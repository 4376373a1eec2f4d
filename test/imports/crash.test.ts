import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adminKeyOf, startApiProcess } from '../helpers/api-process.ts';
import { holdTable } from '../helpers/held-table.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { ensureBuilt } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';

// Real processes, killed at the dangerous moments of a strict import: all of it is in, or none of it, and the import says which.

const rows = 2000;
const code = (n: number) => `PLNPB01ABCDEFGJ71${String(n).padStart(7, '0')}`;
const fileFrom = (first: number) =>
  `code,model,place\n${Array.from({ length: rows }, (_, n) => `${code(first + n)},BP-50,delivery/${n}`).join('\n')}\n`;
/** Other packs in each test: what moved in the one before stays in the history, which nobody may clear. */
let file = '';
let filesMade = 0;

let database: TestDatabase;
let sql: Sql;
let folder: string;
beforeAll(async () => {
  await ensureBuilt();
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 3, onnotice: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'pitlane-import-crash-'));
  await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values ('BP-50', 'BP-50', 'LFP', 50000, 400, 400, 'a', 'b')`;
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await sql`truncate imports, import_errors, import_rows, batteries, custody, idempotency_keys`;
  file = fileFrom(rows * filesMade);
  filesMade += 1;
});

const start = (faultPoint?: string) => startApiProcess({ databaseUrl: database.url, dataDir: folder }, faultPoint);

/** Sends the file; the status, or null when nobody lived to answer. */
async function send(url: string): Promise<number | null> {
  const admin = await adminKeyOf(folder);
  const headers = { Authorization: `Bearer ${admin}`, 'Content-Type': 'text/csv', 'Idempotency-Key': '"one"' };
  const answer = await fetch(`${url}/api/v1/imports?kind=batteries`, { method: 'POST', headers, body: file }).catch(
    () => null,
  );
  return answer?.status ?? null;
}

const found = async () =>
  (
    await sql`select state, failure, inserted, (select count(*)::int from batteries) as packs,
    (select count(*)::int from custody) as places, (select count(*)::int from custody_moves where cause = 'import') as moves,
    (select count(*)::int from imports) as imports from imports order by created_at desc`
  )[0];

/** What the next process makes of it: as it was found, and after the same request has come again. */
async function lookAfterwards() {
  // As if the next start came later: a dead process gives no sign of life.
  await sql`update imports set alive_at = now() - interval '1 minute' where state in ('receiving', 'checking')
    or (state = 'applying' and not exists (select from pg_stat_activity where application_name = 'pitlane-import' and datname = current_database() and state = 'active'))`;
  const { program, url } = await start();
  const ended = () =>
    waitFor(
      'an end of every import, and an empty staging',
      async () => {
        const [row] =
          await sql`select (select count(*)::int from imports where state in ('receiving', 'checking', 'applying')) as open,
          (select count(*)::int from import_rows) as staged`;
        return row?.open === 0 && row?.staged === 0;
      },
      { withinMs: 30_000, everyMs: 100 },
    );
  try {
    await ended();
    const left = await found();
    expect(await send(url)).toBe(202);
    await ended();
    return { left, again: await found() };
  } finally {
    await program.stop('SIGKILL');
  }
}

const none = { inserted: 0, packs: 0, places: 0 };
const all = { inserted: rows, packs: rows, places: rows };

describe('kill -9 of the service', () => {
  test.each([
    // Nobody was promised anything: sent again it is another import.
    ['with some rows staged', 'import-staging:kill:2', null, { state: 'failed', ...none }, { state: 'done', ...all }],
    // From here on there is an answer, and the request that comes again gets it: the import that failed, or that is done.
    [
      'with the file accepted and its client not answered',
      'import-accepted',
      null,
      { state: 'failed', ...none },
      { state: 'failed', ...none },
    ],
    [
      'before the final statement',
      'import-before-apply',
      202,
      { state: 'failed', ...none },
      { state: 'failed', ...none },
    ],
    ['after the final statement', 'import-applied', 202, { state: 'done', ...all }, { state: 'done', ...all }],
  ])('%s', async (_when, point, answered, expected, repeated) => {
    const { program, url } = await start(point);
    const status = await send(url);
    if (answered === null) expect(status).toBe(null);
    expect(await program.exited).toBe('SIGKILL');
    const { left, again } = await lookAfterwards();
    expect(left).toMatchObject(expected);
    if (expected.state === 'failed') expect(left?.failure).toContain('nothing of it has entered');
    expect(again).toMatchObject({ ...repeated, imports: repeated.state === expected.state ? 1 : 2 });
  });

  test('while the final statement is running', async () => {
    const { program, url } = await start();
    const custody = await holdTable(database.url, 'custody');
    expect(await send(url)).toBe(202);
    await custody.isAwaited();
    await program.stop('SIGKILL');
    await custody.letGo();
    const { left, again } = await lookAfterwards();
    expect(left).toMatchObject(left?.state === 'done' ? all : { state: 'failed', ...none });
    expect(again).toEqual(left);
  });
});
