import { sql as part } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followUp } from '../../src/follow-ups/consumer.ts';
import { startWorker } from '../../src/follow-ups/worker.ts';
import { createReadWorld } from '../api/fixture.ts';
import { ensureBuilt, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  await ensureBuilt();
  world = await createReadWorld();
  await world.sql`create table effects (subject text not null)`;
  await world.sql`select grant_runtime()`;
}, 240_000);
afterAll(() => world?.end());

const left = async () => Number((await world.sql`select count(*)::int as n from follow_ups`)[0]?.n);
const consumer = followUp('trace', {
  handle: async (_db, subjects) => ({
    done: subjects,
    parts: (gone) => ({ wrote: part`insert into effects (subject) select subject from ${gone}` }),
  }),
});

describe('a process that is killed', () => {
  test.each(['claimed', 'decided', 'sent', 'finished', 'settled'])(
    '%s: each fact is followed up once',
    async (point) => {
      await world.sql`truncate effects`;
      await world.sql`insert into follow_ups (consumer, subject) select 'trace', ${point} || '/' || n from generate_series(1, 120) n`;
      const doomed = await startProgram('test/programs/follow-facts', { args: [world.url, point, '2'] });
      expect(await doomed.exited).toBe('SIGKILL');
      expect(await left()).toBeGreaterThan(0);
      const survivor = startWorker({ db: world.db, log: world.options.log, pollMs: 20, claimMs: 500 }, consumer);
      await waitFor('all followed up', async () => (await left()) === 0, { withinMs: 30_000 });
      await survivor.stop();
      const [row] =
        await world.sql`select count(*)::int as all, count(distinct subject)::int as different from effects`;
      expect(row).toEqual({ all: 120, different: 120 });
    },
  );
});
