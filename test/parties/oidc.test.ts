import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import type { OidcSettings } from '../../src/parties/oidc.ts';
import { type App, createReadWorld } from '../api/fixture.ts';
import { openBrowser } from './browser.ts';
import { client, startProvider } from './oidc-provider.ts';

const redirectUrl = 'http://127.0.0.1:8080/auth/oidc/callback';
let provider: Awaited<ReturnType<typeof startProvider>>;
let world: Awaited<ReturnType<typeof createReadWorld>>;
let app: App;
let ahead = 0;

const settings = (own: Partial<OidcSettings> = {}): OidcSettings => ({
  issuer: provider.issuer,
  clientId: client.id,
  clientSecret: client.secret,
  redirectUrl,
  algorithm: 'RS256',
  ...own,
});
const appWith = (oidc: OidcSettings | null) =>
  createApp({
    ...world.options,
    registry: new Registry(),
    parties: { oidc, now: () => Date.now() + ahead, freshForMs: 50 },
  });

beforeAll(async () => {
  // The provider warns on the console of what only a test does.
  for (const level of ['info', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {});
  provider = await startProvider(
    {
      ann: { email: 'Ann@example.com', email_verified: true },
      eve: { email: 'ann@example.com', email_verified: true },
      mallory: { email: 'ann@example.com', email_verified: false },
      nameless: {},
      stranger: { email: 'stranger@example.com', email_verified: true },
    },
    redirectUrl,
  );
  world = await createReadWorld();
});
afterAll(async () => {
  await world?.end();
  await provider?.stop();
});
beforeEach(async () => {
  ahead = 0;
  app = appWith(settings());
  await world.sql`delete from users`;
  await world.sql`delete from sessions`;
  await world.sql`delete from sign_in_attempts`;
  await world.sql`insert into users (id, email, name, role) values ('u000000000001', 'ann@example.com', 'Ann', 'admin')`;
});

const begin = async (one: ReturnType<typeof openBrowser>, returnTo?: string) => {
  const query = returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
  const answer = await one.get(`/auth/oidc/start${query}`);
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? '');
};
const back = (one: ReturnType<typeof openBrowser>, url: URL, headers = {}) =>
  one.ask('GET', `/auth/oidc/callback${url.search}`, undefined, { 'Sec-Fetch-Site': 'cross-site', ...headers });
const signIn = async (account: string, returnTo?: string) => {
  const one = openBrowser(app);
  return { one, answer: await back(one, await provider.consent(await begin(one, returnTo), account)) };
};

describe('a person signs in at the provider', () => {
  test('with code, PKCE, state and nonce, and goes on where they were', async () => {
    const one = openBrowser(app);
    const url = await begin(one, '/console?station=bj-001');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^.{43}$/),
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
      redirect_uri: redirectUrl,
    });
    const answer = await back(one, await provider.consent(url, 'ann'));
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console?station=bj-001']);
    expect((await one.get('session')).body).toMatchObject({ id: 'user:u000000000001', session: { method: 'oidc' } });
    expect(Object.keys(one.cookies)).toEqual(['__Host-pitlane']);
    expect(await world.sql`select oidc_issuer, oidc_subject from users`).toEqual([
      { oidc_issuer: provider.issuer, oidc_subject: 'ann' },
    ]);
    expect(await world.sql`select * from oidc_sign_ins`).toEqual([]);
  });

  test('and is known by the subject ever after, whatever their address', async () => {
    await signIn('ann');
    await world.sql`update users set email = 'ann.li@example.com'`;
    const { one } = await signIn('ann');
    expect((await one.get('session')).body).toMatchObject({ email: 'ann.li@example.com' });
  });

  test.each([
    ['stranger', 'Nobody here has this account'],
    ['mallory', 'no verified e-mail'],
    ['nameless', 'no verified e-mail'],
  ])('%s is refused', async (account, why) => {
    const { one, answer } = await signIn(account);
    expect(answer).toMatchObject({ status: 401, body: { code: 'oidc-refused', detail: expect.stringContaining(why) } });
    expect((await one.get('session')).status).toBe(401);
  });

  test('another subject with the same address does not take over who is bound', async () => {
    await signIn('ann');
    expect((await signIn('eve')).answer.status).toBe(401);
  });

  test('who is disabled is refused', async () => {
    await signIn('ann');
    await world.sql`update users set disabled_at = now()`;
    expect((await signIn('ann')).answer.status).toBe(401);
  });

  test('a browser is shown a page', async () => {
    const one = openBrowser(app);
    const url = await provider.consent(await begin(one), 'stranger');
    const answer = await back(one, url, { Accept: 'text/html,*/*' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(String(answer.body)).toContain('Nobody here has this account');
  });
});

describe('what comes back is refused', () => {
  const refused = async (one: ReturnType<typeof openBrowser>, url: URL) => {
    expect((await back(one, url)).body).toMatchObject({ code: 'oidc-refused' });
    expect((await one.get('session')).status).toBe(401);
  };

  test('when it comes twice', async () => {
    const one = openBrowser(app);
    const url = await provider.consent(await begin(one), 'ann');
    const before = one.copy();
    expect((await back(one, url)).status).toBe(302);
    await refused(before, url);
  });

  test('when it comes to another browser', async () => {
    const url = await provider.consent(await begin(openBrowser(app)), 'ann');
    await refused(openBrowser(app), url);
    const other = openBrowser(app);
    await begin(other);
    await refused(other, url);
  });

  test('when it comes too late', async () => {
    const one = openBrowser(app);
    const url = await provider.consent(await begin(one), 'ann');
    ahead = 11 * 60_000;
    await refused(one, url);
  });

  test('with another state, code or issuer, or the refusal of the provider', async () => {
    for (const [name, value] of [
      ['state', 'A'.repeat(43)],
      ['code', 'A'.repeat(43)],
      ['iss', 'https://evil.example'],
    ] as const) {
      const one = openBrowser(app);
      const url = await provider.consent(await begin(one), 'ann');
      url.searchParams.set(name, value);
      await refused(one, url);
    }
    const one = openBrowser(app);
    const { state } = Object.fromEntries((await begin(one)).searchParams);
    await refused(one, new URL(`${redirectUrl}?error=access_denied&state=${state}&iss=${provider.issuer}`));
    await refused(openBrowser(app), new URL(redirectUrl));
  });

  test('with a nonce or a verifier that is not the one of the sign-in', async () => {
    for (const column of ['nonce', 'code_verifier']) {
      const one = openBrowser(app);
      const url = await provider.consent(await begin(one), 'ann');
      await world.sql`update oidc_sign_ins set ${world.sql(column)} = ${'x'.repeat(43)}`;
      await refused(one, url);
    }
  });

  test('when the ID token is signed with another algorithm than the one agreed', async () => {
    app = appWith(settings({ algorithm: 'ES256' }));
    const one = openBrowser(app);
    await refused(one, await provider.consent(await begin(one), 'ann'));
  });
});

test('it goes on to no other host', async () => {
  for (const returnTo of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'console',
    '/a b',
    '/\t/evil.example',
  ]) {
    const answer = await openBrowser(app).get(`/auth/oidc/start?returnTo=${encodeURIComponent(returnTo)}`);
    expect([returnTo, answer.status]).toEqual([returnTo, 400]);
  }
});

test('without a provider there is no such path; with one that is away it says so, and tries again', async () => {
  expect((await openBrowser(appWith(null)).get('/auth/oidc/start')).status).toBe(404);
  const server = createServer((_, response) => response.destroy());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const away = appWith(settings({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
  for (let n = 0; n < 2; n++) {
    const answer = await openBrowser(away).get('/auth/oidc/start');
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  }
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});
