import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { readAuditOrder, sayReport } from '../../src/settlement/audit/command.ts';
import { audit } from '../../src/settlement/audit/run.ts';
import { takeSnapshot } from '../../src/settlement/balances.ts';
import { contractsOf } from '../../src/settlement/contracts.ts';
import { receiptConsumer } from '../../src/settlement/receipts.ts';
import { createReadWorld } from '../api/fixture.ts';
import { ensureBuilt, startProgram } from '../helpers/programs.ts';
import { makeSwaps, publishTariff, seedTrade } from './settled-swaps.ts';

const days = { from: '2026-08-01', to: '2026-09-01' };
const swaps = 900;

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await seedTrade(world.sql, 3);
  await publishTariff(world.sql);
  await makeSwaps(world.sql, {
    first: 0,
    last: swaps - 1,
    stations: 3,
    from: Date.parse('2026-08-02T16:00:00Z'),
    everyMs: 180_000,
  });
  const consumer = receiptConsumer(world.db);
  const options = { db: world.db, log: world.options.log };
  while ((await workOnce(options, consumer)) > 0);
  await takeSnapshot(world.db, Date.parse('2026-08-03T16:00:00Z'), 0);
}, 120_000);
afterAll(() => world?.end());

/** As nobody may: past the triggers that keep the books. */
async function tamper(table: string, change: string, undo: string, look: () => Promise<void>): Promise<void> {
  const run = (statement: string) =>
    world.sql.unsafe(
      `alter table ${table} disable trigger user; ${statement}; alter table ${table} enable trigger user`,
    );
  await run(change);
  try {
    await look();
  } finally {
    await run(undo);
  }
}
const differences = async () =>
  (await audit(world.db, days)).differences.map(({ kind, id, what }) => `${kind} ${id} ${what}`);

describe('the audit', () => {
  test("a swap without lease was its plan owner's, whichever plan such cars have today", async () => {
    const { db, sql } = world;
    await sql`insert into plans (id, owner, name, is_walk_in, closed_at, created_by)
      values ('once-walk-in', 'pack-bank', '散客', false, '2026-09-01', 'test')`;
    await sql`insert into plan_versions (plan, version, terms, published_at, published_by)
      select 'once-walk-in', 1, terms, published_at, 'test' from plan_versions where plan = 'walk-in'`;
    const car = { vin: 'LNBSCB3F6JE100001', at: Date.parse('2026-08-05T04:00:00Z'), fleet: 'blue-taxi' };
    expect(await contractsOf(db, [{ ...car, walkIn: 'once-walk-in' }, car])).toMatchObject([
      { lease: null, plan: 'once-walk-in', owner: 'pack-bank' },
      { lease: null, plan: 'walk-in', owner: null },
    ]);
  });

  test('finds every bill as the log says, and says how many it examined', async () => {
    const report = await audit(world.db, days);
    expect(report.differences).toEqual([]);
    expect(report.examined).toMatchObject({ receipts: swaps, statements: 0 });
    expect(report.examined.snapshots).toBeGreaterThan(4);
    expect(sayReport(report, days)).toContain('examined 900 receipts');
    const part = await audit(world.db, { from: '2026-08-03', to: '2026-08-04' });
    expect(part.differences).toEqual([]);
    expect(part.examined.receipts).toBe(480);
  });

  test.each([
    [
      'a fen too much',
      'receipts',
      `update receipts set total_fen = total_fen + 1 where swap = 'tr-001.1.7'`,
      `update receipts set total_fen = total_fen - 1 where swap = 'tr-001.1.7'`,
      ['receipt tr-001.1.7 totalFen'],
    ],
    [
      'another line',
      'receipts',
      `update receipts set lines = jsonb_set(lines, '{0,unitPriceMicro}', '726970') where swap = 'tr-002.1.1'`,
      `update receipts set lines = jsonb_set(lines, '{0,unitPriceMicro}', '454170') where swap = 'tr-002.1.1'`,
      ['receipt tr-002.1.1 lines'],
    ],
    [
      'another debtor',
      'transfers',
      `update transfers set debit = 'receivable:red-taxi' where cause_id = 'tr-000.1.201' and line = 1`,
      `update transfers set debit = 'receivable:blue-taxi' where cause_id = 'tr-000.1.201' and line = 1`,
      ['transfer receipt tr-000.1.201 line debit credit fen'],
    ],
    [
      'a transfer too many',
      'transfers',
      `insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at) values ('receivable:a', 'revenue:energy', 5, 'receipt', 'tr-000.1.9999', 1, '2026-08-20')`,
      `delete from transfers where cause_id = 'tr-000.1.9999'`,
      ['transfer receipt tr-000.1.9999 cause'],
    ],
    [
      'a receipt that is gone',
      'receipts',
      `create table gone as select * from receipts where swap = 'tr-000.1.9'; delete from receipts where swap = 'tr-000.1.9'`,
      'insert into receipts select * from gone',
      ['receipt tr-000.1.9 receipt', 'transfer receipt tr-000.1.9 cause'],
    ],
    [
      'a receipt of a swap that never was',
      'receipts',
      `insert into receipts select (jsonb_populate_record(r, '{"swap":"tr-000.1.888"}')).* from receipts r where swap = 'tr-000.1.2'`,
      `delete from receipts where swap = 'tr-000.1.888'`,
      ['receipt tr-000.1.888 receipt'],
    ],
    [
      'a balance',
      'balance_snapshots',
      `update balance_snapshots set credit_fen = credit_fen + 1 where account = 'revenue:energy'`,
      `update balance_snapshots set credit_fen = credit_fen - 1 where account = 'revenue:energy'`,
      ['balance revenue:energy at 2026-08-03T16:00:00.000Z debit credit transfers'],
    ],
  ])('finds %s', async (_, table, change, undo, found) => {
    await tamper(table, change, undo, async () => expect(await differences()).toEqual(found));
    expect(await differences()).toEqual([]);
  });

  test('does not ask the tables of swaps: what they say later changes nothing', async () => {
    await world.sql`update swaps set odometer_km = 1, pack_in = pack_out, released_at = null where id = 'tr-000.1.3'`;
    expect(await differences()).toEqual([]);
  });

  test('a completed swap without a receipt is a difference, with the reason it waits for', async () => {
    await makeSwaps(world.sql, {
      first: swaps,
      last: swaps,
      stations: 3,
      from: Date.parse('2026-08-10T00:00:00Z'),
      everyMs: 1,
    });
    const fresh = await audit(world.db, days);
    expect(fresh).toMatchObject({ waiting: 1, differences: [] });
    await world.sql`update follow_ups set problem = 'tariffGap: none' where consumer = 'receipt'`;
    expect((await audit(world.db, days)).differences).toMatchObject([
      { kind: 'receipt', id: 'tr-000.1.301', stored: 'tariffGap: none' },
    ]);
    await world.sql`update follow_ups set consumer = 'trace' where consumer = 'receipt'`;
    expect((await audit(world.db, days)).differences).toMatchObject([
      { kind: 'receipt', id: 'tr-000.1.301', stored: 'missing' },
    ]);
  });

  test('as a command: what it did, and its exit code', async () => {
    await ensureBuilt();
    const run = async (...args: string[]) => {
      const program = await startProgram('src/settlement/audit-main', { args, env: { DATABASE_URL: world.url } });
      return { code: await program.exited, said: program.output() };
    };
    const clean = await run('--from', '2026-08-03', '--to', '2026-08-04');
    expect(clean).toMatchObject({ code: 0, said: expect.stringContaining('examined 480 receipts') });
    const found = await run('--from', '2026-08-01', '--to', '2026-09-01');
    expect(found).toMatchObject({
      code: 1,
      said: expect.stringContaining('receipt tr-000.1.301: receipt: written missing'),
    });
    expect((await run('--from', 'yesterday')).code).toBe(1);
  }, 240_000);
});

test('the command line', () => {
  expect(readAuditOrder(['--from', '2026-08-01', '--to', '2026-09-01'])).toEqual({ command: 'audit', ...days });
  expect(readAuditOrder(['--from', '2026-08-01'], Date.parse('2026-08-02T17:00:00Z'))).toMatchObject({
    to: '2026-08-04',
  });
  expect(readAuditOrder([])).toEqual({ command: 'help' });
  expect(() => readAuditOrder(['--from', '2026-13-01'])).toThrow('must be a day');
  expect(() => readAuditOrder(['--from', '2026-09-01', '--to', '2026-08-01'])).toThrow('before');
});
