import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SwapStatistics } from '../../schema/wire/api/swap-statistics.ts';
import { issueKey } from '../../src/api/key-store.ts';
import { readSwapStatistics } from '../../src/swaps/statistics.ts';
import { callerOf, createReadWorld, vin } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let staff: string;

interface Step {
  step: string;
  track?: 'robot' | 'shuttle';
  ms: number | null;
  budgetMs?: number;
  attempt?: number;
  result?: string;
}
interface Seed {
  id: string;
  at: string;
  state?: string;
  timeMs?: number | null;
  steps?: readonly Step[];
}

async function seed({ id, at, state = 'completed', timeMs = null, steps = [] }: Seed): Promise<void> {
  const { sql } = world;
  const [station = '', bay = ''] = id.split('.');
  await sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at, swap_time_ms)
    values (${id}, ${station}, ${bay}, ${vin(1)}, ${state}, 1, ${at}::timestamptz, ${timeMs})`;
  for (const [
    index,
    { step, track = 'robot', ms, budgetMs = 10_000, attempt = 1, result = 'completed' },
  ] of steps.entries())
    await sql`insert into swap_steps (swap, ordinal, step, track, attempt, command_id, budget_ms, actual_ms, result, started_at)
      values (${id}, ${index + 1}, ${step}, ${track}, ${attempt}, ${`${id}/${index}`}, ${budgetMs}, ${ms}, ${result}, ${at}::timestamptz)`;
}

beforeAll(async () => {
  world = await createReadWorld();
  staff = await issueKey(world.db, 'staff', 'staff of bj-001', { stations: ['bj-001'] });
  // 15:30 UTC of the first of May is 23:30 of that day in Beijing, 16:30 UTC the second of May.
  await seed({
    id: 'bj-001.1.1',
    at: '2026-05-01T15:30:00Z',
    timeMs: 80_000,
    steps: [
      { step: 'authorise', ms: 2_000, budgetMs: 2_600 },
      { step: 'fetchPack', track: 'shuttle', ms: 30_000, budgetMs: 25_000 },
      { step: 'exchange', ms: 20_000, budgetMs: 21_000 },
    ],
  });
  await seed({
    id: 'bj-001.1.2',
    at: '2026-05-01T16:30:00Z',
    timeMs: 100_000,
    steps: [
      { step: 'authorise', ms: 4_000, budgetMs: 2_600 },
      { step: 'exchange', ms: 30_000, budgetMs: 21_000, result: 'failed' },
      { step: 'exchange', ms: 40_000, budgetMs: 21_000, attempt: 2 },
    ],
  });
  await seed({
    id: 'bj-001.1.3',
    at: '2026-05-01T16:40:00Z',
    state: 'rolled-back',
    steps: [{ step: 'authorise', ms: 3_000, budgetMs: 2_600 }],
  });
  await seed({ id: 'bj-001.1.4', at: '2026-05-01T16:50:00Z', state: 'refused' });
  await seed({
    id: 'bj-002.1.1',
    at: '2026-05-01T16:55:00Z',
    timeMs: 60_000,
    steps: [{ step: 'authorise', ms: 1_000 }],
  });
});
afterAll(() => world?.end());

const get = async (query: string, key = world.keys.regulator) => {
  const answer = await world.app.request(`/api/v1/swaps/statistics?${query}`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  return { status: answer.status, body: (await answer.json()) as SwapStatistics & { errors?: unknown } };
};
const may = 'from=2026-05-01T15:00:00Z&to=2026-05-01T18:00:00Z';

describe('statistics of swaps', () => {
  test('of a station: numbers, times, first attempts, by day and hour', async () => {
    const { status, body } = await get(`${may}&station=bj-001`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      station: 'bj-001',
      total: 4,
      completed: 2,
      sampled: 4,
      firstTime: { of: 3, right: 1 },
      swapTime: { n: 2, p5Ms: 81_000, p25Ms: 85_000, p50Ms: 90_000, p75Ms: 95_000, p95Ms: 99_000, meanMs: 90_000 },
      hours: [
        { hour: '2026-05-01T15:00:00.000Z', total: 1, completed: 1 },
        { hour: '2026-05-01T16:00:00.000Z', total: 3, completed: 1 },
        { hour: '2026-05-01T17:00:00.000Z', total: 0, completed: 0 },
      ],
    });
    expect(body.days).toMatchObject([
      { day: '2026-05-01', total: 1, completed: 1, firstTime: { of: 1, right: 1 }, swapTime: { p50Ms: 80_000 } },
      { day: '2026-05-02', total: 3, completed: 1, firstTime: { of: 2, right: 0 }, swapTime: { p50Ms: 100_000 } },
    ]);
  });

  test('of its steps: against the budget, repeated, failed, and where the seconds go', async () => {
    const { body } = await get(`${may}&station=bj-001`);
    const [authorise, , exchange] = body.steps;
    expect(body.steps.map(({ step }) => step)).toEqual(['authorise', 'fetchPack', 'exchange']);
    expect(authorise).toMatchObject({
      track: 'robot',
      budgetMs: 2_600,
      attempts: 3,
      notFirst: 0,
      failed: 0,
      overBudget: 2,
      // Of the completed swaps alone.
      perSwapMs: 3_000,
      time: { n: 3, p50Ms: 3_000, meanMs: 3_000 },
      days: [
        { day: '2026-05-01', n: 1, p50Ms: 2_000 },
        { day: '2026-05-02', n: 2, p50Ms: 3_500 },
      ],
    });
    expect(exchange).toMatchObject({
      attempts: 3,
      notFirst: 1,
      failed: 1,
      overBudget: 1,
      perSwapMs: 45_000,
      time: { n: 2 },
    });
    // 90 s in the mean, of which the robot's own steps are 3 and 45.
    expect(body.waitPerSwapMs).toBe(42_000);
  });

  test('of the network, and of the stations a caller is bound to', async () => {
    expect((await get(may)).body).toMatchObject({ station: null, total: 5, completed: 3, sampled: 5 });
    expect((await get(may, staff)).body).toMatchObject({ total: 4 });
    expect((await get(`${may}&station=bj-002`, staff)).body).toMatchObject({
      total: 0,
      sampled: 0,
      steps: [],
      swapTime: null,
    });
  });

  test('of a time without swaps', async () => {
    const { body } = await get('from=2026-06-01T00:00:00Z&to=2026-06-01T02:00:00Z');
    expect(body).toMatchObject({
      total: 0,
      completed: 0,
      sampled: 0,
      swapTime: null,
      days: [],
      steps: [],
      waitPerSwapMs: null,
    });
    expect(body.hours).toHaveLength(2);
  });

  test('asks for a span that is one', async () => {
    const long = await get('from=2026-05-01T00:00:00Z&to=2026-06-02T00:00:00Z');
    expect(long).toMatchObject({ status: 400, body: { errors: [{ parameter: 'from' }] } });
    expect((await get('from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z')).status).toBe(400);
    expect((await get('')).status).toBe(200);
  });

  test('is not for a fleet', async () => {
    const { status } = await callerOf(world.app, world.keys)('/api/v1/swaps/statistics', 'fleet');
    expect(status).toBe(403);
  });
});

/** As PostgreSQL's percentile_cont. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low = 0, high = 0] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

test('whatever the swaps were: numbers add up, and percentiles are those of the times', async () => {
  const from = Date.UTC(2026, 6, 1);
  const swap = fc.record({
    minute: fc.nat(3 * 24 * 60 - 1),
    state: fc.constantFrom('completed', 'completed', 'completed', 'rolled-back', 'needs-person', 'refused'),
    timeMs: fc.integer({ min: 60_000, max: 200_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(swap, { maxLength: 25 }), async (swaps) => {
      await world.sql`delete from swaps where station = 'bj-009'`;
      for (const [n, { minute, state, timeMs }] of swaps.entries())
        await seed({
          id: `bj-009.1.${n}`,
          at: new Date(from + minute * 60_000).toISOString(),
          state,
          timeMs: state === 'completed' ? timeMs : null,
        });
      const span = { from: new Date(from), to: new Date(from + 3 * 24 * 3_600_000), stations: ['bj-009'] };
      const found = await readSwapStatistics(world.db, span);
      const times = swaps.flatMap(({ state, timeMs }) => (state === 'completed' ? [timeMs] : []));
      expect([found.total, found.completed, found.sampled]).toEqual([swaps.length, times.length, swaps.length]);
      for (const parts of [found.hours, found.days]) {
        expect(parts.reduce((sum, { total }) => sum + total, 0)).toBe(swaps.length);
        expect(parts.reduce((sum, { completed }) => sum + completed, 0)).toBe(times.length);
      }
      expect(found.swapTime?.n ?? 0).toBe(times.length);
      for (const [name, share] of [
        ['p5Ms', 0.05],
        ['p25Ms', 0.25],
        ['p50Ms', 0.5],
        ['p75Ms', 0.75],
        ['p95Ms', 0.95],
      ] as const)
        if (found.swapTime) expect(Math.abs(found.swapTime[name] - percentile(times, share))).toBeLessThanOrEqual(1);
    }),
    { numRuns: 15, seed: 5 },
  );
}, 60_000);

test('a large network is sampled, each hour alike', async () => {
  const { sql, db } = world;
  await sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at, swap_time_ms)
    select 'bj-' || (100 + n % 300) || '.1.' || n, 'bj-' || (100 + n % 300), '1', ${vin(1)}, 'completed', 1, '2026-08-01T00:00:00Z'::timestamptz + n * interval '300 ms', 90000
    from generate_series(0, 23999) n`;
  const found = await readSwapStatistics(db, {
    from: new Date('2026-08-01T00:00:00Z'),
    to: new Date('2026-08-01T02:00:00Z'),
    stations: null,
  });
  expect(found).toMatchObject({
    total: 24_000,
    completed: 24_000,
    sampled: 10_000,
    swapTime: { n: 10_000, p50Ms: 90_000 },
  });
}, 60_000);
