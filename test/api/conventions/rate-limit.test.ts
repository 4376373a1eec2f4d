import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../../src/api/app.ts';
import { callerOf, createReadWorld } from '../fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(createApp({ ...world.options, registry: new Registry(), requestsPerMinute: 3 }), world.keys);
});
afterAll(() => world?.end());

test('a caller has so many requests a minute, and each answer says what is left', async () => {
  for (const left of [2, 1, 0]) {
    const { status, headers } = await call('/api/v1/swaps', 'fleet');
    expect([status, headers.get('ratelimit-policy')]).toEqual([200, '"key";q=3;w=60']);
    expect(headers.get('ratelimit')).toMatch(new RegExp(`^"key";r=${left};t=\\d+$`));
  }
  const refused = await call<{ code: string }>('/api/v1/swaps', 'fleet');
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('ratelimit')).toMatch(/^"key";r=0;t=\d+$/);
});

test('the others have theirs', async () => {
  expect(await call('/api/v1/swaps', 'regulator')).toMatchObject({ status: 200 });
});

test('nothing is counted where there is no limit', async () => {
  const { headers } = await callerOf(world.app, world.keys)('/api/v1/swaps', 'fleet');
  expect(headers.get('ratelimit')).toBeNull();
});
