import { afterAll, beforeAll, expect, test } from 'vitest';
import { intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import { sayReport } from '../../src/settlement/audit/command.ts';
import { audit } from '../../src/settlement/audit/run.ts';
import { assetOf, createDispatchWorld, seedAsset, seedSite, seedTariff } from './dispatch-world.ts';

// What sites used and earned is rebuilt from what their meters have shown, with the category of each day.

const days = { from: '2026-08-10', to: '2026-08-14' };
const [a, b] = [assetOf(1), assetOf(2)];
const first = Date.parse('2026-08-12T01:00:00Z');
let world: Awaited<ReturnType<typeof createDispatchWorld>>;

beforeAll(async () => {
  world = await createDispatchWorld('2026-08-12T02:07:00Z');
  await seedSite(world.sql, 'depot-1');
  for (const asset of [a, b]) await seedAsset(world.sql, asset, 'depot-1');
  // Both discharge more than the site takes, in two reports of one quarter; one charges in the next.
  const report = async (...readings: object[]) => {
    world.clock.now += 1000;
    const { status } = await world.send('POST', 'depot-1/readings', { readings });
    expect(status).toBe(201);
  };
  const reading = (asset: string, at: number, chargeWh: number, dischargeWh: number) => ({
    asset,
    startsAt: new Date(at).toISOString(),
    chargeWh,
    dischargeWh,
    loadWh: 6_000,
    socPct: 50,
  });
  await report(reading(b, first, 0, 4_000));
  await report(reading(a, first, 0, 4_000));
  await report(reading(a, first - intervalMs, 3_333, 0), reading(b, first - intervalMs, 0, 4_777));
}, 60_000);
afterAll(() => world?.end());

const found = async () => {
  const report = await audit(world.db, days);
  return report.differences.map(({ kind, id, what }) => `${kind} ${id} ${what}`);
};

/** Changes what nothing may change, looks, and puts it back. */
async function tampered(change: string, undo: string): Promise<string[]> {
  const run = async (text: string) => {
    await world.sql.unsafe(
      'alter table dispatch_readings disable trigger user; alter table transfers disable trigger user',
    );
    await world.sql.unsafe(text);
    await world.sql.unsafe(
      'alter table dispatch_readings enable trigger user; alter table transfers enable trigger user',
    );
  };
  await run(change);
  const differences = await found();
  await run(undo);
  return differences;
}

const atFirst = `asset = '${a}' and starts_at = '${new Date(first).toISOString()}'`;
const id = `${a}/${new Date(first).toISOString()}`;

test('all readings are examined, and are as the books say', async () => {
  const report = await audit(world.db, days);
  expect(report.differences).toEqual([]);
  expect(report.examined.readings).toBe(4);
  expect(sayReport(report, days)).toContain('4 readings of sites');
  const [late] = await world.sql`select used_wh from dispatch_readings where ${world.sql.unsafe(atFirst)}`;
  // Whoever reports first is used first: 6,000 Wh of load, 4,000 of them served already.
  expect(late).toEqual({ used_wh: 2_000 });
});

test.each([
  ['energy', 'used_wh = 2001', 'used_wh = 2000', [`reading ${id} usedWh`]],
  ['a fen', 'worth_fen = worth_fen + 1', 'worth_fen = worth_fen - 1', [`reading ${id} worthFen`]],
  ['a price', 'price_micro = 1', 'price_micro = 730000', [`reading ${id} priceMicro`]],
])('finds %s that is not as it was metered', async (_, change, undo, differences) => {
  const update = (set: string) => `update dispatch_readings set ${set} where ${atFirst}`;
  expect(await tampered(update(change), update(undo))).toEqual(differences);
  expect(await found()).toEqual([]);
});

test('finds a transfer of another amount, and one of no reading', async () => {
  const update = (sign: string) => `update transfers set amount_fen = amount_fen ${sign} 1 where cause_id = '${id}'`;
  expect(await tampered(update('+'), update('-'))).toEqual([`transfer dispatch ${id} line debit credit fen`]);
  const stray = `${a}/2026-08-11T00:00:00.000Z`;
  const made = `insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
    values ('cost:energy', 'payable:grid', 5, 'dispatch', '${stray}', 1, '2026-08-11T00:00:00Z')`;
  expect(await tampered(made, `delete from transfers where cause_id = '${stray}'`)).toEqual([
    `transfer dispatch ${stray} cause`,
  ]);
});

test('a site buys under another category from the day after it is said; what was before keeps its own', async () => {
  await world.sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    select 'cheap-rate', valid_from, valid_to, jsonb_set(jsonb_set("table", '{category}', '"cheap-rate"'), '{prices,flat}', '100000'), 'test'
    from tariffs where category = 'depot-rate'`;
  const change = await world.send('PATCH', 'depot-1', { tariffCategory: 'cheap-rate' }, 'operations', {
    'If-Match': '*',
  });
  expect(change.status).toBe(200);
  const entries = await world.sql`
    select from_day > (now() at time zone 'Asia/Shanghai')::date as to_come, category from site_tariffs where site = 'depot-1' order by from_day`;
  expect(entries).toEqual([
    { to_come: false, category: 'depot-rate' },
    { to_come: true, category: 'cheap-rate' },
  ]);
  expect(await found()).toEqual([]);
  // As if it had been said the day before: from then on it is another price, and what was booked before stands.
  await world.sql`update site_tariffs set from_day = '2026-08-13' where category = 'cheap-rate'`;
  world.clock.now = Date.parse('2026-08-13T03:00:00Z');
  const { body } = await world.send<{ items: { priceMicro: number; tariff: string }[] }>('POST', 'depot-1/readings', {
    readings: ['2026-08-12T15:30:00Z', '2026-08-13T01:00:00Z'].map((startsAt) => ({
      asset: a,
      startsAt,
      chargeWh: 1_000,
      dischargeWh: 0,
      loadWh: 6_000,
      socPct: 50,
    })),
  });
  expect(body.items.map(({ priceMicro, tariff }) => [priceMicro, tariff.split('/')[0]])).toEqual([
    [450_000, 'depot-rate'],
    [100_000, 'cheap-rate'],
  ]);
  expect(await found()).toEqual([]);
  await expect(world.sql`update site_tariffs set category = 'x' where category = 'depot-rate'`).rejects.toThrow(
    'has begun to count',
  );
});

test('a day without a table of the category: a clear error, and nothing is written', async () => {
  await seedTariff(world.sql, '2026-09-02', '2026-10-01');
  const before = await world.sql`select count(*)::int as n from dispatch_readings`;
  world.clock.now = Date.parse('2026-09-01T12:00:00Z');
  const { status, body } = await world.send('POST', 'depot-1/readings', {
    readings: [{ asset: a, startsAt: '2026-09-01T02:00:00Z', chargeWh: 1, dischargeWh: 0, loadWh: 1, socPct: 50 }],
  });
  expect([status, body.code]).toEqual([409, 'tariff-gap']);
  expect(await world.sql`select count(*)::int as n from dispatch_readings`).toEqual(before);
});
