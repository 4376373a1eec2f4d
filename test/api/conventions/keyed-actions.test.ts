import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../helpers/wait-for.ts';
import { createLiveWorld, type LiveWorld } from '../live-world.ts';

// Actions go through the engine: their key is stored by its commit, whichever process makes it.

let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld('bj-001', 50);
  await waitFor('the bay is idle', async () => (await bay()).state === 'idle');
});
afterAll(() => world?.end());

const bay = async () => (await world.ask<{ state: string; allowed: string[] }>('/api/v1/stations/bj-001/bays/1')).body;

async function act(action: string, key: string, at = world.url) {
  const answer = await fetch(`${at}/api/v1/stations/bj-001/bays/1/actions`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${world.keys.staff}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': `"${key}"`,
    },
    body: JSON.stringify({ action, reason: 'tested twice' }),
  });
  const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, replayed: answer.headers.get('idempotency-replayed'), body };
}

const logged = async (type: string) =>
  (await world.ask('/api/v1/events?station=bj-001&limit=200')).body.items.filter((event) => event.type === type).length;

test('an action asked for fifty times over two processes is taken once', async () => {
  const asked = Array.from({ length: 50 }, (_, n) => act('hold', 'hold-1', n % 2 === 0 ? world.url : world.elsewhere));
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await logged('hold')).toBe(1);
});

test('its answer stays the same when the world has moved on, and so does a refusal', async () => {
  const refused = await act('hold', 'hold-2');
  expect(refused).toMatchObject({ status: 409, replayed: null, body: { code: 'action-not-allowed' } });
  expect(await act('resume', 'resume-1')).toMatchObject({ status: 202, replayed: null });
  await waitFor('the bay is idle', async () => (await bay()).state === 'idle');
  expect(await act('hold', 'hold-2', world.elsewhere)).toEqual({ ...refused, replayed: 'true' });
  expect(await act('hold', 'hold-1')).toMatchObject({ status: 202, replayed: 'true' });
  expect(await act('resume', 'hold-1')).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  expect(await logged('hold')).toBe(1);
});
