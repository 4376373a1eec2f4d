import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { monthsAt, pilotStation, seedPast } from '../../src/demo/seed.ts';
import { engineSettings } from '../../src/engine/index.ts';
import { createLog } from '../../src/platform/log.ts';
import { audit } from '../../src/settlement/audit/run.ts';
import { tellLeases } from '../../src/statements/tell-leases.ts';
import { createReadWorld } from '../api/fixture.ts';

const log = createLog({ level: 'silent', to: 2, fields: {} });

async function createHome() {
  const world = await createReadWorld();
  const pool = await createPool({ databaseUrl: world.url, max: 2, name: 'demo', settings: engineSettings });
  const { db, app, keys } = world;
  return {
    ...world,
    pool,
    seed: () => seedPast({ db, pool, log, say: () => {}, now: Date.now }),
    /** What the API answers somebody of a role. */
    async get(role: keyof typeof keys, path: string) {
      const headers = { Authorization: `Bearer ${keys[role]}` };
      const response = await app.request(`/api/v1${path}`, { headers });
      // biome-ignore lint/suspicious/noExplicitAny: answers of many routes
      return { status: response.status, body: (await response.json()) as any };
    },
    async end() {
      await pool.end();
      await world.end();
    },
  };
}
type Home = Awaited<ReturnType<typeof createHome>>;

/** All that the past has written, row for row, but for keys and instants that the database makes. */
const contents = async (sql: Sql) => ({
  events: await sql`select station, n::int, occurred_at, source, type, swap, decided from events
    where source <> 'staff' order by station, n`,
  moves:
    await sql`select pack, version, from_place, to_place, swap, occurred_at from custody_moves order by pack, version`,
  swaps: await sql`select id, vin, state, pack_out, pack_in, odometer_km, released_at, left_at from swaps order by id`,
  receipts: await sql`select swap, lease, plan, energy_wh, total_fen, lines from receipts order by swap`,
  transfers:
    await sql`select debit, credit, amount_fen, cause, cause_id, line from transfers order by cause, cause_id, line`,
  statements: await sql`select id, total_fen, receipt_count, lines, due_day, closed_at from statements order by id`,
  leases: await sql`select id, vin, lessee, plan, state, from_day from leases order by id`,
  history: await sql`select lease, n, type, effective_day from lease_events order by lease, n`,
  tariffs: await sql`select category, valid_from, "table" ->> 'source' as source from tariffs order by 1, 2`,
  second: await sql`select code, pack, state, power_w, energy_wh from second_life_assets order by code`,
  readings:
    await sql`select asset, starts_at, charge_wh, discharge_wh, load_wh, cost_fen, worth_fen from dispatch_readings order by 1, 2`,
  gradings: await sql`select pack, n, grade from gradings order by 1, 2`,
  payments: await sql`select id, amount_fen from payments order by id`,
  plans: await sql`select plan, version, terms from plan_versions order by plan, version`,
});

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await home.seed();
}, 60_000);
afterAll(async () => home?.end());

describe('the past of the demo', () => {
  const { first, second, current } = monthsAt(Date.now());

  test('is two months of completed swaps, each billed, on closed statements', async () => {
    const { sql } = home;
    const [swaps] =
      await sql`select count(*)::int as all, count(*) filter (where state = 'completed')::int as completed,
      count(distinct vin)::int as cars from swaps where station = ${pilotStation}`;
    expect(swaps?.completed).toBe(swaps?.all);
    expect(swaps?.completed).toBeGreaterThan(35);
    expect(swaps?.cars).toBe(4);
    const [receipts] = await sql`select count(*)::int as n, min(total_fen)::int as least from receipts`;
    expect(receipts?.n).toBe(swaps?.all);
    expect(receipts?.least).toBeGreaterThan(0);
    const statements = await sql`select id from statements order by id`;
    expect(statements.map(({ id }) => id)).toEqual(
      ['o', 's'].flatMap((kind) =>
        [first, second].flatMap((month) =>
          (kind === 'o' ? ['pack-bank'] : ['blue-taxi', 'jade-taxi']).map((party) => `${kind}-${month}-${party}`),
        ),
      ),
    );
    expect(await sql`select * from follow_ups where consumer = 'receipt' or problem is not null`).toEqual([]);
    expect(await sql`select * from timers`).toEqual([]);
    expect(await sql`select * from outbox where settled_at is null`).toEqual([]);
  });

  test('is what the log says, to the fen', async () => {
    const report = await audit(home.db, { from: `${first}-01`, to: `${current}-01` });
    expect(report).toMatchObject({ differences: [], waiting: 0 });
    expect(report.examined.receipts).toBeGreaterThan(35);
    expect(report.examined.statements).toBeGreaterThanOrEqual(4);
  });

  test('has prices for every month it lives in: August 2026 as published, the others marked', async () => {
    const rows = await home.sql`select "table" ->> 'source' as source, count(*)::int as n from tariffs
      where category = 'single-rate-1-10kV' and valid_to > ${`${first}-01`} group by 1 order by 1`;
    expect(rows.map(({ source }) => source)).toContain('demo');
    const [august] = await home.sql`select "table" ->> 'source' as source from tariffs
      where category = 'single-rate-1-10kV' and valid_from = '2026-08-01'`;
    expect(august?.source).toBe('official');
  });

  test('is written once, and the same wherever a kill has cut it off', { timeout: 120_000 }, async () => {
    const whole = await contents(home.sql);
    await home.seed();
    expect(await contents(home.sql)).toEqual(whole);
    const other = await createHome();
    try {
      // A kill is an answer that never comes: each time a little later.
      for (let queries = 5; queries < 400; queries = Math.ceil(queries * 1.9)) {
        let left = queries;
        const dying: Pool = {
          ...other.pool,
          get sql() {
            return other.pool.sql;
          },
          async run(query, limitMs) {
            left -= 1;
            if (left < 0) throw Object.assign(new Error('killed'), { code: '22000' });
            return other.pool.run(query, limitMs);
          },
        };
        await seedPast({ db: other.db, pool: dying, log, say: () => {}, now: Date.now }).catch(() => {});
      }
      await other.seed();
      const again = await contents(other.sql);
      for (const [table, rows] of Object.entries(whole)) {
        expect([table, again[table as keyof typeof again]]).toEqual([table, rows]);
      }
    } finally {
      await other.end();
    }
  });

  test('leaves most taxis with a lease; who has not paid is in arrears, and one is suspended', async () => {
    const { sql, db } = home;
    await tellLeases(db, Date.now());
    const states =
      await sql`select lessee, state, blocks, count(*)::int as n from leases group by 1, 2, 3 order by 1, 2, 3`;
    const of = (lessee: string, state: string, blocks: string | null) =>
      states.find((row) => row.lessee === lessee && row.state === state && row.blocks === blocks)?.n ?? 0;
    expect(states.reduce((sum, { n }) => sum + n, 0)).toBe(35);
    expect(of('blue-taxi', 'suspended', 'leaseSuspended')).toBe(1);
    expect(of('blue-taxi', 'active', null)).toBe(18);
    expect(of('jade-taxi', 'disputed', null)).toBe(1);
    expect(of('jade-taxi', 'inArrears', null)).toBe(14);
    expect(of('jade-taxi', 'inArrears', 'leaseInArrears')).toBe(1);
    const { body } = await home.get('fleet', '/leases?state=active&limit=100');
    expect(body.items).toHaveLength(18);
    const retired = await home.get('operations', '/leases?state=inArrears&limit=100');
    expect(retired.body.items).toHaveLength(15);
  });

  test('a fleet reads its statement, an owner its own, and neither that of another', async () => {
    const fleet = await home.get('fleet', `/statements/s-${second}-blue-taxi`);
    expect(fleet.body).toMatchObject({ party: 'blue-taxi', month: second });
    expect(fleet.body.receiptCount).toBeGreaterThan(5);
    expect((await home.get('fleet', `/statements/s-${second}-jade-taxi`)).status).toBe(404);
    expect((await home.get('owner', `/statements/o-${second}-pack-bank`)).body).toMatchObject({ party: 'pack-bank' });
    expect((await home.get('fleet', '/receipts?limit=1')).body.items[0]).toMatchObject({ lessee: 'blue-taxi' });
    const paid = await home.get('fleet', '/payments');
    expect(paid.body.items.length).toBeGreaterThan(0);
    expect((await home.get('operations', '/disputes?state=open')).body.items).toMatchObject([{ party: 'jade-taxi' }]);
  });

  test('packs that came back tired are retired: one waits, one is with the recycler, two have a second life', async () => {
    const of = async (status: string) => (await home.get('owner', `/batteries?status=${status}`)).body.items;
    expect(await of('retired')).toHaveLength(1);
    expect(await of('secondLife')).toHaveLength(2);
    const graded = (await home.get('owner', '/gradings')).body.items as { pack: string; grade: string }[];
    expect(graded.map(({ grade }) => grade).sort()).toEqual(['A', 'A', 'recycle']);
    const recycled = graded.find(({ grade }) => grade === 'recycle')?.pack ?? '';
    expect(await of('recycled')).toMatchObject([{ code: recycled, place: { place: 'recycler/brunp-tianjin' } }]);
    expect((await home.get('owner', `/recyclings/${recycled}`)).body).toMatchObject({
      weightKg: 318.5,
      receiptNumber: 'HS-0815',
    });
    expect((await home.get('regulator', '/second-life-assets/pipeline')).body).toMatchObject({
      ungraded: 1,
      graded: { A: 0, B: 0, C: 0, recycle: 0 },
      assets: { commissioned: 2 },
      recycled: 1,
    });
    expect((await home.get('regulator', `/traceability/${recycled}`)).status).toBe(200);
    const decisions = await home.get('owner', `/batteries/${recycled}/retirement-decisions`);
    expect(decisions.body.items[0]).toMatchObject({ retire: true, reasons: ['soh'] });
    expect((await home.get('operations', '/work-orders?state=open')).body.items).toEqual([]);
  });

  test('a second-life site stayed below its peak for a day, by its readings and by its plan, and saved money', async () => {
    const [site] = (await home.get('regulator', '/second-life-sites')).body.items;
    const assets = (await home.get('owner', `/second-life-assets?site=${site.id}`)).body.items;
    expect(assets.map(({ state }: { state: string }) => state)).toEqual(['commissioned', 'commissioned']);
    const { rows } = {
      rows: await home.sql`select min(starts_at) as from, max(starts_at) + interval '15 minutes' as to from dispatch_readings`,
    };
    const span = new URLSearchParams({ from: rows[0]?.from.toISOString(), to: rows[0]?.to.toISOString() });
    const load = (await home.get('regulator', `/second-life-sites/${site.id}/load?${span}`)).body;
    const quarters = load.intervals as { actual: { loadWh: number; gridWh: number } }[];
    expect(quarters).toHaveLength(96);
    const peak = (of: 'loadWh' | 'gridWh') => 4 * Math.max(...quarters.map(({ actual }) => actual[of]));
    expect(peak('loadWh')).toBeGreaterThan(95_000);
    expect(peak('gridWh')).toBeLessThan(86_000);
    const [money] = await home.sql`select sum(worth_fen - cost_fen)::int as saved from dispatch_readings`;
    expect(money?.saved).toBeGreaterThan(2_000);
    expect((await home.get('regulator', `/second-life-sites/${site.id}/alarms`)).body.items).toEqual([]);
  });
});
