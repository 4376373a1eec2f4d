import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { Swap, SwapStep } from '../../schema/wire/api/swap.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createLiveWorld, type LiveWorld } from './live-world.ts';

const station = 'bj-009';
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 50);
  const idle = async () => (await world.ask<Bay>(`/api/v1/stations/${station}/bays/1`)).body.state === 'idle';
  await waitFor('the station to be online', idle, { withinMs: 20_000 });
}, 60_000);
afterAll(() => world?.end());

test('people who settle things while a car is being swapped cost the swap no step', async () => {
  const swapped = async () =>
    (await world.ask<{ items: Swap[] }>(`/api/v1/swaps?station=${station}&state=completed`)).body.items[0];
  await world.ask(`/api/v1/stations/${station}/simulator`, {
    body: { type: 'taxi', bay: null, vin: null, socPct: 20 },
  });
  let closed = 0;
  for (let n = 1; !(await swapped()); n += 1) {
    await world.reads.db.execute(sql`
      insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
      values (${station}, ${`moved/${n}`}, 'packMoved', '[]', 'by hand', now(), ${n})`);
    // In the owner's process and in another one, in turn.
    const at = n % 2 === 0 ? world.url : world.elsewhere;
    const answer = await world.ask(`/api/v1/incidents/${station}%2Fmoved%2F${n}/close`, {
      body: { note: 'seen to' },
      at,
    });
    expect(answer.status).toBe(200);
    closed += 1;
  }
  const done = await swapped();
  const { steps } = (await world.ask<{ steps: SwapStep[] }>(`/api/v1/swaps/${done?.id}`)).body;
  for (const step of steps) expect(step).toMatchObject({ attempt: 1, result: 'completed' });
  const log = await world.reads.db.execute<{ lines: number; last: number; closed: number }>(sql`
    select count(*)::int as lines, max(n)::int as last, count(*) filter (where type = 'incidentClosed')::int as closed
    from events where station = ${station}`);
  expect(log[0]?.closed).toBe(closed);
  expect(log[0]?.lines).toBe(log[0]?.last);
}, 60_000);
