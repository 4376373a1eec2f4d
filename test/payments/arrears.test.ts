import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeMonth } from '../../src/statements/close-month.ts';
import { tellLeases } from '../../src/statements/tell-leases.ts';
import { afterMonth, at, seedLease, seedPlan, seedReceipt, vin } from '../statements/world.ts';
import { bankFile, ownAccount } from './files.ts';
import { createPayments } from './world.ts';

const lease = 'l-0000000000000001';
const statement = 's-2026-06-blue-taxi';
let world: Awaited<ReturnType<typeof createPayments>>;
let totalFen = 0;
beforeAll(async () => {
  world = await createPayments();
  const { db, sql } = world;
  await seedPlan(sql, 'taxi', 1, { monthlyFeeFen: 100_000, dueDays: 10, graceDays: 7 });
  await seedLease(db, { lease, vin: vin(1), plan: 'taxi', fromDay: '2026-06-01' });
  await seedReceipt(sql, { swap: 'bj-001.1.1', vin: vin(1), lease, at: at('2026-06-10') });
  await closeMonth(db, '2026-06', { by: 'test', now: afterMonth('2026-06') });
  [{ fen: totalFen = 0 } = {}] = await sql<
    { fen: number }[]
  >`select total_fen::int as fen from statements where id = ${statement}`;
});
afterAll(() => world?.end());

const state = async () => (await world.sql`select state from leases where id = ${lease}`)[0]?.state;
const view = async () => (await world.ask(`/statements/${statement}`, 'fleet')).body;
const pay = (transaction: string, fen: number) =>
  world.send('bank', bankFile([{ transaction, fen, text: `电费 ${statement}` }]));

test('paying brings a lease out of arrears, undoing the match brings it back; the statement shows what was paid', async () => {
  const { db } = world;
  expect(totalFen).toBeGreaterThan(100_000);
  await tellLeases(db, at('2026-07-12', 1));
  expect(await state()).toBe('inArrears');
  expect((await view()).balance).toMatchObject({ owedFen: totalFen, paidFen: 0, openFen: totalFen, state: 'overdue' });

  await pay('P1', totalFen - 1);
  await tellLeases(db, at('2026-07-12', 2));
  expect(await state()).toBe('inArrears');
  expect((await view()).balance).toMatchObject({ paidFen: totalFen - 1, openFen: 1, state: 'overdue' });

  await pay('P2', 51);
  await tellLeases(db, at('2026-07-12', 3));
  expect(await state()).toBe('active');
  const paid = await view();
  expect(paid.balance).toMatchObject({ paidFen: totalFen, openFen: 0, state: 'paid' });
  expect(paid.payments.map(({ payment, amountFen }: Record<string, unknown>) => [payment, amountFen])).toEqual([
    [`bank.${ownAccount}.P1`, totalFen - 1],
    [`bank.${ownAccount}.P2`, 1],
  ]);

  await world.post(`/payments/bank.${ownAccount}.P1/matches/1/undo`, { note: 'another blue' });
  await tellLeases(db, at('2026-07-12', 4));
  expect(await state()).toBe('inArrears');
  expect((await view()).balance).toMatchObject({
    paidFen: 1,
    coveredFen: 50,
    openFen: totalFen - 51,
    state: 'overdue',
  });
  expect(await world.broken()).toEqual([]);
});

test('one that is not due yet is open, then partly paid', async () => {
  const id = await world.owe('green-taxi', '2026-05', 1_000, '2999-01-01');
  const balance = async () => (await world.ask(`/statements/${id}`, 'operations')).body.balance;
  expect(await balance()).toMatchObject({ openFen: 1_000, state: 'open' });
  await world.send('bank', bankFile([{ transaction: 'P3', fen: 400, text: id }]));
  expect(await balance()).toMatchObject({ paidFen: 400, openFen: 600, state: 'partlyPaid' });
});
