import { sql as part } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Consumer, followUp } from '../../src/follow-ups/consumer.ts';
import { watchProblems } from '../../src/follow-ups/problems.ts';
import { startFollowUps } from '../../src/follow-ups/start.ts';
import { retryMs } from '../../src/follow-ups/store.ts';
import { startWorker, workOnce } from '../../src/follow-ups/worker.ts';
import { createReadWorld, seedStation } from '../api/fixture.ts';
import { waitFor } from '../helpers/wait-for.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await world.sql`create table effects (subject text not null)`;
  await world.sql`select grant_runtime()`;
  await seedStation(world.sql, 'bj-001');
});
afterAll(() => world?.end());
beforeEach(async () => {
  await world.sql`delete from follow_ups`;
  await world.sql`truncate effects`;
});

const addFacts = (count: number, name = 'fact') =>
  world.sql`insert into follow_ups (consumer, subject) select 'trace', ${name} || '/' || n from generate_series(1, ${count}::int) n`;
const left = async () => Number((await world.sql`select count(*)::int as n from follow_ups`)[0]?.n);
const written = async () => {
  const [row] = await world.sql<
    { all: number; different: number }[]
  >`select count(*)::int as all, count(distinct subject)::int as different from effects`;
  return row;
};
const options = () => ({ db: world.db, log: world.options.log });

const effects = (own: Partial<Consumer> = {}): Consumer => ({
  ...followUp('trace', {
    batch: 50,
    handle: async (_db, subjects) => ({
      done: subjects,
      parts: (gone) => ({ wrote: part`insert into effects (subject) select subject from ${gone}` }),
    }),
  }),
  ...own,
});

describe('following up facts', () => {
  test('each once, whoever else follows them up at the same time', async () => {
    await addFacts(1_000);
    // A claim that runs out at once: all three take the same facts again and again, and the row decides.
    const workers = [0, 1, 2].map(() => startWorker({ ...options(), pollMs: 5, claimMs: 0 }, effects()));
    await waitFor('0 left', async () => (await left()) === 0, { withinMs: 60_000 });
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(await written()).toEqual({ all: 1_000, different: 1_000 });
  });

  test('one that cannot be done is set aside with the reason, and the others go on', async () => {
    await addFacts(10);
    let isHealed = false;
    const consumer = effects({
      handle: async (_db, subjects) => {
        const stuck: string[] = isHealed ? [] : subjects.filter((subject) => subject === 'fact/3');
        return {
          done: subjects.filter((subject) => !stuck.includes(subject)),
          parts: (gone) => ({ wrote: part`insert into effects (subject) select subject from ${gone}` }),
          stuck: stuck.map((subject) => ({ subject, code: 'tariffGap', detail: 'no price \u0000 there' })),
        };
      },
    });
    const worker = startWorker({ ...options(), pollMs: 5, waitMs: () => 30 }, consumer);
    await waitFor('1 left', async () => (await left()) === 1, { withinMs: 60_000 });
    await waitFor('it', async () => Number((await world.sql`select attempts from follow_ups`)[0]?.attempts) >= 2);
    const [row] = await world.sql`select subject, problem from follow_ups`;
    expect(row).toEqual({ subject: 'fact/3', problem: 'tariffGap: no price \ufffd there' });
    isHealed = true;
    await waitFor('0 left', async () => (await left()) === 0, { withinMs: 60_000 });
    await worker.stop();
    expect(await written()).toEqual({ all: 10, different: 10 });
  });

  test('one that spoils the batch, in the program or in the database, is found', async () => {
    await addFacts(6);
    const consumer = effects({
      handle: async (_db, subjects) => {
        if (subjects.includes('fact/2')) throw new Error('a bug');
        return {
          done: subjects,
          parts: (gone) => ({
            wrote: part`insert into effects (subject) select case subject when 'fact/4' then (1 / (length(subject) - 6))::text else subject end from ${gone}`,
          }),
        };
      },
    });
    await workOnce({ ...options(), waitMs: () => 60_000 }, consumer);
    const rows = await world.sql`select subject, problem, attempts from follow_ups order by subject`;
    expect(rows.map(({ subject, attempts }) => [subject, attempts])).toEqual([
      ['fact/2', 1],
      ['fact/4', 1],
    ]);
    expect(rows[0]?.problem).toBe('failed: a bug');
    expect(rows[1]?.problem).toBe('failed: division by zero');
    expect(await written()).toEqual({ all: 4, different: 4 });
  });

  test('one for which it is too early comes back without a problem', async () => {
    await addFacts(1);
    let asked = 0;
    const consumer = effects({
      handle: async (_db, subjects) =>
        ++asked === 1 ? { done: [], later: subjects.map((subject) => ({ subject, afterMs: 20 })) } : { done: subjects },
    });
    const worker = startWorker({ ...options(), pollMs: 5 }, consumer);
    await waitFor('0 left', async () => (await left()) === 0, { withinMs: 60_000 });
    await worker.stop();
    expect(asked).toBe(2);
  });

  test('the wait after a failure doubles, has an end, and is spread', () => {
    expect([0, 1, 2, 30].map((attempts) => retryMs(attempts, () => 0.5))).toEqual([2_000, 4_000, 8_000, 600_000]);
    expect(retryMs(0, () => 0)).toBe(1_500);
  });
});

test('what is stuck is an alarm of its station until it heals, and a figure', async () => {
  const { registry } = world.options;
  await world.sql`insert into follow_ups (consumer, subject, problem, attempts) values
    ('receipt', 'bj-001.1.7', 'tariffGap: tariff x has no price table for 2026-09-01', 1),
    ('chargeCost', 'bj-001/44/0', null, 0), ('receipt', 'no-such.1.7', 'tariffGap: y', 1)`;
  await world.sql`update follow_ups set due_at = now() + interval '1 hour'`;
  const running = startFollowUps({ ...options(), consumers: [effects()], watchMs: 20, registry });
  const alarms = () =>
    world.sql`select key, code, level, detail, cleared_at is null as active from alarms where station = 'bj-001'`;
  await waitFor('it', async () => (await alarms()).length === 1);
  expect((await alarms())[0]).toEqual({
    key: 'followUp/receipt/tariffGap',
    code: 'tariffGap',
    level: 1,
    detail: '1 x bj-001.1.7: tariffGap: tariff x has no price table for 2026-09-01',
    active: true,
  });
  expect(await watchProblems(world.db)).toBe(0);
  await waitFor('it', async () =>
    (await registry.metrics()).includes('pitlane_follow_ups_stuck{consumer="receipt"} 2'),
  );
  expect(await registry.metrics()).toContain('pitlane_follow_ups{consumer="chargeCost"} 1');
  await world.sql`delete from follow_ups`;
  await waitFor('it', async () => (await alarms())[0]?.active === false);
  await running.stop();
  const lines =
    await world.sql`select n, type from events where station = 'bj-001' and type in ('followUpsStuck', 'followUpsHealed') order by n`;
  expect(lines.map(({ type }) => type)).toEqual(['followUpsStuck', 'followUpsHealed']);
});
