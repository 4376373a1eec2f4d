import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminKeyOf, startApiProcess } from '../helpers/api-process.ts';
import { holdTable } from '../helpers/held-table.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { ensureBuilt } from '../helpers/programs.ts';
import { bankFile } from './files.ts';

// Real processes, killed while a file of payments is taken: all of it is in, or none of it, and the same request sent again leaves it in once.

const rows = 300;
const fen = 700;
let filesMade = 0;
const fileOf = (n: number) =>
  bankFile(
    Array.from({ length: rows }, (_, at) => ({
      transaction: `F${n}-${at}`,
      fen,
      text: at % 3 === 0 ? 's-2026-05-blue-taxi' : '',
      payer: at % 3 === 1 ? '62220001' : '',
    })),
  );

let database: TestDatabase;
let sql: Sql;
let folder: string;
beforeAll(async () => {
  await ensureBuilt();
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 3, onnotice: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'pitlane-payment-crash-'));
  await sql`insert into organisations (id, kind, name) values ('blue-taxi', 'fleet', '蓝')`;
  await sql`insert into payers (account, n, organisation, note, by) values ('62220001', 1, 'blue-taxi', '', 'test')`;
  await sql`insert into statements (id, kind, party, month, lines, summary, receipt_count, receipts_fen, lines_fen, notes_fen, total_fen, due_day, closed_by)
    values ('s-2026-05-blue-taxi', 'fleet', 'blue-taxi', '2026-05', '[]', '[]', 0, 0, 100000, 0, 100000, '2026-06-15', 'test')`;
}, 240_000);
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const start = (faultPoint?: string) => startApiProcess({ databaseUrl: database.url, dataDir: folder }, faultPoint);

/** Sends the file; null when nobody lived to answer. */
async function send(
  url: string,
  n: number,
): Promise<{ status: number; replayed: string | null; taken: number } | null> {
  const admin = await adminKeyOf(folder);
  const headers = { Authorization: `Bearer ${admin}`, 'Content-Type': 'text/csv', 'Idempotency-Key': `"file-${n}"` };
  const answer = await fetch(`${url}/api/v1/payments/imports?format=bank`, {
    method: 'POST',
    headers,
    body: fileOf(n),
  }).catch(() => null);
  if (answer === null) return null;
  const { taken } = (await answer.json()) as { taken: number };
  return { status: answer.status, replayed: answer.headers.get('idempotency-replayed'), taken };
}

/** What of a file is in the books. */
async function found(n: number) {
  const like = `bank.%.F${n}-%`;
  const [row] = await sql`select (select count(*)::int from payments where id like ${like}) as payments,
    (select count(*)::int from payment_matches where payment like ${like} and amount_fen > 0) > 0 as matched,
    (select coalesce(sum(amount_fen), 0)::int from transfers where cause_id like ${like} and debit = 'cash:bank') as cash,
    (select coalesce(sum(amount_fen), 0)::int from payment_matches where payment like ${like}) as of_party,
    (select coalesce(sum(amount_fen), 0)::int from transfers where cause_id like ${like} and credit = 'receivable:blue-taxi') as credited,
    (select count(*)::int from payment_acts where kind = 'import') as acts`;
  return row;
}

const third = (rows / 3) * fen;
const none = { payments: 0, matched: false, cash: 0, of_party: 0, credited: 0 };
const all = { payments: rows, matched: true, cash: rows * fen, of_party: 2 * third, credited: 2 * third };

describe('kill -9 of the service', () => {
  test.each([
    ['with the file read and decided', 'request-decided', none, { status: 201, replayed: null, taken: rows }],
    [
      'with the file taken and its client not answered',
      'request-done',
      all,
      { status: 201, replayed: 'true', taken: rows },
    ],
  ])(
    '%s',
    async (_when, point, left, again) => {
      const n = ++filesMade;
      const { program, url } = await start(point);
      expect(await send(url, n)).toBe(null);
      expect(await program.exited).toBe('SIGKILL');
      expect(await found(n)).toMatchObject(left);
      const next = await start();
      try {
        expect(await send(next.url, n)).toEqual(again);
        expect(await found(n)).toMatchObject({ ...all, acts: filesMade });
      } finally {
        await next.program.stop('SIGKILL');
      }
    },
    180_000,
  );

  test('in the middle of the statement', async () => {
    const n = ++filesMade;
    const { program, url } = await start();
    // Its payments are written by then, its transfers are not.
    const transfers = await holdTable(database.url, 'transfers');
    const sent = send(url, n);
    await transfers.isAwaited();
    await program.stop('SIGKILL');
    expect(await sent).toBe(null);
    await transfers.letGo();
    // The database may have gone on with the statement, or not: all or nothing.
    const left = await found(n);
    expect([0, rows]).toContain(left?.payments);
    expect(left).toMatchObject(left?.payments === 0 ? none : all);
    const next = await start();
    try {
      expect(await send(next.url, n)).toMatchObject({ status: 201, taken: rows });
      expect(await found(n)).toMatchObject({ ...all, acts: filesMade });
    } finally {
      await next.program.stop('SIGKILL');
    }
  }, 180_000);
});
