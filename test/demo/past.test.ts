import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, database } from '../../src/db/client.ts';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { monthsAt, pilotStation, seedPast } from '../../src/demo/seed.ts';
import { engineSettings } from '../../src/engine/index.ts';
import { createLog } from '../../src/platform/log.ts';
import { audit } from '../../src/settlement/audit/run.ts';
import { tellLeases } from '../../src/statements/tell-leases.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';

const log = createLog({ level: 'silent', to: 2, fields: {} });

interface Home {
  sql: Sql;
  db: Database;
  pool: Pool;
  seed: () => Promise<void>;
  end: () => Promise<void>;
}

async function createHome(): Promise<Home> {
  const database_: TestDatabase = await createTestDatabase();
  const sql = postgres(database_.url, { max: 2, onnotice: () => {} });
  const db = database(sql);
  const pool = await createPool({ databaseUrl: database_.url, max: 2, name: 'demo', settings: engineSettings });
  return {
    sql,
    db,
    pool,
    seed: () => seedPast({ db, pool, log, say: () => {}, now: Date.now }),
    async end() {
      await pool.end();
      await sql.end({ timeout: 1 });
      await database_.drop();
    },
  };
}

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
    expect(of('jade-taxi', 'inArrears', null)).toBe(15);
    expect(of('jade-taxi', 'inArrears', 'leaseInArrears')).toBe(1);
    expect(states.filter(({ lessee, state }) => lessee === 'blue-taxi' && state === 'suspended')).toEqual([
      { lessee: 'blue-taxi', state: 'suspended', blocks: 'leaseSuspended', n: 1 },
    ]);
  });
});
