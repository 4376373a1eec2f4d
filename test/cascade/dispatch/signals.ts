import { describe, expect, test } from 'vitest';
import type { DispatchPlan, GridSignal } from '../../../schema/wire/api/dispatch.ts';
import { intervalMs } from '../../../schema/wire/cascade/dispatch.ts';
import { finish } from '../../../src/follow-ups/store.ts';
import { seedAsset } from '../dispatch-world.ts';
import { day, here, iso, next, plan, pointers, signal, soc } from './here.ts';

describe('signals of the grid', () => {
  test('are recorded for ever, the last first', async () => {
    const one = await signal(60_000, next, next + 4 * intervalMs);
    expect([one.status, one.body.limitW]).toEqual([201, 60_000]);
    await signal(null, next, next + 4 * intervalMs);
    const { body } = await here.world.send<{ items: GridSignal[] }>(
      'GET',
      `${here.site}/signals`,
      undefined,
      'regulator',
    );
    expect(body.items.map(({ limitW }) => limitW)).toEqual([null, 60_000]);
    await expect(here.world.sql`delete from grid_signals`).rejects.toThrow(/append-only/);
    expect(pointers(await signal(1, next - 4 * intervalMs, next - intervalMs))).toEqual(['/to']);
    expect(
      (
        await here.world.send('POST', 'nowhere/signals', {
          type: 'IMPORT_CAPACITY_LIMIT',
          limitW: 1,
          from: iso(next),
          to: iso(next + 1),
        })
      ).status,
    ).toBe(404);
  });

  test('have the plans in force made anew, from now on, once', async () => {
    await seedAsset(here.world.sql, here.assetB, here.site);
    await plan({ loadWh: day(20_000), soc: soc(here.assetA, here.assetB) });
    await here.world.follow();
    here.world.clock.now += 3_600_000;
    const from = next + 32 * intervalMs;
    const told = await signal(60_000, from, from + 8 * intervalMs);
    expect(await here.world.follow()).toBe(1);
    expect(await here.world.follow()).toBe(0);
    const plans = await Promise.all(
      [here.assetA, here.assetB].map(
        async (asset) => (await here.world.send<DispatchPlan>('GET', `${here.site}/plans/${asset}.2`)).body,
      ),
    );
    for (const { basis, from: start, to, figures } of plans) {
      expect(basis).toMatchObject({ because: `signal/${told.body.id}`, load: 'lastPlan', soc: 'lastPlan' });
      expect([start, to]).toEqual([iso(next + 4 * intervalMs), iso(next + 96 * intervalMs)]);
      expect(figures.signals).toEqual([told.body.id]);
    }
    for (let at = 28; at < 36; at++) {
      const of = plans.map(({ intervals }) => intervals[at]);
      expect(of[0]?.importLimitW).toBe(60_000);
      const grid = of.reduce((sum, each) => sum + (each?.chargeWh ?? 0) - (each?.dischargeWh ?? 0), 20_000);
      expect(grid).toBeLessThanOrEqual(20_000);
    }
    expect(plans[1]?.figures.overLimitWithWh).toBeLessThan(40_000);
  });

  test('an asset that fails, or a limit of the site that is changed, does so too; where nothing is planned nothing is done', async () => {
    await signal(60_000, next, next + intervalMs);
    expect(await here.world.follow()).toBe(1);
    expect((await here.world.sql`select from dispatch_plans where site = ${here.site}`).length).toBe(0);
    await seedAsset(here.world.sql, here.assetB, here.site);
    await plan({ loadWh: day(20_000), soc: soc(here.assetA, here.assetB) });
    await here.world
      .sql`update second_life_assets set state = 'faulted', edition = edition + 1 where code = ${here.assetB}`;
    await here.world.follow();
    await here.world
      .sql`update second_life_sites set import_limit_w = 90000, edition = edition + 1 where id = ${here.site}`;
    await here.world.follow();
    const rows = await here.world
      .sql`select asset, n, request->>'because' as because from dispatch_plans where site = ${here.site} order by asset, n`;
    expect(rows).toEqual([
      { asset: here.assetA, n: 1, because: null },
      { asset: here.assetA, n: 2, because: `asset/${here.assetB}/2` },
      { asset: here.assetA, n: 3, because: 'site/2' },
      { asset: here.assetB, n: 1, because: null },
    ]);
  });

  test('by two workers at once: one set of plans', async () => {
    await plan({ loadWh: day(20_000), soc: soc(here.assetA) });
    await signal(60_000, next, next + intervalMs);
    await Promise.all([here.world.follow(), here.world.follow(), here.world.follow()]);
    expect((await here.world.sql`select from dispatch_plans where site = ${here.site}`).length).toBe(2);
    expect((await here.world.sql`select from follow_ups`).length).toBe(0);
  });

  test('a plan that was being made when the grid spoke is made anew', async () => {
    await plan({ loadWh: day(20_000), soc: soc(here.assetA) });
    await signal(60_000, next, next + intervalMs);
    const [told] = await here.world.sql`select subject from follow_ups`;
    const handled = await here.world.consumer.handle(here.world.db, [told?.subject]);
    // Between the worker's reading and its writing.
    await here.world.sql`update dispatch_marks set plan_n = plan_n + 1 where site = ${here.site}`;
    await finish(here.world.db, 'dispatch', handled);
    expect((await here.world.sql`select from dispatch_plans where site = ${here.site}`).length).toBe(1);
    const [left] = await here.world.sql`select subject from follow_ups`;
    expect(left?.subject).toMatch(new RegExp(`^${here.site}/again/`));
    await here.world.follow();
    expect((await here.world.sql`select from dispatch_plans where site = ${here.site}`).length).toBe(2);
  });
});
