import { describe, expect, test } from 'vitest';
import type { DispatchPlan } from '../../../schema/wire/api/dispatch.ts';
import { intervalMs } from '../../../schema/wire/cascade/dispatch.ts';
import { seedAsset } from '../dispatch-world.ts';
import { day, here, iso, next, plan, pointers, reading, report, soc } from './here.ts';

describe('plans', () => {
  test('of a site are made for all that are commissioned, within its limits together, and are kept', async () => {
    await seedAsset(here.world.sql, here.assetB, here.site);
    await seedAsset(here.world.sql, here.assetC, here.site, 'faulted');
    const made = await plan({ loadWh: day(33_000), soc: soc(here.assetA, here.assetB) });
    expect([made.status, made.body.from, made.body.plans.map(({ id }) => id)]).toEqual([
      201,
      iso(next),
      [`${here.assetA}.1`, `${here.assetB}.1`],
    ]);
    const { figures } = made.body;
    expect([figures.peakWithoutW, figures.overLimitWithoutWh]).toEqual([132_000, 64_000]);
    expect(figures.peakWithW).toBeLessThan(132_000);
    expect(figures.overLimitWithWh).toBeLessThan(64_000);
    for (const index of made.body.plans[0]?.intervals.keys() ?? []) {
      const of = made.body.plans.map(({ intervals }) => intervals[index]);
      const loadWh = of[0]?.loadWh ?? 0;
      const grid = of.reduce((sum, each) => sum + (each?.chargeWh ?? 0) - (each?.dischargeWh ?? 0), loadWh);
      expect(grid).toBeLessThanOrEqual(Math.max(25_000, loadWh));
      expect(grid).toBeGreaterThanOrEqual(0);
    }
    const listed = await here.world.send<{ items: DispatchPlan[] }>(
      'GET',
      `${here.site}/plans`,
      undefined,
      'regulator',
    );
    expect(listed.body.items.map(({ id }) => id)).toEqual([`${here.assetB}.1`, `${here.assetA}.1`]);
    const one = await here.world.send<DispatchPlan>(
      'GET',
      `${here.site}/plans/${here.assetA}.1`,
      undefined,
      'maintenance',
    );
    expect(one.body.intervals).toEqual(made.body.plans[0]?.intervals);
    await expect(here.world.sql`update dispatch_plans set n = 9`).rejects.toThrow(/append-only/);
  });

  test('of a day of Asia/Shanghai are what is left of it', async () => {
    const made = await plan({ day: '2026-08-12', loadWh: Array(55).fill(10_000), soc: soc(here.assetA) });
    expect([made.status, made.body.from, made.body.to]).toEqual([201, iso(next), '2026-08-12T16:00:00.000Z']);
    const whole = await plan({ day: '2026-08-13', loadWh: day(10_000), soc: soc(here.assetA) });
    expect([whole.body.from, whole.body.plans[0]?.intervals.length]).toEqual(['2026-08-12T16:00:00.000Z', 96]);
    expect(pointers(await plan({ day: '2026-08-11', loadWh: [1], soc: soc(here.assetA) }))).toEqual(['/day']);
  });

  test('a gap in the prices is told, and nothing is planned', async () => {
    here.world.clock.now = Date.parse('2026-08-31T02:07:00Z');
    const answer = await plan({ loadWh: day(10_000), soc: soc(here.assetA) });
    expect([answer.status, answer.body.code]).toEqual([409, 'tariff-gap']);
    expect(answer.body.detail).toMatch(/no price table for 2026-09-01/);
    expect((await here.world.sql`select from dispatch_plans where site = ${here.site}`).length).toBe(0);
  });

  test.each([
    ['without a load that anybody knows', () => ({ soc: soc(here.assetA) }), '/loadWh'],
    ['with a load that is too short', () => ({ loadWh: [1, 2], soc: soc(here.assetA) }), '/loadWh'],
    ['without a state of charge', () => ({ loadWh: day(1) }), '/soc'],
    ['of what has begun', () => ({ from: '2026-08-12T02:00:00Z', loadWh: day(1), soc: soc(here.assetA) }), '/from'],
    ['not on the quarter', () => ({ from: '2026-08-12T02:20:00Z', loadWh: day(1), soc: soc(here.assetA) }), '/from'],
    ['of another site', () => ({ asset: here.assetB, loadWh: day(1), soc: soc(here.assetA) }), '/asset'],
    [
      'with a day and a start',
      () => ({ day: '2026-08-13', intervals: 4, loadWh: [1, 1, 1, 1], soc: soc(here.assetA) }),
      '/day',
    ],
  ])('%s is refused by its field', async (_, body, pointer) => {
    const answer = await plan(body());
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
  });

  test('of one that is not commissioned is refused', async () => {
    await here.world
      .sql`update second_life_assets set state = 'faulted', edition = edition + 1 where site = ${here.site}`;
    expect((await plan({ asset: here.assetA, loadWh: day(1), soc: soc(here.assetA) })).status).toBe(409);
    expect((await plan({ loadWh: day(1) })).body.code).toBe('change-refused');
  });

  test('take load and state of charge from the readings of the site', async () => {
    const weekAgo = next - 7 * 86_400_000;
    const starts = [0, 1, 2, 3].map((at) => weekAgo + at * intervalMs);
    expect((await report(...starts.map((at, index) => reading(at, { loadWh: 10_000 + index })))).status).toBe(201);
    expect((await report(reading(next - 2 * intervalMs, { socPct: 70 }))).status).toBe(201);
    const made = await plan({ intervals: 4 });
    expect(made.body.plans[0]).toMatchObject({
      basis: { load: 'history', soc: 'lastReading' },
      figures: { startWh: 28_000 },
    });
    expect(made.body.plans[0]?.intervals.map(({ loadWh }) => loadWh)).toEqual([10_000, 10_001, 10_002, 10_003]);
  });

  test('made by two at once: one is made, the other told; never two that do not know of each other', async () => {
    await seedAsset(here.world.sql, here.assetB, here.site);
    const body = (asset: string) => ({ asset, loadWh: day(24_000), soc: soc(asset) });
    for (let round = 1; round <= 5; round++) {
      const both = await Promise.all([plan(body(here.assetA)), plan(body(here.assetB))]);
      for (const { status, body: answer } of both)
        expect([status, answer.code]).toEqual(status === 201 ? [201, undefined] : [409, 'concurrent-change']);
      expect(both.some(({ status }) => status === 201)).toBe(true);
    }
    const rows = await here.world
      .sql`select making, count(*)::int as plans from dispatch_plans where site = ${here.site} group by making`;
    expect(rows.every(({ plans }) => plans === 1)).toBe(true);
  });
});
