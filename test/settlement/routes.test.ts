import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  BalanceView,
  Certificate,
  EnergyLoss,
  ReceiptDetail,
  ReceiptView,
  TransferView,
} from '../../schema/wire/api/settlement.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { balancesAt, differentSnapshots, takeSnapshot } from '../../src/settlement/balances.ts';
import { chargeCostConsumer } from '../../src/settlement/charge-costs.ts';
import { receiptConsumer } from '../../src/settlement/receipts.ts';
import { startSnapshots } from '../../src/settlement/snapshot-keeper.ts';
import { callerOf, createReadWorld, type Keys } from '../api/fixture.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { makeSwaps, publishTariff, seedTrade } from './settled-swaps.ts';

const from = Date.parse('2026-08-02T16:00:00Z');

let world: Awaited<ReturnType<typeof createReadWorld>>;
let ask: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  ask = callerOf(world.app, world.keys);
  await seedTrade(world.sql, 3);
  await publishTariff(world.sql);
  await makeSwaps(world.sql, { first: 0, last: 299, stations: 3, from, everyMs: 600_000 });
  await world.sql`insert into charges (station, event_n, position, slot, pack, phase, register_wh, reading, occurred_at) values
    ('tr-000', 900001, 0, 4, 'PLNPB01ABCDEFGJ710000451', 'started', 1000000, '{"socPct":20,"energyWh":10000}', '2026-08-02T10:00:00Z'),
    ('tr-000', 900002, 0, 4, 'PLNPB01ABCDEFGJ710000451', 'ended', 1040000, '{"socPct":90,"energyWh":47000}', '2026-08-02T11:00:00Z')`;
  const options = { db: world.db, log: world.options.log };
  while ((await workOnce(options, receiptConsumer(world.db))) > 0);
  await workOnce(options, chargeCostConsumer(world.db));
}, 120_000);
afterAll(() => world?.end());

const get = async <T>(path: string, as: keyof Keys = 'admin') => {
  const { body, status } = await ask<T>(`/api/v1/${path}`, as);
  return { body, status };
};
const items = async <T>(path: string, as: keyof Keys = 'admin') => (await get<{ items: T[] }>(path, as)).body.items;

describe('receipts', () => {
  test('by vehicle, station, lessee and time, page by page; a fleet sees those it pays', async () => {
    expect(await items<ReceiptView>('receipts?vehicle=LNBSCB3F6JE100007')).toHaveLength(1);
    const here = await items<ReceiptView>('receipts?station=tr-001&limit=200');
    expect(here).toHaveLength(100);
    const at = new Date(from + 6_000_000).toISOString();
    expect(await items<ReceiptView>(`receipts?to=${at}&limit=200`)).toHaveLength(10);
    expect(await items<ReceiptView>('receipts?lessee=red-taxi')).toEqual([]);
    expect(await items('receipts?limit=200', 'fleet')).toHaveLength(200);
    await world.sql`insert into receipts select (jsonb_populate_record(r, '{"swap":"tr-000.1.900","lessee":"red-taxi","link_token":"x"}')).*
      from receipts r where swap = 'tr-000.1.1'`;
    expect(await items('receipts?lessee=red-taxi')).toHaveLength(1);
    expect(await items('receipts?lessee=red-taxi', 'fleet')).toEqual([]);
    expect((await get('receipts/tr-000.1.900', 'fleet')).status).toBe(404);
  });

  test('one explains itself', async () => {
    const { body } = await get<ReceiptDetail>('receipts/tr-000.1.1', 'fleet');
    expect(body.lines[0]).toMatchObject({ kind: 'energy', unit: 'Wh', rule: 'energyAtRelease' });
    expect(body.totalFen).toBe(body.lines.reduce((sum, { amountFen }) => sum + amountFen, 0));
    expect((await get('receipts/tr-000.1.12345')).status).toBe(404);
  });
});

describe('the certificate of a swap', () => {
  test('says what was swapped and what it cost', async () => {
    const { body } = await get<Certificate>('swaps/tr-000.1.1/certificate', 'fleet');
    expect(body).toMatchObject({
      vehicle: 'LNBSCB3F6JE100000',
      packOut: { code: 'PLNPB01ABCDEFGJ710000001', socPct: 10, sohPct: 92.5, energyWh: 5_000 },
      packIn: { code: 'PLNPB01ABCDEFGJ710000451', socPct: 95, sohPct: 93.25, energyWh: 46_000 },
      energyWh: 41_000,
      energyBasis: 'bmsCounter',
      energyErrorWh: 510,
      meter: { slot: 4, startWh: 1_000_000, endWh: 1_040_000 },
    });
    expect(body.totalFen).toBe(body.lines.reduce((sum, { amountFen }) => sum + amountFen, 0));
  });

  test('is read by a driver who has the link and no account', async () => {
    const { body } = await get<ReceiptDetail>('receipts/tr-000.1.1');
    await world.sql`alter table receipts disable trigger user`;
    await world.sql`update receipts set released_at = now() - interval '89 days' where swap = 'tr-000.1.1'`;
    const answer = await world.app.request(body.certificate);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    const read = (await answer.json()) as Certificate;
    expect(read.vehicle).toBe('…100000');
    expect(JSON.stringify(read)).not.toContain('blue-taxi');
    expect(world.lines.join()).not.toContain(body.certificate.slice(-32));

    for (const [language, title] of [
      ['zh', '换电凭证'],
      ['en', 'Battery swap certificate'],
    ] as const) {
      const page = await world.app.request(body.certificate, {
        headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'Accept-Language': language },
      });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      expect(page.headers.get('content-language')).toBe(language);
      const text = await page.text();
      expect(text).toContain(`<h1>${title}</h1>`);
      expect(text).toContain('…100000');
      for (const fen of [...body.lines.map(({ amountFen }) => amountFen), body.totalFen])
        expect(text).toContain((fen / 100).toFixed(2));
      expect(text).not.toMatch(/<script|src=|href=|http|blue-taxi|LNBSC/);
      // Nothing runs and nothing is fetched: the one style is allowed by its hash.
      const [, style = ''] = /<style>(.*)<\/style>/s.exec(text) ?? [];
      expect(page.headers.get('content-security-policy')).toContain(
        `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      );
      if (process.env.PITLANE_KEEP_PAGE) writeFileSync(`${process.env.PITLANE_KEEP_PAGE}/${language}.html`, text);
    }

    const wrong = body.certificate.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect((await world.app.request(wrong)).status).toBe(404);
    const none = await world.app.request(wrong, { headers: { Accept: 'text/html', 'Accept-Language': 'zh' } });
    expect([none.status, await none.text()]).toEqual([404, expect.stringContaining('链接已过期')]);
    expect((await world.app.request(body.certificate.replace('tr-000.1.1', 'tr-000.1.2'))).status).toBe(404);
    expect((await world.app.request('/api/v1/certificates?swap=tr-000.1.1')).status).toBe(400);
    await world.sql`update receipts set released_at = now() - interval '91 days' where swap = 'tr-000.1.1'`;
    expect((await world.app.request(body.certificate)).status).toBe(404);
    await world.sql`update receipts set released_at = ${new Date(from + 78_000)} where swap = 'tr-000.1.1'`;
    await world.sql`alter table receipts enable trigger user`;
  });
});

describe('the ledger', () => {
  const balances = async (query = '') =>
    new Map((await items<BalanceView>(`ledger/balances?limit=200${query}`)).map((each) => [each.account, each]));

  test('balances are what the transfers say, now and at a past instant', async () => {
    const now = await balances();
    const [sums] =
      await world.sql`select sum(amount_fen) filter (where credit = 'revenue:energy')::int as energy, sum(amount_fen)::int as all from transfers`;
    expect(now.get('revenue:energy')?.balanceFen).toBe(sums?.energy);
    const sides = [...now.values()];
    expect(sides.reduce((sum, { debitFen }) => sum + debitFen, 0)).toBe(sums?.all);
    expect(sides.reduce((sum, { creditFen }) => sum + creditFen, 0)).toBe(sums?.all);
    const then = await balances(`&at=${new Date(from + 3_000_000).toISOString()}&account=revenue:energy`);
    const [early] =
      await world.sql`select sum(amount_fen)::int as fen from transfers where credit = 'revenue:energy' and occurred_at < ${new Date(from + 3_000_000)}`;
    expect([...then.values()]).toMatchObject([{ account: 'revenue:energy', balanceFen: early?.fen }]);
    expect(await balances('&at=2026-01-01T00:00:00Z')).toEqual(new Map());
  });

  test('a snapshot changes no balance, also for what is recorded late; it is taken once', async () => {
    const instants = [from, from + 40_000_000, from + 86_400_000, Number.POSITIVE_INFINITY];
    const read = () => Promise.all(instants.map((at) => balancesAt(world.db, at)));
    const before = await read();
    expect(await takeSnapshot(world.db, from + 86_000_000, 0)).toBeGreaterThan(3);
    expect(await takeSnapshot(world.db, from + 86_000_000, 0)).toBe(0);
    expect(await takeSnapshot(world.db, Date.now() - 60_000, 0)).toBe(0);
    expect(await read()).toEqual(before);
    // Of the same day, recorded months later: before the snapshot's instant, after it was taken.
    await world.sql`insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at)
      values ('cash:bank', 'receivable:blue-taxi', 12345, 'payment', 'p1', 1, ${new Date(from + 30_000_000)})`;
    const after = await read();
    expect(after[0]).toEqual(before[0]);
    for (const at of [1, 2, 3])
      expect(after[at]?.find(({ account }) => account === 'cash:bank')).toEqual({
        account: 'cash:bank',
        debitFen: 12_345,
        creditFen: 0,
      });
  });

  test('transfers by account and cause, the newest first, page by page', async () => {
    const of = await items<TransferView>('ledger/transfers?cause=receipt&causeId=tr-000.1.1');
    expect(of.map(({ credit }) => credit)).toEqual(['revenue:service', 'revenue:energy']);
    let seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: { items: TransferView[]; nextCursor: string | null } } = await get(
        `ledger/transfers?account=receivable:blue-taxi&limit=150${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen = [...seen, ...body.items.map(({ id }) => id)];
      cursor = body.nextCursor;
    }
    const [all] =
      await world.sql`select count(*)::int as n from transfers where 'receivable:blue-taxi' in (debit, credit)`;
    expect(seen).toHaveLength(all?.n);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
    expect((await get('ledger/transfers?account=revenue:tips')).status).toBe(400);
  });

  test('is for those who run the business', async () => {
    for (const role of ['fleet', 'owner', 'staff', 'regulator'] as const) {
      expect((await get('ledger/balances', role)).status).toBe(403);
      expect((await get('ledger/transfers', role)).status).toBe(403);
    }
  });
});

test('where the energy of a month has gone', async () => {
  const [first, ...others] = await items<EnergyLoss>('energy-losses?month=2026-08', 'regulator');
  expect(others).toHaveLength(2);
  expect(first).toMatchObject({
    station: 'tr-000',
    meteredWh: 40_000,
    meterErrorWh: 400,
    meterClass: '1',
    comparedWh: 40_000,
    intoPacksWh: 37_000,
    chargingLossWh: 3_000,
    chargingLossPct: 7.5,
  });
  const [sum] =
    await world.sql`select sum(energy_wh)::int as wh, count(*)::int as n from receipts where station = 'tr-000'`;
  expect(first).toMatchObject({ swaps: sum?.n, deliveredWh: sum?.wh });
  expect(await items('energy-losses?month=2026-07')).toEqual([]);
});

test('what is stuck is a list', async () => {
  await world.sql`insert into follow_ups (consumer, subject, problem) values ('receipt', 'tr-000.1.77', 'tariffGap: x'), ('receipt', 'tr-000.1.78', null)`;
  expect(await items('follow-ups?consumer=receipt')).toMatchObject([
    { subject: 'tr-000.1.77', problem: 'tariffGap: x' },
  ]);
  expect(await items('follow-ups?consumer=receipt&stuck=false')).toHaveLength(2);
});

test('the balances of each midnight are taken by themselves, each once, and each as if all were added up', async () => {
  // Recorded long enough ago that no statement is still running.
  await world.sql`alter table transfers disable trigger user`;
  await world.sql`update transfers set recorded_at = now() - interval '1 hour' where cause <> 'payment'`;
  await world.sql`alter table transfers enable trigger user`;
  const midnights = async () =>
    (await world.sql`select distinct at from balance_snapshots order by at`).map(({ at }) =>
      (at as Date).toISOString().slice(0, 13),
    );
  const before = (await midnights()).length;
  const keepers = [0, 1].map(() => startSnapshots({ db: world.db, log: world.options.log, everyMs: 20 }));
  const days = Math.floor((Date.now() - from) / 86_400_000) - 3;
  await waitFor('all midnights', async () => (await midnights()).length >= before + Math.min(days, 60), {
    withinMs: 60_000,
  });
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  expect((await midnights()).slice(before).every((at) => at.endsWith('T16'))).toBe(true);
  const found = await differentSnapshots(world.db, { from, to: Date.now() });
  expect(found.examined).toBeGreaterThan(100);
  expect(found.differences).toEqual([]);
});
