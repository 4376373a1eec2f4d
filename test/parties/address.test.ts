import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { startApiServer } from '../../src/api/server.ts';
import { createReadWorld } from '../api/fixture.ts';
import { password, passwordHash } from './browser.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await world.sql`insert into users (id, email, name, role, password_hash)
    values ('u1', 'ann@example.com', 'Ann', 'admin', ${await passwordHash()})`;
});
afterAll(() => world?.end());

/** Signs in over a socket, and gives the addresses that the sessions are listed with. */
async function addresses(trustedProxies: number, forwarded: string[]): Promise<unknown[]> {
  const app = createApp({
    ...world.options,
    registry: new Registry(),
    parties: { trustedProxies, secureCookies: false },
  });
  const server = await startApiServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  try {
    await world.sql`delete from sessions`;
    let cookie = '';
    for (const each of forwarded) {
      const answer = await fetch(`${server.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(each ? { 'X-Forwarded-For': each } : {}) },
        body: JSON.stringify({ email: 'ann@example.com', password }),
      });
      expect(answer.status).toBe(201);
      const set = answer.headers.get('set-cookie') ?? '';
      expect(set).not.toContain('Secure');
      cookie = /^pitlane=[^;]+/.exec(set)?.[0] ?? '';
      await answer.text();
    }
    const list = await fetch(`${server.url}/api/v1/sessions`, { headers: { Cookie: cookie } });
    const { items } = (await list.json()) as { items: { address: string }[] };
    return items.map(({ address }) => address).reverse();
  } finally {
    await server.stop();
  }
}

test('an address is that of the socket, or what the trusted proxies saw', async () => {
  expect(await addresses(0, ['', '6.6.6.6'])).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(await addresses(1, ['', '6.6.6.6, 10.0.0.9'])).toEqual(['127.0.0.1', '10.0.0.9']);
  expect(await addresses(2, ['6.6.6.6, 10.0.0.9, 10.0.0.1', '10.0.0.1'])).toEqual(['10.0.0.9', '127.0.0.1']);
});
