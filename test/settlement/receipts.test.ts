import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { startFollowUps } from '../../src/follow-ups/start.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { receiptConsumer } from '../../src/settlement/receipts.ts';
import { createReadWorld } from '../api/fixture.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { makeSwaps, publishTariff, seedTrade } from './settled-swaps.ts';

const from = Date.parse('2026-08-03T00:00:00Z');
const minute = 60_000;

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await seedTrade(world.sql, 3);
});
afterAll(() => world?.end());

interface Row {
  swap: string;
  lines: BillLine[];
  total_fen: number;
  [column: string]: unknown;
}
const options = () => ({ db: world.db, log: world.options.log, waitMs: () => 30 });
const receipt = async (swap: string): Promise<Row> => {
  const [row] = await world.sql`select *, total_fen::float8 as total_fen from receipts where swap = ${swap}`;
  return row as unknown as Row;
};
const waiting = async () => {
  const rows = await world.sql`select subject, problem from follow_ups where consumer = 'receipt' order by subject`;
  return rows.map(({ subject, problem }) => [subject, problem]);
};
const transfersOf = (swap: string) =>
  world.sql`select debit, credit, amount_fen::float8 as fen from transfers where cause = 'receipt' and cause_id = ${swap} order by line`;

describe('receipts', () => {
  test('without a price table there is none: the swap waits, an alarm tells, and it heals when the table comes', async () => {
    await makeSwaps(world.sql, { first: 0, last: 5, stations: 3, from, everyMs: 3 * minute });
    const running = startFollowUps({ ...options(), consumers: [receiptConsumer(world.db)], pollMs: 20, watchMs: 20 });
    const alarms = (active: boolean) =>
      world.sql`select station from alarms where code = 'tariffGap' and (cleared_at is null) = ${active}`;
    await waitFor('an alarm at each station', async () => (await alarms(true)).length === 3);
    expect((await waiting())[0]).toEqual([
      'tr-000.1.1',
      'tariffGap: tariff single-rate-1-10kV has no price table for 2026-08-03',
    ]);
    expect(await world.sql`select from receipts`).toHaveLength(0);
    await publishTariff(world.sql);
    await waitFor('no swap waiting', async () => (await waiting()).length === 0);
    await waitFor('the alarms over', async () => (await alarms(false)).length === 3);
    await running.stop();
    expect(await world.sql`select from receipts`).toHaveLength(6);
  });

  test('a leased car: energy by the counters at the price of the release, service to the operator', async () => {
    // Swap 0: 08:00 in Beijing, flat; 46 000 Wh given, 5 000 Wh returned.
    const made = await receipt('tr-000.1.1');
    expect(made).toMatchObject({
      vin: 'LNBSCB3F6JE100000',
      lessee: 'blue-taxi',
      owner: 'pack-bank',
      lease: 'l-0000000000000000',
      plan: 'leased',
      plan_version: 1,
      tariff: 'single-rate-1-10kV/2026-08-01',
      energy_wh: 41_000,
    });
    expect(
      made.lines.map(({ kind, quantity, unitPriceMicro, amountFen }) => [kind, quantity, unitPriceMicro, amountFen]),
    ).toEqual([
      ['energy', 41_000, 726_970, 2_981],
      ['serviceFee', 41_000, 350_000, 1_435],
    ]);
    expect(made.total_fen).toBe(2_981 + 1_435);
    expect(made.link_token).toMatch(/^[0-9a-f]{32}$/);
    expect(await transfersOf('tr-000.1.1')).toEqual([
      { debit: 'receivable:blue-taxi', credit: 'revenue:energy', fen: 2_981 },
      { debit: 'receivable:blue-taxi', credit: 'revenue:service', fen: 1_435 },
    ]);
  });

  test('a car without lease pays by the plan for such cars, parking too; without counters by state of charge', async () => {
    // Swap 3: no counters. Given 95 % of 55 000 x 93.25 %, returned 13 % of 55 000 x 92.5 %.
    const made = await receipt('tr-000.1.2');
    expect(made).toMatchObject({ lessee: 'blue-taxi', owner: null, lease: null, plan: 'walk-in', energy_wh: 42_109 });
    expect(made.lines[0]?.basis).toMatchObject({ energy: 'socTimesUsable' });
    expect(made.lines.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['energy', 3_061],
      ['serviceFee', 2_105],
      ['parking', 25],
    ]);
  });

  test('a car without any plan waits, and is billed when there is one', async () => {
    await world.sql`update plans set is_walk_in = false`;
    await makeSwaps(world.sql, { first: 7, last: 7, stations: 3, from: from + 60 * minute, everyMs: minute });
    await workOnce(options(), receiptConsumer(world.db));
    expect(await waiting()).toEqual([
      ['tr-001.1.3', 'noPriceForSwap: the car has no lease, and there is no plan for such cars'],
    ]);
    await world.sql`update plans set is_walk_in = true where id = 'walk-in'`;
    await waitFor('billed', async () => {
      await workOnce(options(), receiptConsumer(world.db));
      return (await waiting()).length === 0;
    });
    expect((await receipt('tr-001.1.3')).plan).toBe('walk-in');
  });

  test('a pack below the floor of the plan is credited at the cost of its owner', async () => {
    await makeSwaps(world.sql, { first: 206, last: 206, stations: 3, from: from + 90 * minute, everyMs: minute });
    await workOnce(options(), receiptConsumer(world.db));
    const made = await receipt('tr-002.1.69');
    expect(made.lines.find(({ kind }) => kind === 'sohCredit')?.amountFen).toBe(-300);
    expect(await transfersOf('tr-002.1.69')).toContainEqual({
      debit: 'payable:pack-bank',
      credit: 'receivable:blue-taxi',
      fen: 300,
    });
  });

  test('below the floor is what the bay went by, not what the BMS said: a good BMS keeps no credit, a bad one makes none', async () => {
    const creditOf = async (swap: string) => (await receipt(swap)).lines.find(({ kind }) => kind === 'sohCredit');
    for (const n of [226, 246])
      await makeSwaps(world.sql, {
        first: n,
        last: n,
        stations: 3,
        from: from + (92 + n / 100) * minute,
        everyMs: minute,
      });
    await workOnce(options(), receiptConsumer(world.db));
    expect(await creditOf('tr-001.1.76')).toMatchObject({
      amountFen: -300,
      basis: { sohPct: 84.75, source: 'estimate', sohFloorPct: 85 },
    });
    expect((await receipt('tr-000.1.83')).usage).toMatchObject({ packIn: { sohPct: 82.5 }, packInSoh: { pct: 86 } });
    expect(await creditOf('tr-000.1.83')).toBeUndefined();
  });

  test('parking is billed when the car has left, not before', async () => {
    await makeSwaps(world.sql, { first: 9, last: 9, stations: 3, from: from + 100 * minute, everyMs: minute });
    await world.sql`update swaps set left_at = null where id = 'tr-000.1.4'`;
    const early = receiptConsumer(world.db, { now: () => from + 103 * minute });
    await workOnce(options(), early);
    expect(await waiting()).toEqual([['tr-000.1.4', null]]);
    await world.sql`update follow_ups set due_at = now()`;
    await workOnce(options(), receiptConsumer(world.db));
    expect((await waiting())[0]?.[1]).toBe('carHasNotLeft: its parking has no end yet');
    await world.sql`update swaps set left_at = in_position_at + interval '5 minutes' where id = 'tr-000.1.4'`;
    await world.sql`update follow_ups set due_at = now()`;
    await workOnce(options(), early);
    expect((await receipt('tr-000.1.4')).lines.at(-1)).toMatchObject({ kind: 'parking', quantity: 4, amountFen: 100 });
  });

  test('a swap that a person settled is priced at its end, and every line says so', async () => {
    await makeSwaps(world.sql, { first: 12, last: 12, stations: 3, from: from + 120 * minute, everyMs: minute });
    await world.sql`update swaps set released_at = null, swap_time_ms = null, ended_at = ended_at + interval '20 minutes' where id = 'tr-000.1.5'`;
    await workOnce(options(), receiptConsumer(world.db));
    const made = await receipt('tr-000.1.5');
    expect(made.released_at).toEqual(new Date(from + 120 * minute + 80_000 + 20 * minute));
    expect(made.lines.map(({ basis }) => basis.pricedAt)).toEqual(made.lines.map(() => 'endOfSwap'));
  });

  test('what nobody knows is never billed: packs without readings, and no pack', async () => {
    await makeSwaps(world.sql, { first: 15, last: 17, stations: 3, from: from + 150 * minute, everyMs: minute });
    await world.sql`update swaps set pack_out = 'PLNPB01ABCDEFGJ719999999' where id = 'tr-000.1.6'`;
    await world.sql`update swaps set pack_in = null where id = 'tr-001.1.6'`;
    await workOnce(options(), receiptConsumer(world.db));
    const problems = await waiting();
    expect(problems).toHaveLength(2);
    expect(problems[0]?.[1]).toContain(
      'energyUnknown: what the packs held is not known (PLNPB01ABCDEFGJ719999999: no state of charge',
    );
    expect(problems[1]?.[1]).toContain('packUnknownAtSwap');
  });

  test('receipts and transfers stay as they are', async () => {
    await expect(world.sql`update receipts set total_fen = 0`).rejects.toThrow('append-only');
    await expect(world.sql`delete from transfers`).rejects.toThrow('append-only');
  });
});
