import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { createCommitter } from '../../src/engine/commit/commit.ts';
import type { StationRows } from '../../src/engine/commit/rows.ts';
import { sections } from '../../src/engine/commit/sections.ts';
import { shapeFor, shapes } from '../../src/engine/commit/shapes.ts';
import { engineSettings, statementFor } from '../../src/engine/commit/statement.ts';
import { createFaultPoints, noFaultPoints } from '../../src/platform/fault-points.ts';
import { startTcpProxy } from '../faults/harness/tcp-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { changeOfEveryTable, rowsOfEveryTable } from './full-rows.ts';
import { scansIn, squareLoopsIn } from './plan-nodes.ts';
import { custodyRow, eventRow, rowsFor } from './station-rows.ts';

let db: TestDatabase;
let sql: Sql;
let pool: Pool;
beforeAll(async () => {
  db = await createTestDatabase();
  sql = postgres(db.url, { max: 4, onnotice: () => {} });
  pool = await createPool({ databaseUrl: db.url, max: 4, name: 'commit-test', settings: engineSettings });
});
afterAll(async () => {
  await pool.end();
  await sql.end({ timeout: 1 });
  await db.drop();
});

const signal = new AbortController().signal;
const committer = (over: Pool = pool) => createCommitter({ pool: over, faultPoints: noFaultPoints });

let counter = 0;
/** Stations of their own for each test. */
async function commission(count = 1): Promise<string[]> {
  counter += 1;
  const names = Array.from({ length: count }, (_, index) => `s${counter}-${String(index).padStart(3, '0')}`);
  await sql`insert into station_marks (station) select unnest(${names}::text[])`;
  return names;
}

const one = async (): Promise<string> => (await commission())[0] as string;

const markOf = async (station: string) => {
  const [row] = await sql<{ version: number; n: number; seq: number; events: number }[]>`
    select version::int, event_n::int as n, seq::int, (select count(*)::int from events e where e.station = m.station) as events
    from station_marks m where station = ${station}`;
  return row;
};

describe('the statement', () => {
  const all = shapes.flatMap((shape) => [false, true].map((ordered) => ({ shape, ordered })));

  it('is good SQL in every shape, and there are few of them', async () => {
    expect(all.length).toBeLessThan(32);
    for (const options of all) {
      const text = statementFor(options);
      const arrays = new Set([...text.matchAll(/\$(\d+)::text::text\[\]/g)].map(([, number]) => Number(number)));
      const count = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      const parameters = Array.from({ length: count }, (_, at) =>
        at === 1 ? '00000000-0000-0000-0000-000000000000' : arrays.has(at + 1) ? '{}' : '[]',
      );
      await expect(pool.sql.unsafe(text, parameters, { prepare: true })).resolves.toHaveLength(0);
    }
  });

  it('reaches every table by its key, also when it was planned while all tables were empty', async () => {
    for (const options of all) {
      const [row] = await pool.sql.unsafe(`explain (generic_plan, format json) ${statementFor(options)}`);
      const scans = scansIn(row?.['QUERY PLAN']);
      expect(scans.length).toBeGreaterThan(0);
      expect(scans.filter((scan) => !scan.includes('by key'))).toEqual([]);
      // What only the last shapes write (alarms, incidents) is a handful in any batch.
      if (!options.shape.whole) expect(squareLoopsIn(row?.['QUERY PLAN'])).toEqual([]);
    }
  });

  it('is the smallest that covers the batch', () => {
    const plain = rowsFor('a', 0);
    const slot = { station: 'b', slot: 1, reserved_by: null, locked: false, charging: false };
    expect(shapeFor([plain]).name).toBe('books');
    expect(shapeFor([plain, rowsFor('b', 0, { slots: [slot] })]).name).toBe('charging');
    expect(shapeFor([rowsFor('a', 0, { custody: [custodyRow('a', 'P', 3, 1)] })]).name).toBe('hand-over');
    expect(shapeFor([plain, rowsFor('b', 0, { contactChanged: true })]).name).toBe('everything');
    expect(shapeFor([rowsFor('a', 0, { custody: [custodyRow('a', 'P', 0, 1)] })]).name).toBe('everything');
    expect(shapeFor([rowsFor('a', 0, { wakeOwner: true })])).toBe(shapes.at(-1));
    for (const shape of shapes.slice(-2)) expect(shape.sections).toEqual(sections);
  });
});

describe('a commit', () => {
  it('moves the mark, counts the version and writes every table', async () => {
    const station = await one();
    expect(await committer()([rowsOfEveryTable(station)], signal)).toEqual([{ kind: 'applied' }]);
    expect(await markOf(station)).toEqual({ version: 1, n: 1, seq: 1, events: 1 });
    const [event] = await sql`select occurred_at, body, decided, seq::int from events where station = ${station}`;
    expect(event).toEqual({ occurred_at: new Date(1_800_000_000_123), body: { text: 'x' }, decided: null, seq: 1 });
    const [swap] = await sql`select state, in_position_at, ended_at from swaps where id = ${`${station}.1.1`}`;
    expect(swap).toEqual({ state: 'requested', in_position_at: new Date('2027-01-15T08:00:00.123Z'), ended_at: null });
    const [mark] =
      await sql`select reconciled, boot, station_epoch::int as epoch from station_marks where station = ${station}`;
    expect(mark).toEqual({ reconciled: true, boot: 1, epoch: 3 });

    expect(await committer()([changeOfEveryTable(station)], signal)).toEqual([{ kind: 'applied' }]);
    const [battery] = await sql`select model, soc_pct, reserved_by from batteries where code = ${`${station}-A`}`;
    expect(battery).toEqual({ model: 'M', soc_pct: null, reserved_by: 'swap' });
    const [after] = await sql`select state, vin from swaps where id = ${`${station}.1.1`}`;
    expect(after).toEqual({ state: 'completed', vin: `V-${station}` });
    expect(await sql`select 1 from timers where station = ${station}`).toHaveLength(0);
    const [command] = await sql`select state, result from outbox where station = ${station}`;
    expect(command).toEqual({ state: 'completed', result: { outcome: 'completed' } });
  });

  it('leaves nothing of a stale station behind, while the others of the batch go on', async () => {
    const names = await commission(4);
    const stale = names[2] as string;
    await committer()([rowsFor(stale, 0)], signal);
    const batch = names.map((name) =>
      rowsFor(name, 0, {
        events: [eventRow(name, 1, { type: 'second' })],
        slots: [{ station: name, slot: 1, reserved_by: 'batch', locked: true, charging: false }],
      }),
    );
    const outcomes = await committer()(batch, signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['applied', 'applied', 'lost', 'applied']);
    const slots = await sql<
      { station: string }[]
    >`select station from slots where reserved_by = 'batch' order by station`;
    expect(slots.map(({ station }) => station)).toEqual(names.filter((name) => name !== stale));
    expect(await markOf(stale)).toEqual({ version: 1, n: 1, seq: 1, events: 1 });
  });

  it('counts all checks of a station as one: a pack that moved elsewhere loses the whole station', async () => {
    const [here, there] = (await commission(2)) as [string, string];
    const pack = `${here}-P`;
    await committer()([rowsFor(here, 0, { custody: [custodyRow(here, pack, 0, 1)] })], signal);
    const outcomes = await committer()(
      [rowsFor(here, 1), rowsFor(there, 0, { custody: [custodyRow(there, pack, 7, 1)], slots: [] })],
      signal,
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['applied', 'lost']);
    expect(await markOf(there)).toEqual({ version: 0, n: 0, seq: 0, events: 0 });
    const [custody] = await sql`select place, version::int from custody where pack = ${pack}`;
    expect(custody).toEqual({ place: `${here}/slot/1`, version: 1 });
  });

  it('lets packs change places within one statement', async () => {
    const station = await one();
    const [a, b] = [`${station}-A`, `${station}-B`];
    await committer()(
      [rowsFor(station, 0, { custody: [custodyRow(station, a, 0, 1), custodyRow(station, b, 0, 2)] })],
      signal,
    );
    const outcome = await committer()(
      [rowsFor(station, 1, { custody: [custodyRow(station, a, 1, 2), custodyRow(station, b, 1, 1)] })],
      signal,
    );
    expect(outcome).toEqual([{ kind: 'applied' }]);
  });

  it('lets one of two racers through, and the other loses', async () => {
    const [station] = await commission();
    for (let version = 0; version < 30; version++) {
      const racers = [0, 1, 2].map(() => committer()([rowsFor(station as string, version)], signal));
      const kinds = (await Promise.all(racers)).map(([outcome]) => outcome?.kind).sort();
      expect(kinds).toEqual(['applied', 'lost', 'lost']);
    }
    expect(await markOf(station as string)).toEqual({ version: 30, n: 30, seq: 30, events: 30 });
  });

  it('never deadlocks, whatever the order of stations, packs and cars in a batch', async () => {
    const names = await commission(24);
    const packs = names.map((name) => `${name}-P`);
    await committer()(
      names.map((name, at) => rowsFor(name, 0, { custody: [custodyRow(name, packs[at] as string, 0, 1)] })),
      signal,
    );
    const troubles: string[] = [];
    const worker = async (seed: number) => {
      const commit = createCommitter({
        pool,
        faultPoints: noFaultPoints,
        onTrouble: ({ code }) => troubles.push(code),
      });
      for (let round = 0; round < 25; round++) {
        const order = names.toSorted((a, b) => hash(`${a}${seed}${round}`) - hash(`${b}${seed}${round}`));
        const rows = await sql<{ station: string; version: number }[]>`
          select station, version::int from station_marks where station = any(${names})`;
        const versions = new Map(rows.map(({ station, version }) => [station, version]));
        const batch = order.map((name, at): StationRows => {
          // Everybody reaches for packs and cars of others as well.
          const other = order[(at + 7) % order.length] as string;
          return rowsFor(name, versions.get(name) ?? 0, {
            batteries: [{ station: name, code: `${other}-P`, patch: { soc_pct: round } }],
            vehicles: [{ station: name, vin: `V${other}`, firmware: '1', odometer_km: round, seen_at: 1, fitted: 1 }],
          });
        });
        for (const rows of batch) rows.events = [];
        await commit(batch, signal);
      }
    };
    await Promise.all([1, 2, 3].map(worker));
    expect(troubles).toEqual([]);
  });
});

const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);

describe('rows that cannot be stored', () => {
  it('cost only their own station', async () => {
    const names = await commission(9);
    const batch = names.map((name, at) =>
      rowsFor(name, 0, { events: [eventRow(name, 1, { body: at === 5 ? { text: 'nul \u0000' } : {} })] }),
    );
    const outcomes = await committer()(batch, signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(names.map((_, at) => (at === 5 ? 'rejected' : 'applied')));
    expect(outcomes[5]).toMatchObject({ failure: { code: '22P05' } });
    expect(await markOf(names[5] as string)).toEqual({ version: 0, n: 0, seq: 0, events: 0 });
  });

  it('are told apart from two packs at one place, which is an error of the same kind', async () => {
    const station = await one();
    const rows = rowsFor(station, 0, {
      custody: [custodyRow(station, `${station}-A`, 0, 1), custodyRow(station, `${station}-B`, 0, 1)],
    });
    expect(await committer()([rows], signal)).toMatchObject([{ kind: 'rejected', failure: { code: '23P01' } }]);
  });
});

describe('in doubt', () => {
  const proxied = async () => {
    const url = new URL(db.url);
    const proxy = await startTcpProxy(Number(url.port));
    url.port = String(proxy.port);
    const through = await createPool({ databaseUrl: url.href, max: 2, name: 'proxied', settings: engineSettings });
    onTestFinished(async () => {
      await through.end();
      await proxy.end();
    });
    return { proxy, through };
  };

  it('a commit whose answer was lost is found applied, once', async () => {
    const { proxy, through } = await proxied();
    const station = await one();
    const commit = committer(through);
    expect(await commit([rowsFor(station, 0)], signal)).toEqual([{ kind: 'applied' }]);
    const lost = proxy.loseAnswerTo(station);
    expect(await commit([rowsFor(station, 1)], signal)).toEqual([{ kind: 'applied' }]);
    await lost;
    expect(await markOf(station)).toEqual({ version: 2, n: 2, seq: 2, events: 2 });
  });

  it('a commit that never arrived is made', async () => {
    const { proxy, through } = await proxied();
    const station = await one();
    const commit = committer(through);
    await commit([rowsFor(station, 0)], signal);
    const lost = proxy.loseRequest(station);
    expect(await commit([rowsFor(station, 1)], signal)).toEqual([{ kind: 'applied' }]);
    await lost;
    expect(await markOf(station)).toMatchObject({ version: 2, events: 2 });
  });

  it('a commit whose answer was lost and that others have built upon counts as lost in doubt', async () => {
    const { proxy, through } = await proxied();
    const station = await one();
    const commit = committer(through);
    await commit([rowsFor(station, 0)], signal);
    const lost = proxy.loseAnswerTo(station).then(() => committer()([rowsFor(station, 2)], signal));
    // The second attempt must come after the other's commit: its pause is long enough for one statement.
    const outcome = await commit([rowsFor(station, 1)], signal);
    expect(await lost).toEqual([{ kind: 'applied' }]);
    expect(['lost', 'applied']).toContain(outcome[0]?.kind);
    expect(await markOf(station)).toEqual({ version: 3, n: 3, seq: 3, events: 3 });
  });

  it('survives the end of every backend, again and again, and applies each commit once', async () => {
    const names = await commission(6);
    const under = await createPool({ databaseUrl: db.url, max: 3, name: 'terminated', settings: engineSettings });
    onTestFinished(() => under.end());
    const terminate = setInterval(() => {
      sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'terminated'`.catch(() => {});
    }, 150);
    onTestFinished(() => clearInterval(terminate));
    const commit = committer(under);
    for (let version = 0; version < 40; version++) {
      const outcomes = await commit(
        names.map((name) => rowsFor(name, version)),
        signal,
      );
      expect(outcomes.every(({ kind }) => kind === 'applied')).toBe(true);
    }
    clearInterval(terminate);
    for (const name of names) expect(await markOf(name)).toEqual({ version: 40, n: 40, seq: 40, events: 40 });
  });

  it('gives up only when it is told to', async () => {
    const { proxy, through } = await proxied();
    await proxy.end().catch(() => {});
    const stop = new AbortController();
    const waiting = committer(through)([rowsFor(await one(), 0)], stop.signal);
    setTimeout(() => stop.abort(), 200);
    await expect(waiting).rejects.toThrow('stopped while a commit was under way');
  });
});

describe('fault points of a commit', () => {
  it('stand before the statement leaves and after it has', async () => {
    const station = await one();
    const passed: string[] = [];
    const points = createFaultPoints(undefined, (name) => passed.push(name));
    await createCommitter({ pool, faultPoints: { ...points, isArmed: () => true } })([rowsFor(station, 0)], signal);
    expect(passed).toEqual(['commit-sent']);
    await waitFor('it is committed', async () => (await markOf(station))?.version === 1);
  });
});
