import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  BatteryHealth,
  HealthReading,
  RetirementDecision,
  RetirementPolicy,
} from '../../schema/wire/api/battery-health.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import { code, createReadWorld, seedStation } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
const pack = code(1);
beforeAll(async () => {
  world = await createReadWorld();
  await seedStation(world.sql, 'bj-001', 3);
  await world.sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values ('BP-50', 'x', 'NCM', 55000, 352, 330, 'a', 'b') on conflict do nothing`;
  await world.sql`insert into battery_health (pack, belief, soh_pct, low_pct, high_pct, readings, used, resistance_mohm, reference_mohm, judged_at)
    values (${pack}, '{}', 88.1, 84, 92.2, 9, 7, 84, 70, '2026-05-01T00:00:00Z')`;
  await world.sql`insert into battery_health_readings (pack, n, charge, station, slot, ended_at, soh_pct, low_pct, high_pct, ignored)
    select ${pack}, n, 'bj-001/' || n || '/0', 'bj-001', 1, now(), 88, 84, 92, case when n = 9 then 'noStart' end from generate_series(1, 9) n`;
  await world.sql`insert into retirement_decisions (swap, pack, station, policy_version, retire, reasons, inputs, judged_at)
    select 'bj-001.1.' || n, ${pack}, 'bj-001', 1, false, '[]', '{"estimate": null, "bmsSohPct": 90, "resistanceMohm": null, "referenceMohm": null,
      "cellSpreadMv": null, "negativeEvents": 0, "thermalEvents": 0, "ageYears": 1}', '2026-05-01T00:00:00Z' from generate_series(1, 5) n`;
});
afterAll(() => world?.end());

async function ask<T>(path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await world.app.request(`/api/v1/${path}`, {
    headers: { Authorization: `Bearer ${world.keys.admin}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** A list to its end, two at a time. */
async function walk<T>(path: string): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: { body: { items: T[]; nextCursor: string | null } } = await ask(
      `${path}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    all.push(...body.items);
    cursor = body.nextCursor;
  }
  return all;
}

test('the estimate comes with its interval and what it is made of', async () => {
  const { status, body } = await ask<BatteryHealth>(`batteries/${pack}/health`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    estimate: { sohPct: 88.1, lowPct: 84, highPct: 92.2, charges: 7 },
    basis: { method: 'ahBetweenTwoSocs', confidencePct: 90, ratedAh: 156.25, readings: 9 },
    resistanceGrowthPct: 20,
    retiring: false,
  });
  const unjudged = await ask<BatteryHealth>(`batteries/${code(2)}/health`);
  expect(unjudged.body).toMatchObject({ estimate: null, basis: { readings: 0, judgedAt: null } });
  expect((await ask(`batteries/${code(77)}/health`)).status).toBe(404);
});

test('history and decisions are walked by cursor, newest first, each line once', async () => {
  const readings = await walk<HealthReading>(`batteries/${pack}/health/readings`);
  expect(readings.map(({ n }) => n)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(readings[0]?.ignored).toBe('noStart');
  const decisions = await walk<RetirementDecision>(`batteries/${pack}/retirement-decisions`);
  expect(decisions.map(({ swap }) => swap)).toEqual([5, 4, 3, 2, 1].map((n) => `bj-001.1.${n}`));
});

test('a policy is replaced, never changed; of two who replace the same one is told', async () => {
  const { body: first } = await ask<RetirementPolicy>('retirement-policies/1');
  expect(first).toMatchObject({ version: 1, terms: { minSohPct: 80, maxThermalEvents: 0 } });
  const next = { replaces: 1, terms: { ...first.terms, minSohPct: 75 }, reason: 'what winter has shown' };
  const answers = await Promise.all([
    ask<Problem>('retirement-policies', next),
    ask<Problem>('retirement-policies', next),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ current: { version: 2 } });
  const { body } = await ask<{ items: RetirementPolicy[] }>('retirement-policies');
  expect(body.items.map(({ version, terms }) => [version, terms.minSohPct])).toEqual([
    [2, 75],
    [1, 80],
  ]);
  for (const bad of [{ minSohPct: -1 }, { maxAgeYears: 'old' }, { sohBound: 'guess' }]) {
    const refused = await ask('retirement-policies', { ...next, replaces: 2, terms: { ...first.terms, ...bad } });
    expect(refused.status).toBe(422);
  }
  expect((await ask('retirement-policies/3')).status).toBe(404);
});
