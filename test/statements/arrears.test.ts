import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeMonth } from '../../src/statements/close-month.ts';
import { auditStatement } from '../../src/statements/rebuild.ts';
import { tellLeases } from '../../src/statements/tell-leases.ts';
import { afterMonth, at, balance, createBooks, receiptLines, seedLease, seedPlan, seedReceipt, vin } from './world.ts';

const lease = 'l-0000000000000001';
let books: Awaited<ReturnType<typeof createBooks>>;
beforeAll(async () => {
  books = await createBooks();
  const { db, sql } = books;
  await seedPlan(sql, 'taxi', 1, { monthlyFeeFen: 100_000, dueDays: 10, graceDays: 7, energyTrueUp: true });
  await seedLease(db, { lease, vin: vin(1), plan: 'taxi', fromDay: '2026-06-01' });
  await seedReceipt(sql, { swap: 'bj-001.1.1', vin: vin(1), lease, at: at('2026-06-10') });
  await sql`insert into charge_costs (charge, station, slot, pack, started_at, ended_at, metered_wh, tariff, lines, cost_fen)
    values ('bj-001/9/0', 'bj-001', 1, 'P', '2026-06-09T00:00:00Z', '2026-06-09T01:00:00Z', 40000, 't', '[]', 2400)`;
  await closeMonth(db, '2026-06', { by: 'test', now: afterMonth('2026-06') });
});
afterAll(() => books?.end());

const state = async () => (await books.sql`select state, blocks from leases where id = ${lease}`)[0];

test('a statement that is not paid after its due day is told to the lease once, and told again when it is paid', async () => {
  const { db, sql } = books;
  expect(await tellLeases(db, at('2026-07-11', 23))).toBe(0);
  expect(await tellLeases(db, at('2026-07-12', 1))).toBe(1);
  expect(await tellLeases(db, at('2026-07-12', 2))).toBe(0);
  expect(await state()).toMatchObject({ state: 'inArrears' });
  await sql`insert into payment_matches (payment, n, party, amount_fen, reason, by) values ('bank.1', 1, 'blue-taxi', 10000000, 'test', 'test')`;
  expect(await tellLeases(db, at('2026-07-12', 3))).toBe(1);
  expect(await state()).toMatchObject({ state: 'active', blocks: null });
});

test('the energy is trued up by metered cost once, where the plan says so', async () => {
  const { db, sql } = books;
  await closeMonth(db, '2026-06', { by: 'test', now: afterMonth('2026-06') });
  const [note, ...more] = await sql`select id, total_fen, lines from notes`;
  // 24.00 yuan for 40 kWh by the meter: 30 kWh cost 18.00, and 21.81 were billed.
  expect([note?.id, Number(note?.total_fen), more.length]).toEqual(['t-2026-06-blue-taxi', 1800 - 2181, 0]);
  expect(await balance(sql, 'revenue:energy')).toBe(-1800);
});

test('a closed statement is rebuilt to the fen; a receipt that is otherwise is found', async () => {
  const of = (energyWh: number) => async (swaps: readonly string[]) =>
    swaps.map((swap) => ({
      swap,
      vin: vin(1),
      lease,
      releasedAt: at('2026-06-10'),
      odometerKm: 1000,
      energyWh,
      lines: receiptLines({ swap, vin: vin(1), at: 0, energyWh }),
    }));
  expect((await auditStatement(books.db, 's-2026-06-blue-taxi', of(30_000))).differences).toEqual([]);
  const { differences: found } = await auditStatement(books.db, 's-2026-06-blue-taxi', of(30_100));
  expect(found.map(({ what }) => what)).toContain('totalFen');
});
