import { afterAll, beforeAll, expect, test } from 'vitest';
import { runStatement } from '../../src/db/statement.ts';
import { planDispute } from '../../src/disputes/desk.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { receiptConsumer } from '../../src/settlement/receipts.ts';
import { createReadWorld } from '../api/fixture.ts';
import { makeSwaps, parties, publishTariff, seedTrade } from '../settlement/settled-swaps.ts';

const swap = 'tr-000.1.3';
let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  const { sql, db } = world;
  await seedTrade(sql, 2);
  await publishTariff(sql);
  await makeSwaps(sql, { first: 0, last: 9, stations: 2, from: Date.parse('2026-08-03T02:00:00Z'), everyMs: 180_000 });
  // The charge of the pack that swap will give, with the register at both ends.
  const [given] = await sql`select pack_in from swaps where id = ${swap}`;
  for (const [n, phase, registerWh] of [
    [1, 'started', 1000],
    [2, 'ended', 41_000],
  ] as const)
    await sql`insert into charges (station, event_n, position, slot, pack, phase, register_wh, occurred_at)
      values ('tr-000', ${n}, 0, 4, ${given?.pack_in}, ${phase}, ${registerWh}, ${`2026-08-02T0${n}:00:00Z`})`;
  const consumer = receiptConsumer(db);
  while ((await workOnce({ db, log: world.options.log }, consumer)) > 0);
}, 120_000);
afterAll(() => world?.end());

test('of a swap all its records of the log are attached, what priced it, and the meter; and nothing of another swap', async () => {
  const { db, sql } = world;
  const act = { by: 'test', now: Date.now() };
  const row = await runStatement(db, await planDispute(db, { swap, reason: 'too much' }, parties.lessee, act));
  const pieces =
    await sql`select kind, source, body, n from dispute_evidence where dispute = ${String(row?.id)} order by n`;
  expect(pieces.map(({ n }) => n)).toEqual(pieces.map((_, at) => at + 1));
  expect(row?.evidence).toBe(pieces.length);
  const of = (kind: string) => pieces.filter((piece) => piece.kind === kind);
  expect(of('event').map(({ body }) => [body.swap, body.type])).toEqual([
    [swap, 'vehicleInPosition'],
    [swap, 'packRead'],
    [swap, 'packRead'],
    [swap, 'packRead'],
    [swap, 'packRead'],
    [swap, 'commandResult'],
    [swap, 'commandResult'],
    [swap, 'vehicleLeft'],
  ]);
  expect(JSON.stringify(of('event').map(({ body }) => body.decided))).toContain(`swap ${swap} released`);
  expect(of('event')[0]?.source).toMatch(/^tr-000\/\d+$/);
  expect(of('receipt')[0]?.body).toMatchObject({ swap, plan: expect.any(String), usage: { packIn: {}, packOut: {} } });
  expect(of('receipt')[0]?.body).not.toHaveProperty('link_token');
  expect(of('tariff')).toMatchObject([
    { source: 'single-rate-1-10kV/2026-08-01', body: { table: { category: 'single-rate-1-10kV' } } },
  ]);
  expect(of('plan')).toHaveLength(1);
  expect(of('charge').map(({ body }) => [body.phase, Number(body.register_wh)])).toEqual([
    ['started', 1000],
    ['ended', 41_000],
  ]);
  expect(of('transfer').length).toBeGreaterThan(0);
});
