import type { Sql } from 'postgres';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addMonths, beijingMonth } from '../../machines/settlement/calendar.ts';
import { issueKey } from '../../src/api/key-store.ts';
import { keyIdOf } from '../../src/api/keys.ts';
import { holdTable } from '../helpers/held-table.ts';
import { ensureBuilt, type Program, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { at, createBooks, seedLease, seedPlan, seedReceipt, vin } from './world.ts';

// Real processes that close the month by themselves, killed just before, in and just after the statement of a party: all of it is there or nothing,
// and whoever starts next leaves exactly one of each.

const month = addMonths(beijingMonth(Date.now() - 6 * 3_600_000), -1);
const fleet = `s-${month}-blue-taxi`;
const owner = `o-${month}-pack-bank`;
const swaps = 40;

let books: Awaited<ReturnType<typeof createBooks>>;
let sql: Sql;
beforeAll(() => ensureBuilt(), 240_000);
beforeEach(async () => {
  books = await createBooks();
  sql = books.sql;
  await seedPlan(sql, 'taxi', 1, { monthlyFeeFen: 300_000, depositFen: 500_000 });
  await seedLease(books.db, { lease: 'l-0000000000000001', vin: vin(1), plan: 'taxi', fromDay: `${month}-01` });
  for (let n = 1; n <= swaps; n += 1)
    await seedReceipt(sql, {
      swap: `bj-001.1.${n}`,
      vin: vin(1),
      lease: 'l-0000000000000001',
      at: at(`${month}-02`, n),
      odometerKm: 1000 + n,
    });
  return () => books.end();
}, 120_000);

const start = (faultPoint?: string) =>
  startProgram('test/programs/serve-idle-stations', {
    env: { DATABASE_URL: books.url, ...(faultPoint ? { PITLANE_FAULT_POINT: faultPoint } : {}) },
  });

/** Every trace of a party's closing, counted. */
const traces = async (id: string) =>
  (
    await sql`select (select count(*)::int from statements where id = ${id}) as statements,
      (select count(*)::int from statement_items where statement = ${id}) as items,
      (select count(*)::int from transfers where cause = 'statement' and cause_id = ${id}) as transfers`
  )[0];
const nothing = { statements: 0, items: 0, transfers: 0 };
const ofFleet = { statements: 1, items: swaps, transfers: 2 };
const ofOwner = { statements: 1, items: 0, transfers: 0 };

/** What the next process makes of it; one more changes nothing. */
async function closedByTheNext(processes = 1): Promise<void> {
  for (let n = 1; n <= processes; n += 1) {
    const program = await start();
    await waitFor('both statements', async () => (await traces(owner))?.statements === 1, { withinMs: 60_000 });
    expect(await traces(fleet)).toEqual(ofFleet);
    expect(await traces(owner)).toEqual(ofOwner);
    expect((await sql`select from statements`).length).toBe(2);
    await program.stop('SIGKILL');
  }
  const [wrong] = await sql`select
    (select sum(total_fen)::int from statements where kind = 'fleet') - (select sum(case when debit = 'receivable:blue-taxi' then amount_fen else -amount_fen end)::int
      from transfers where 'receivable:blue-taxi' in (debit, credit)) as fen`;
  expect(wrong?.fen).toBe(0);
}

describe('kill -9 of closing a month', () => {
  test.each([
    ["just before the fleet's statement", 'month-decided:kill:1', nothing, nothing],
    ['just after it', 'month-closed:kill:1', ofFleet, nothing],
    ["just before the owner's", 'month-decided:kill:2', ofFleet, nothing],
    ['just after it', 'month-closed:kill:2', ofFleet, ofOwner],
  ])(
    '%s (%s)',
    async (_when, point, fleetThen, ownerThen) => {
      const program = await start(point);
      expect(await program.exited).toBe('SIGKILL');
      expect(await traces(fleet)).toEqual(fleetThen);
      expect(await traces(owner)).toEqual(ownerThen);
      await closedByTheNext();
    },
    180_000,
  );

  test.each([
    ["just before the fleet's statement", 'month-decided:kill:1', nothing, 0],
    ['just after it', 'month-closed:kill:1', ofFleet, 1],
  ])(
    'that somebody asked for, %s: who asked is told with what was done',
    async (_when, point, fleetThen, linesThen) => {
      const key = await issueKey(books.db, 'operations', 'books');
      const env = { DATABASE_URL: books.url, PITLANE_FAULT_POINT: point };
      const asking = {
        method: 'POST',
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': '"close"' },
        body: JSON.stringify({ month }),
      };
      const ask = async (url: string) => fetch(`${url}/api/v1/statements/close`, asking).catch(() => null);
      const lines = () => sql`select actor, kind, object from acts where what = 'monthClosed'`;
      const urlOf = async (program: Program) => (await program.saw(/(http:\/\/127\.0\.0\.1:\d+)/, 60_000))[1] ?? '';

      const program = await startProgram('test/programs/serve-changes', { env });
      expect(await ask(await urlOf(program))).toBeNull();
      expect(await program.exited).toBe('SIGKILL');
      expect(await traces(fleet)).toEqual(fleetThen);
      const told = { actor: keyIdOf(key), kind: 'statement', object: month };
      expect(await lines()).toEqual(Array.from({ length: linesThen }, () => told));

      const next = await startProgram('test/programs/serve-changes', { env: { DATABASE_URL: books.url } });
      const url = await urlOf(next);
      expect((await ask(url))?.status).toBe(200);
      expect([await traces(fleet), await traces(owner)]).toEqual([ofFleet, ofOwner]);
      // Asked again with the same key, the service said what it had said: no line more.
      expect((await ask(url))?.headers.get('idempotency-replayed')).toBe('true');
      expect(await lines()).toEqual(Array.from({ length: linesThen + 1 }, () => told));
    },
    180_000,
  );

  test('while the statement is running', async () => {
    // It has written what stands on it and cannot write its transfers: what it has locked is given back, or kept with all the rest.
    const transfers = await holdTable(books.url, 'transfers');
    const program = await start();
    await transfers.isAwaited();
    await program.stop('SIGKILL');
    await transfers.letGo();
    await waitFor(
      'its sessions to end',
      async () =>
        (
          await sql`select from pg_stat_activity where application_name like 'test-idle-stations%' and datname = current_database()`
        ).length === 0,
      { withinMs: 20_000 },
    );
    expect([nothing, ofFleet]).toContainEqual(await traces(fleet));
    await closedByTheNext(2);
  }, 180_000);
});
