import { describe, expect, test } from 'vitest';
import type { SiteAlarm } from '../../../schema/wire/api/site-alarm.ts';
import { intervalMs } from '../../../schema/wire/cascade/dispatch.ts';
import { callerOf } from '../../api/fixture.ts';
import { seedAsset } from '../dispatch-world.ts';
import { here, iso, next, past, plan, pointers, reading, report, soc } from './here.ts';

describe('readings', () => {
  test('are priced, booked once, and known when they come again; something else is refused with what there is', async () => {
    const first = await report(reading(past), reading(past + intervalMs, { chargeWh: 3_000, dischargeWh: 0 }));
    expect([first.status, first.body.recorded, first.body.known]).toEqual([201, 2, 0]);
    expect(first.body.items).toMatchObject([
      { costFen: 0, worthFen: 292, usedWh: 4_000, period: 'flat', priceMicro: 730_000, plan: null },
      { costFen: 219, worthFen: 0 },
    ]);
    const again = await report(reading(past), reading(past + 2 * intervalMs, { dischargeWh: 0 }));
    expect([again.status, again.body.recorded, again.body.known]).toEqual([201, 1, 1]);
    const other = await report(reading(past, { dischargeWh: 4_001 }), reading(past + 3 * intervalMs));
    expect([other.status, other.body.code, other.body.current]).toMatchObject([
      409,
      'already-exists',
      [{ asset: here.assetA, dischargeWh: 4_000 }],
    ]);
    expect((await here.world.sql`select from dispatch_readings where site = ${here.site}`).length).toBe(3);
    const transfers = await here.world.sql`
      select debit, credit, amount_fen::int as fen, line from transfers where cause = 'dispatch' and cause_id like ${`${here.assetA}/%`} order by cause_id, line`;
    expect(transfers).toEqual([
      { debit: 'payable:grid', credit: 'revenue:secondLife', fen: 292, line: 2 },
      { debit: 'cost:energy', credit: 'payable:grid', fen: 219, line: 1 },
    ]);
    await here.world.sql`delete from transfers`.catch(({ message }) => expect(message).toMatch(/append-only/));
  });

  test('of several who report the same at once are recorded once', async () => {
    const starts = [4, 5, 6, 7].map((at) => past - at * 96 * intervalMs);
    const answers = await Promise.all(Array.from({ length: 6 }, () => report(...starts.map((at) => reading(at)))));
    for (const { status, body } of answers)
      expect([status, status === 201 ? undefined : body.code]).toEqual(
        status === 201 ? [201, undefined] : [409, 'concurrent-change'],
      );
    expect((await here.world.sql`select from dispatch_readings where site = ${here.site}`).length).toBe(4);
    const [sums] = await here.world
      .sql`select count(*)::int as n from transfers where cause = 'dispatch' and cause_id = any(${starts.map((at) => `${here.assetA}/${iso(at)}`)})`;
    expect(sums?.n).toBe(4);
  });

  test.each([
    ['of another site', () => ({ asset: here.assetB }), 'asset', 'is not an asset of site'],
    ['not over', () => ({ startsAt: '2026-08-12T02:00:00Z' }), 'startsAt', 'is not over yet'],
    [
      'before it was commissioned',
      () => ({ startsAt: '2025-12-31T00:00:00Z' }),
      'startsAt',
      'is before the asset was commissioned',
    ],
    ['more than its power moves', () => ({ chargeWh: 5_251, dischargeWh: 0 }), 'chargeWh', 'is more than 20000 W move'],
    ['both ways more than its power moves', () => ({ chargeWh: 2_000 }), 'dischargeWh', 'together with chargeWh'],
    ['not on the quarter', () => ({ startsAt: '2026-08-12T01:05:00Z' }), 'startsAt', 'must be the start of a quarter'],
  ])('%s are refused by field and reason, and nothing of the batch is written', async (_, own, field, reason) => {
    const answer = await report(reading(past), reading(past + intervalMs, own()));
    const errors = answer.body.errors ?? [];
    expect([answer.status, errors[0]?.pointer]).toEqual([422, `/readings/1/${field}`]);
    expect(errors[0]?.detail).toContain(reason);
    expect((await here.world.sql`select from dispatch_readings where site = ${here.site}`).length).toBe(0);
  });

  test('of two assets have one load; what one discharges the other may charge', async () => {
    await seedAsset(here.world.sql, here.assetB, here.site);
    const wrong = await report(reading(past), reading(past, { asset: here.assetB, loadWh: 1 }));
    expect(pointers(wrong)).toEqual(['/readings/1/loadWh']);
    const both = await report(
      reading(past, { loadWh: 0 }),
      reading(past, { asset: here.assetB, loadWh: 0, chargeWh: 4_000, dischargeWh: 0 }),
    );
    expect(both.body.items).toMatchObject([
      { usedWh: 4_000, worthFen: 292 },
      { costFen: 292, usedWh: 0 },
    ]);
    const later = await report(reading(past, { asset: here.assetB, loadWh: 5, chargeWh: 4_000, dischargeWh: 0 }));
    expect(later.status).toBe(409);
  });

  test('without a price are refused', async () => {
    here.world.clock.now = Date.parse('2026-09-02T02:07:00Z');
    const answer = await report(reading(Date.parse('2026-09-01T01:00:00Z')));
    expect([answer.status, answer.body.code]).toEqual([409, 'tariff-gap']);
  });

  test('are the controller’s: another service key is refused', async () => {
    const [key] = await here.world.sql`select id from api_keys where role = 'service'`;
    await here.world.sql`update second_life_sites set controller_key = ${key?.id ?? ''} where id = ${here.site}`;
    const body = { readings: [reading(past)] };
    expect((await here.world.send('POST', `${here.site}/readings`, body, 'service')).status).toBe(201);
    await here.world.sql`update second_life_sites set controller_key = 'another' where id = ${here.site}`;
    expect((await here.world.send('POST', `${here.site}/readings`, body, 'service')).status).toBe(403);
    for (const role of ['fleet', 'owner', 'regulator', 'maintenance'] as const)
      expect((await here.world.send('POST', `${here.site}/readings`, body, role)).status).toBe(403);
    expect((await here.world.send('POST', 'nowhere/readings', body, 'service')).status).toBe(404);
  });

  test('that break a limit or a plan raise an alarm, which goes when they do not', async () => {
    const made = await plan({ from: iso(next), intervals: 6, loadWh: Array(6).fill(20_000), soc: soc(here.assetA) });
    const planned = made.body.plans[0]?.intervals ?? [];
    const asPlanned = (at: number, own: object = {}) => {
      const { chargeWh = 0, dischargeWh = 0 } = planned[at] ?? {};
      return reading(next + at * intervalMs, { chargeWh, dischargeWh, ...own });
    };
    const off = (at: number) =>
      asPlanned(at, planned[at]?.chargeWh ? { chargeWh: 0, dischargeWh: 3_000 } : { chargeWh: 4_000, dischargeWh: 0 });
    here.world.clock.now = next + 7 * intervalMs;
    const answer = await report(asPlanned(0, { loadWh: 30_000 }), off(1));
    expect(answer.body.items[0]).toMatchObject({ plan: 1, plannedChargeWh: planned[0]?.chargeWh });
    const alarms = async (query = '') =>
      (await here.world.send<{ items: SiteAlarm[] }>('GET', `${here.site}/alarms${query}`)).body.items;
    const [standing] = await alarms('?active=true');
    expect(standing).toMatchObject({
      key: `offPlan/${here.assetA}`,
      level: 1,
      raisedAt: iso(next + intervalMs),
      quarters: 1,
      acknowledgedAt: null,
    });
    expect((await alarms()).map(({ code, clearedAt }) => [code, clearedAt])).toEqual([
      ['offPlan', null],
      ['importLimitBroken', iso(next + intervalMs)],
    ]);
    // Once seen it stays seen while it goes on; the next is new to everybody.
    const path = `/api/v1/second-life-alarms/${encodeURIComponent(standing?.id ?? '')}/acknowledge`;
    const call = callerOf(here.world.app, here.world.keys);
    const headers = { 'Content-Type': 'application/json' };
    const seen = await call(path, 'staff', { method: 'POST', headers, body: '{"note":"inverter looked at"}' });
    expect(seen.status).toBe(200);
    await report(off(2));
    expect(await alarms('?active=true')).toMatchObject([
      { id: standing?.id, quarters: 2, acknowledgedNote: 'inverter looked at' },
    ]);
    await report(asPlanned(3));
    expect(await alarms('?active=true')).toEqual([]);
    await report(off(4));
    expect(await alarms('?active=true')).toMatchObject([
      { key: standing?.key, raisedAt: iso(next + 4 * intervalMs), acknowledgedAt: null, acknowledgedNote: null },
    ]);
  });
});
