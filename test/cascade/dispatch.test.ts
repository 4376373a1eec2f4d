import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {
  DispatchAlarm,
  DispatchPlan,
  DispatchReading,
  GridSignal,
  MadePlans,
  SiteLoad,
} from '../../schema/wire/api/dispatch.ts';
import { intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import { finish } from '../../src/follow-ups/store.ts';
import { assetOf, createDispatchWorld, seedAsset, seedSite } from './dispatch-world.ts';

let world: Awaited<ReturnType<typeof createDispatchWorld>>;
const morning = '2026-08-12T02:07:00Z';
const next = Date.parse('2026-08-12T02:15:00Z');
let n = 0;
let site = '';
let assetA = '';
let assetB = '';
beforeAll(async () => {
  world = await createDispatchWorld(morning);
});
afterAll(() => world?.end());
beforeEach(async () => {
  site = `depot-${++n}`;
  world.clock.now = Date.parse(morning);
  [assetA, assetB] = [assetOf(10 * n + 1), assetOf(10 * n + 2)];
  await world.sql`delete from follow_ups`;
  await seedSite(world.sql, site);
  await seedAsset(world.sql, assetA, site);
});

const iso = (at: number) => new Date(at).toISOString();
const soc = (...assets: string[]) => assets.map((asset) => ({ asset, socPct: 50 }));
const plan = (body: object) => world.send<MadePlans>('POST', `${site}/plans`, body);
const day = (peakWh: number) => Array.from({ length: 96 }, (_, at) => (at >= 32 && at < 40 ? peakWh : 10_000));
const signal = (limitW: number | null, from: number, to: number, type = 'IMPORT_CAPACITY_LIMIT') =>
  world.send<GridSignal>('POST', `${site}/signals`, { type, limitW, from: iso(from), to: iso(to) });
const reading = (startsAt: number, own: object = {}) => ({
  asset: assetA,
  startsAt: iso(startsAt),
  chargeWh: 0,
  dischargeWh: 4_000,
  loadWh: 20_000,
  socPct: 50,
  ...own,
});
const report = (...readings: object[]) =>
  world.send<{ recorded: number; known: number; items: DispatchReading[] }>('POST', `${site}/readings`, { readings });
const past = Date.parse('2026-08-12T01:00:00Z');
const pointers = (answer: { body: { errors?: { pointer?: string | undefined }[] | undefined } }) =>
  answer.body.errors?.map(({ pointer }) => pointer);

describe('plans', () => {
  test('of a site are made for all that are commissioned, within its limits together, and are kept', async () => {
    await seedAsset(world.sql, assetB, site);
    await seedAsset(world.sql, assetOf(10 * n + 3), site, 'faulted');
    const made = await plan({ loadWh: day(33_000), soc: soc(assetA, assetB) });
    expect([made.status, made.body.from, made.body.plans.map(({ id }) => id)]).toEqual([
      201,
      iso(next),
      [`${assetA}.1`, `${assetB}.1`],
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
    const listed = await world.send<{ items: DispatchPlan[] }>('GET', `${site}/plans`, undefined, 'regulator');
    expect(listed.body.items.map(({ id }) => id)).toEqual([`${assetB}.1`, `${assetA}.1`]);
    const one = await world.send<DispatchPlan>('GET', `${site}/plans/${assetA}.1`, undefined, 'maintenance');
    expect(one.body.intervals).toEqual(made.body.plans[0]?.intervals);
    await expect(world.sql`update dispatch_plans set n = 9`).rejects.toThrow(/append-only/);
  });

  test('of a day of Asia/Shanghai are what is left of it', async () => {
    const made = await plan({ day: '2026-08-12', loadWh: Array(55).fill(10_000), soc: soc(assetA) });
    expect([made.status, made.body.from, made.body.to]).toEqual([201, iso(next), '2026-08-12T16:00:00.000Z']);
    const whole = await plan({ day: '2026-08-13', loadWh: day(10_000), soc: soc(assetA) });
    expect([whole.body.from, whole.body.plans[0]?.intervals.length]).toEqual(['2026-08-12T16:00:00.000Z', 96]);
    expect(pointers(await plan({ day: '2026-08-11', loadWh: [1], soc: soc(assetA) }))).toEqual(['/day']);
  });

  test('a gap in the prices is told, and nothing is planned', async () => {
    world.clock.now = Date.parse('2026-08-31T02:07:00Z');
    const answer = await plan({ loadWh: day(10_000), soc: soc(assetA) });
    expect([answer.status, answer.body.code]).toEqual([409, 'tariff-gap']);
    expect(answer.body.detail).toMatch(/no price table for 2026-09-01/);
    expect((await world.sql`select from dispatch_plans where site = ${site}`).length).toBe(0);
  });

  test.each([
    ['without a load that anybody knows', () => ({ soc: soc(assetA) }), '/loadWh'],
    ['with a load that is too short', () => ({ loadWh: [1, 2], soc: soc(assetA) }), '/loadWh'],
    ['without a state of charge', () => ({ loadWh: day(1) }), '/soc'],
    ['of what has begun', () => ({ from: '2026-08-12T02:00:00Z', loadWh: day(1), soc: soc(assetA) }), '/from'],
    ['not on the quarter', () => ({ from: '2026-08-12T02:20:00Z', loadWh: day(1), soc: soc(assetA) }), '/from'],
    ['of another site', () => ({ asset: assetB, loadWh: day(1), soc: soc(assetA) }), '/asset'],
    [
      'with a day and a start',
      () => ({ day: '2026-08-13', intervals: 4, loadWh: [1, 1, 1, 1], soc: soc(assetA) }),
      '/day',
    ],
  ])('%s is refused by its field', async (_, body, pointer) => {
    const answer = await plan(body());
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
  });

  test('of one that is not commissioned is refused', async () => {
    await world.sql`update second_life_assets set state = 'faulted', edition = edition + 1 where site = ${site}`;
    expect((await plan({ asset: assetA, loadWh: day(1), soc: soc(assetA) })).status).toBe(409);
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
    await seedAsset(world.sql, assetB, site);
    const body = (asset: string) => ({ asset, loadWh: day(24_000), soc: soc(asset) });
    for (let round = 1; round <= 5; round++) {
      const both = await Promise.all([plan(body(assetA)), plan(body(assetB))]);
      for (const { status, body: answer } of both)
        expect([status, answer.code]).toEqual(status === 201 ? [201, undefined] : [409, 'concurrent-change']);
      expect(both.some(({ status }) => status === 201)).toBe(true);
    }
    const rows =
      await world.sql`select making, count(*)::int as plans from dispatch_plans where site = ${site} group by making`;
    expect(rows.every(({ plans }) => plans === 1)).toBe(true);
  });
});

describe('signals of the grid', () => {
  test('are recorded for ever, the last first', async () => {
    const one = await signal(60_000, next, next + 4 * intervalMs);
    expect([one.status, one.body.limitW]).toEqual([201, 60_000]);
    await signal(null, next, next + 4 * intervalMs);
    const { body } = await world.send<{ items: GridSignal[] }>('GET', `${site}/signals`, undefined, 'regulator');
    expect(body.items.map(({ limitW }) => limitW)).toEqual([null, 60_000]);
    await expect(world.sql`delete from grid_signals`).rejects.toThrow(/append-only/);
    expect(pointers(await signal(1, next - 4 * intervalMs, next - intervalMs))).toEqual(['/to']);
    expect(
      (
        await world.send('POST', 'nowhere/signals', {
          type: 'IMPORT_CAPACITY_LIMIT',
          limitW: 1,
          from: iso(next),
          to: iso(next + 1),
        })
      ).status,
    ).toBe(404);
  });

  test('have the plans in force made anew, from now on, once', async () => {
    await seedAsset(world.sql, assetB, site);
    await plan({ loadWh: day(20_000), soc: soc(assetA, assetB) });
    await world.follow();
    world.clock.now += 3_600_000;
    const from = next + 32 * intervalMs;
    const told = await signal(60_000, from, from + 8 * intervalMs);
    expect(await world.follow()).toBe(1);
    expect(await world.follow()).toBe(0);
    const plans = await Promise.all(
      [assetA, assetB].map(async (asset) => (await world.send<DispatchPlan>('GET', `${site}/plans/${asset}.2`)).body),
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
    expect(await world.follow()).toBe(1);
    expect((await world.sql`select from dispatch_plans where site = ${site}`).length).toBe(0);
    await seedAsset(world.sql, assetB, site);
    await plan({ loadWh: day(20_000), soc: soc(assetA, assetB) });
    await world.sql`update second_life_assets set state = 'faulted', edition = edition + 1 where code = ${assetB}`;
    await world.follow();
    await world.sql`update second_life_sites set import_limit_w = 90000, edition = edition + 1 where id = ${site}`;
    await world.follow();
    const rows =
      await world.sql`select asset, n, request->>'because' as because from dispatch_plans where site = ${site} order by asset, n`;
    expect(rows).toEqual([
      { asset: assetA, n: 1, because: null },
      { asset: assetA, n: 2, because: `asset/${assetB}/2` },
      { asset: assetA, n: 3, because: 'site/2' },
      { asset: assetB, n: 1, because: null },
    ]);
  });

  test('by two workers at once: one set of plans', async () => {
    await plan({ loadWh: day(20_000), soc: soc(assetA) });
    await signal(60_000, next, next + intervalMs);
    await Promise.all([world.follow(), world.follow(), world.follow()]);
    expect((await world.sql`select from dispatch_plans where site = ${site}`).length).toBe(2);
    expect((await world.sql`select from follow_ups`).length).toBe(0);
  });

  test('a plan that was being made when the grid spoke is made anew', async () => {
    await plan({ loadWh: day(20_000), soc: soc(assetA) });
    await signal(60_000, next, next + intervalMs);
    const [told] = await world.sql`select subject from follow_ups`;
    const handled = await world.consumer.handle(world.db, [told?.subject]);
    // Between the worker's reading and its writing.
    await world.sql`update dispatch_marks set plan_n = plan_n + 1 where site = ${site}`;
    await finish(world.db, 'dispatch', handled);
    expect((await world.sql`select from dispatch_plans where site = ${site}`).length).toBe(1);
    const [left] = await world.sql`select subject from follow_ups`;
    expect(left?.subject).toMatch(new RegExp(`^${site}/again/`));
    await world.follow();
    expect((await world.sql`select from dispatch_plans where site = ${site}`).length).toBe(2);
  });
});

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
      [{ asset: assetA, dischargeWh: 4_000 }],
    ]);
    expect((await world.sql`select from dispatch_readings where site = ${site}`).length).toBe(3);
    const transfers = await world.sql`
      select debit, credit, amount_fen::int as fen, line from transfers where cause = 'dispatch' and cause_id like ${`${assetA}/%`} order by cause_id, line`;
    expect(transfers).toEqual([
      { debit: 'payable:grid', credit: 'revenue:secondLife', fen: 292, line: 2 },
      { debit: 'cost:energy', credit: 'payable:grid', fen: 219, line: 1 },
    ]);
    await world.sql`delete from transfers`.catch(({ message }) => expect(message).toMatch(/append-only/));
  });

  test('of several who report the same at once are recorded once', async () => {
    const starts = [4, 5, 6, 7].map((at) => past - at * 96 * intervalMs);
    const answers = await Promise.all(Array.from({ length: 6 }, () => report(...starts.map((at) => reading(at)))));
    for (const { status, body } of answers)
      expect([status, status === 201 ? undefined : body.code]).toEqual(
        status === 201 ? [201, undefined] : [409, 'concurrent-change'],
      );
    expect((await world.sql`select from dispatch_readings where site = ${site}`).length).toBe(4);
    const [sums] =
      await world.sql`select count(*)::int as n from transfers where cause = 'dispatch' and cause_id = any(${starts.map((at) => `${assetA}/${iso(at)}`)})`;
    expect(sums?.n).toBe(4);
  });

  test.each([
    ['of another site', () => ({ asset: assetB }), 'asset', 'is not an asset of site'],
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
    expect((await world.sql`select from dispatch_readings where site = ${site}`).length).toBe(0);
  });

  test('of two assets have one load; what one discharges the other may charge', async () => {
    await seedAsset(world.sql, assetB, site);
    const wrong = await report(reading(past), reading(past, { asset: assetB, loadWh: 1 }));
    expect(pointers(wrong)).toEqual(['/readings/1/loadWh']);
    const both = await report(
      reading(past, { loadWh: 0 }),
      reading(past, { asset: assetB, loadWh: 0, chargeWh: 4_000, dischargeWh: 0 }),
    );
    expect(both.body.items).toMatchObject([
      { usedWh: 4_000, worthFen: 292 },
      { costFen: 292, usedWh: 0 },
    ]);
    const later = await report(reading(past, { asset: assetB, loadWh: 5, chargeWh: 4_000, dischargeWh: 0 }));
    expect(later.status).toBe(409);
  });

  test('without a price are refused', async () => {
    world.clock.now = Date.parse('2026-09-02T02:07:00Z');
    const answer = await report(reading(Date.parse('2026-09-01T01:00:00Z')));
    expect([answer.status, answer.body.code]).toEqual([409, 'tariff-gap']);
  });

  test('are the controller’s: another service key is refused', async () => {
    const [key] = await world.sql`select id from api_keys where role = 'service'`;
    await world.sql`update second_life_sites set controller_key = ${key?.id ?? ''} where id = ${site}`;
    const body = { readings: [reading(past)] };
    expect((await world.send('POST', `${site}/readings`, body, 'service')).status).toBe(201);
    await world.sql`update second_life_sites set controller_key = 'another' where id = ${site}`;
    expect((await world.send('POST', `${site}/readings`, body, 'service')).status).toBe(403);
    for (const role of ['fleet', 'owner', 'regulator', 'maintenance'] as const)
      expect((await world.send('POST', `${site}/readings`, body, role)).status).toBe(403);
    expect((await world.send('POST', 'nowhere/readings', body, 'service')).status).toBe(404);
  });

  test('that break a limit or a plan raise an alarm, which goes when they do not', async () => {
    const made = await plan({ from: iso(next), intervals: 4, loadWh: Array(4).fill(20_000), soc: soc(assetA) });
    const planned = made.body.plans[0]?.intervals ?? [];
    const asPlanned = (at: number, own: object = {}) => {
      const { chargeWh = 0, dischargeWh = 0 } = planned[at] ?? {};
      return reading(next + at * intervalMs, { chargeWh, dischargeWh, ...own });
    };
    world.clock.now = next + 5 * intervalMs;
    const off = planned[1]?.chargeWh ? { chargeWh: 0, dischargeWh: 3_000 } : { chargeWh: 4_000, dischargeWh: 0 };
    const answer = await report(asPlanned(0, { loadWh: 30_000 }), asPlanned(1, off));
    expect(answer.body.items[0]).toMatchObject({ plan: 1, plannedChargeWh: planned[0]?.chargeWh });
    const alarms = async (query = '') =>
      (await world.send<{ items: DispatchAlarm[] }>('GET', `${site}/alarms${query}`)).body.items;
    const [standing] = await alarms('?active=true');
    expect(standing).toMatchObject({ key: `offPlan/${assetA}`, raisedAt: iso(next + intervalMs), quarters: 1 });
    expect((await alarms()).map(({ code, clearedAt }) => [code, clearedAt])).toEqual([
      ['offPlan', null],
      ['importLimitBroken', iso(next + intervalMs)],
    ]);
    await report(asPlanned(2));
    expect(await alarms('?active=true')).toEqual([]);
  });
});

describe('the load of a site', () => {
  test('is shown without and with its assets, with limits, prices, what was saved, and the energy compared', async () => {
    await plan({ intervals: 8, loadWh: Array(8).fill(20_000), soc: soc(assetA) });
    const evening = Date.parse('2026-08-12T09:00:00Z');
    world.clock.now = evening - 30 * 60_000;
    await signal(90_000, evening, evening + intervalMs);
    world.clock.now = evening + 3_600_000;
    await report(
      reading(evening - intervalMs, { dischargeWh: 0, socPct: 60 }),
      reading(evening, { loadWh: 26_000, socPct: 49 }),
      reading(evening + intervalMs, { loadWh: 24_000, dischargeWh: 3_800, socPct: 40 }),
    );
    const { body } = await world.send<SiteLoad>(
      'GET',
      `${site}/load?from=${iso(evening)}&to=${iso(evening + 4 * intervalMs)}`,
      undefined,
      'regulator',
    );
    expect(body.summary).toEqual({
      intervals: 2,
      peakWithoutW: 104_000,
      peakWithW: 88_000,
      // 26 and 24 kWh at 1.04 yuan.
      costWithoutFen: 2_704 + 2_496,
      costWithFen: 5_200 - 416 - 395,
      savedFen: 811,
      chargeWh: 0,
      dischargeWh: 7_800,
      fedInWh: 0,
    });
    // 7,800 / 0.95 by the meters, 20 % of 40 kWh by the state of charge.
    expect(body.balances).toMatchObject([
      { asset: assetA, balance: { byMetersWh: -8_211, bySocWh: -8_000, differenceWh: 211, differencePct: 2.7 } },
    ]);
    expect(body.intervals).toHaveLength(4);
    expect(body.intervals[0]).toEqual({
      startsAt: iso(evening),
      actual: { loadWh: 26_000, chargeWh: 0, dischargeWh: 4_000, gridWh: 22_000 },
      planned: null,
      importLimitW: 90_000,
      exportLimitW: 0,
      period: 'peak',
      priceMicro: 1_040_000,
    });
    expect(body.intervals[3]).toMatchObject({ actual: null, importLimitW: 100_000, period: 'peak' });
    const today = await world.send<SiteLoad>('GET', `${site}/load`);
    expect([today.body.from, today.body.intervals.length]).toEqual(['2026-08-11T16:00:00.000Z', 96]);
    expect(today.body.intervals.filter(({ planned }) => planned).map(({ planned }) => planned?.loadWh)).toEqual(
      Array(8).fill(20_000),
    );
    const csv = await world.app.request(`/api/v1/second-life-sites/${site}/readings`, {
      headers: { Authorization: `Bearer ${world.keys.regulator}`, Accept: 'text/csv' },
    });
    const lines = (await csv.text()).trim().split('\r\n');
    expect([lines.length, lines[0]?.startsWith('asset,site,startsAt,plan')]).toEqual([4, true]);
  });

  test.each(['from=2026-08-12T00:00:00Z&to=2026-08-12T00:10:00Z', 'from=2026-01-01T00:00:00Z&to=2026-02-05T00:00:00Z'])(
    'a span of nothing, or of too much, is refused: %s',
    async (query) => {
      expect((await world.send('GET', `${site}/load?${query}`)).status).toBe(400);
    },
  );
});
