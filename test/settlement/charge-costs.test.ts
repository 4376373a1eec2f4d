import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { chargeCostConsumer } from '../../src/settlement/charge-costs.ts';
import { createReadWorld } from '../api/fixture.ts';
import { publishTariff, seedTrade } from './settled-swaps.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await seedTrade(world.sql, 1);
});
afterAll(() => world?.end());
beforeEach(async () => {
  await world.sql`delete from follow_ups`;
});

const station = 'tr-000';
let n = 0;
const note = async (slot: number, phase: string, registerWh: number, at: string, energyWh?: number, pack = 'A') => {
  n += 1;
  await world.sql`insert into charges (station, event_n, position, slot, pack, phase, register_wh, reading, occurred_at)
    values (${station}, ${n}, 0, ${slot}, ${pack}, ${phase}, ${registerWh}, ${energyWh === undefined ? null : world.sql.json({ socPct: 50, energyWh })}, ${at})`;
  return `${station}/${n}/0`;
};
const work = () => workOnce({ db: world.db, log: world.options.log, waitMs: () => 0 }, chargeCostConsumer(world.db));
const cost = async (charge: string) => {
  const [row] = await world.sql<{ lines: BillLine[]; metered: number; into_pack_wh: number | null; cost: number }[]>`
    select lines, metered_wh::float8 as metered, into_pack_wh, cost_fen::float8 as cost from charge_costs where charge = ${charge}`;
  return row;
};

describe('the cost of a charge', () => {
  test('waits for a price table, then is split over the hours by time', async () => {
    await note(1, 'started', 100_000, '2026-08-03T01:30:00Z', 10_000);
    await note(1, 'ready', 148_000, '2026-08-03T02:20:00Z');
    // 09:30 to 10:30 in Beijing: half flat, half peak.
    const charge = await note(1, 'ended', 150_000, '2026-08-03T02:30:00Z', 57_500);
    await work();
    const [waiting] = await world.sql`select problem from follow_ups where consumer = 'chargeCost'`;
    expect(waiting?.problem).toContain('tariffGap: tariff single-rate-1-10kV has no price table');
    await publishTariff(world.sql);
    await work();
    const made = await cost(charge);
    expect(made?.lines.map(({ quantity, unitPriceMicro, amountFen }) => [quantity, unitPriceMicro, amountFen])).toEqual(
      [
        [25_000, 726_970, 1_817],
        [25_000, 1_038_730, 2_597],
      ],
    );
    expect(made).toMatchObject({ metered: 50_000, into_pack_wh: 47_500, cost: 4_414 });
    const moved =
      await world.sql`select debit, credit, amount_fen::int as fen from transfers where cause_id = ${charge} order by line`;
    expect(moved).toEqual([
      { debit: 'cost:energy', credit: 'payable:grid', fen: 1_817 },
      { debit: 'cost:energy', credit: 'payable:grid', fen: 2_597 },
    ]);
  });

  test('is counted from the reading before where the start was lost', async () => {
    const charge = await note(1, 'ended', 160_000, '2026-08-03T02:45:00Z', 30_000, 'B');
    await work();
    const made = await cost(charge);
    expect(made).toMatchObject({ metered: 10_000, into_pack_wh: null, cost: 1_039 });
    expect(made?.lines[0]?.basis.startNotSeen).toBe(true);
  });

  test('books nothing for the first reading of a meter, and none for a meter that went back', async () => {
    const first = await note(2, 'ended', 7_000, '2026-08-03T03:00:00Z');
    await note(2, 'started', 9_000, '2026-08-03T04:00:00Z');
    const back = await note(2, 'ended', 500, '2026-08-03T05:00:00Z');
    await work();
    expect(await cost(first)).toMatchObject({ metered: 0, lines: [], cost: 0 });
    expect(await cost(back)).toBeUndefined();
    const [stuck] = await world.sql`select subject, problem from follow_ups where consumer = 'chargeCost'`;
    expect(stuck).toEqual({ subject: back, problem: 'meterWentBack: slot 2: 9000 Wh, then 500 Wh' });
  });
});
