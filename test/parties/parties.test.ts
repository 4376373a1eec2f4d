import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiKeyView } from '../../schema/wire/api/key.ts';
import type { UserView } from '../../schema/wire/api/user.ts';
import { createApp } from '../../src/api/app.ts';
import { type App, createReadWorld, seedStation } from '../api/fixture.ts';
import { openBrowser, password, passwordHash } from './browser.ts';

let app: App;
let world: Awaited<ReturnType<typeof createReadWorld>>;
let ahead = 0;
beforeAll(async () => {
  world = await createReadWorld({ parties: { now: () => Date.now() + ahead, freshForMs: 50 } });
  await world.sql`insert into organisations (id, kind, name) values
    ('blue-taxi', 'fleet', 'Blue'), ('green-taxi', 'fleet', 'Green'), ('pack-bank', 'owner', 'Bank')`;
  await seedStation(world.sql, 'bj-001');
});
afterAll(() => world?.end());
beforeEach(async () => {
  app = createApp({ ...world.options, registry: new Registry() });
  const hash = await passwordHash();
  await world.sql`insert into users (id, email, name, role, organisation, password_hash) values
    ('u000000000001', 'ann@example.com', 'Ann', 'admin', null, ${hash}),
    ('u000000000002', 'wang@example.com', 'Wang', 'fleet', 'blue-taxi', ${hash})`;
});
afterEach(async () => {
  ahead = 0;
  await world.sql`delete from users`;
  await world.sql`delete from sessions`;
});

const signedIn = async (email = 'ann@example.com') => {
  const one = openBrowser(app);
  expect((await one.signIn(email)).status).toBe(201);
  return one;
};
type Browser = Awaited<ReturnType<typeof signedIn>>;
interface Invited {
  user: UserView;
  invitation: { token: string; expiresAt: string };
}
const li = { email: 'Li@example.com', name: 'Li', role: 'staff', stations: ['bj-001'] };
const any = { 'If-Match': '*' };
const take = (token: string, secret = password) =>
  openBrowser(app).ask('POST', 'session/invitation', { token, password: secret });

describe('a user', () => {
  test('is made, invited, and chooses a password once', async () => {
    const ann = await signedIn();
    const made = await ann.ask<Invited>('POST', 'users', li);
    expect(made).toMatchObject({
      status: 201,
      body: { user: { email: 'li@example.com', role: 'staff', stations: ['bj-001'], hasPassword: false, edition: 1 } },
    });
    const { user, invitation } = made.body;
    expect((await take(invitation.token, 'too short')).status).toBe(422);
    expect((await take('A'.repeat(43))).body).toMatchObject({ code: 'invitation-refused' });
    const answers = await Promise.all([take(invitation.token), take(invitation.token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const one = openBrowser(app);
    expect((await one.signIn('li@example.com')).body).toMatchObject({ id: `user:${user.id}`, stations: ['bj-001'] });
    expect((await ann.ask('POST', 'users', li)).body).toMatchObject({
      code: 'already-exists',
      current: { id: user.id, hasPassword: true },
    });
    expect(JSON.stringify(await world.sql`select * from users`)).not.toContain(invitation.token);
    expect(world.lines.join('')).not.toContain(invitation.token);
  });

  test('is invited again after a week, which ends the sessions of before', async () => {
    const ann = await signedIn();
    const { body } = await ann.ask<Invited>('POST', 'users', li);
    ahead = 7 * 24 * 3_600_000 + 1000;
    expect((await take(body.invitation.token)).status).toBe(409);
    ahead = 0;
    const again = await ann.ask<Invited['invitation']>('POST', `users/${body.user.id}/invitation`);
    expect((await take(body.invitation.token)).status).toBe(409);
    expect((await take(again.body.token)).status).toBe(201);
    const before = await signedIn('li@example.com');
    const third = await ann.ask<Invited['invitation']>('POST', `users/${body.user.id}/invitation`);
    expect((await before.get('session')).status).toBe(200);
    expect((await take(third.body.token, 'something else altogether')).status).toBe(201);
    expect((await before.get('session')).status).toBe(401);
  });

  test('made with a key of idempotency is made once, and the retry shows the same invitation', async () => {
    const ann = await signedIn();
    const send = () => ann.ask<Invited>('POST', 'users', li, { 'Idempotency-Key': '"u-1"' });
    const [first, second] = [await send(), await send()];
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
    const stored = JSON.stringify(await world.sql`select outcome from idempotency_keys`);
    expect(stored).not.toContain(first.body.invitation.token);
  });

  test.each([
    [{ role: 'fleet' }, '/organisation'],
    [{ role: 'fleet', organisation: 'pack-bank' }, '/organisation'],
    [{ role: 'owner', organisation: 'nobody' }, '/organisation'],
    [{ role: 'staff' }, '/stations'],
    [{ role: 'staff', stations: ['bj-404'] }, '/stations'],
    [{ role: 'admin', stations: ['bj-001'] }, '/stations'],
    [{ role: 'service' }, '/role'],
    [{ role: 'admin', email: 'nobody' }, '/email'],
    [{ role: 'admin', name: '' }, '/name'],
  ])('%j is refused, pointing at %s', async (wrong, pointer) => {
    const ann = await signedIn();
    const { status, body } = await ann.ask('POST', 'users', { email: 'x@example.com', name: 'X', ...wrong });
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer }]);
  });

  test('is changed by one of two, and not without saying which edition', async () => {
    const ann = await signedIn();
    const change = (body: object, headers: Record<string, string>) =>
      ann.ask<UserView>('PATCH', 'users/u000000000002', body, headers);
    expect((await change({ name: 'W' }, {})).status).toBe(428);
    const both = await Promise.all([
      change({ name: 'W' }, { 'If-Match': '"1"' }),
      change({ name: 'V' }, { 'If-Match': '"1"' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(both.find(({ status }) => status === 412)?.body).toMatchObject({ current: { edition: 2 } });
    expect((await change({ role: 'owner' }, any)).status).toBe(422);
    expect((await change({ role: 'owner', organisation: 'pack-bank' }, any)).body).toMatchObject({ edition: 3 });
    expect((await ann.ask('PATCH', 'users/u00000000ffff', { name: 'x' }, any)).status).toBe(404);
  });

  test('that is disabled has no session left and gets none', async () => {
    const [ann, wang] = [await signedIn(), await signedIn('wang@example.com')];
    expect((await ann.ask('PATCH', 'users/u000000000002', { disabled: true }, any)).status).toBe(200);
    expect((await wang.get('session')).status).toBe(401);
    expect((await openBrowser(app).signIn('wang@example.com')).status).toBe(401);
    expect((await ann.ask('POST', 'users/u000000000002/invitation')).status).toBe(404);
    await ann.ask('PATCH', 'users/u000000000002', { disabled: false }, any);
    expect((await wang.get('session')).status).toBe(401);
    expect((await openBrowser(app).signIn('wang@example.com')).status).toBe(201);
  });

  test('with a new role has it at once', async () => {
    const [ann, wang] = [await signedIn(), await signedIn('wang@example.com')];
    expect((await wang.get('users')).status).toBe(403);
    await ann.ask('PATCH', 'users/u000000000002', { role: 'admin', organisation: null }, any);
    expect((await wang.get('users')).status).toBe(200);
  });

  test('loses all sessions when an admin says so', async () => {
    const [ann, wang] = [await signedIn(), await signedIn('wang@example.com')];
    expect((await ann.ask('DELETE', 'users/u000000000002/sessions')).status).toBe(204);
    expect((await wang.get('session')).status).toBe(401);
  });
});

test('the last admin stays, also when two take each other out at once', async () => {
  const ann = await signedIn();
  for (const change of [{ disabled: true }, { role: 'operations' }]) {
    expect((await ann.ask('PATCH', 'users/u000000000001', change, any)).body).toMatchObject({ code: 'change-refused' });
  }
  expect((await ann.ask('PATCH', 'users/u000000000001', { name: 'Ann B' }, any)).status).toBe(200);
  for (let n = 0; n < 5; n++) {
    await world.sql`update users set role = 'admin', organisation = null, disabled_at = null`;
    const both = [await signedIn(), await signedIn('wang@example.com')] as const;
    const [one, two] = await Promise.all([
      both[0].ask('PATCH', 'users/u000000000002', { disabled: true }, any),
      both[1].ask('PATCH', 'users/u000000000001', { disabled: true }, any),
    ]);
    expect([one.status, two.status].filter((status) => status === 200)).toHaveLength(1);
    const left = await world.sql`select id from users where role = 'admin' and disabled_at is null`;
    expect(left).toHaveLength(1);
  }
});

describe('a key', () => {
  interface Shown {
    key: string;
    apiKey: ApiKeyView;
  }
  const make = (by: Browser, body: object, headers = {}) =>
    by.ask<Shown>('POST', 'keys', { label: 'test', role: 'fleet', organisation: 'blue-taxi', ...body }, headers);
  const status = async (key: string, path: string, method = 'GET') =>
    (await app.request(`/api/v1/${path}`, { method, headers: { Authorization: `Bearer ${key}` } })).status;

  test('is shown once, and works until it is revoked', async () => {
    const ann = await signedIn();
    const { body, status: made } = await make(ann, {});
    expect(made).toBe(201);
    expect(body.key).toMatch(/^pl_[a-f0-9]{12}_[A-Za-z0-9_-]{43}$/);
    expect(body.apiKey).toMatchObject({
      createdBy: 'user:u000000000001',
      prefix: body.key.slice(0, 15),
      lastUsedAt: null,
    });
    expect(await status(body.key, 'swaps')).toBe(200);
    const seen = await ann.get<ApiKeyView>(`keys/${body.apiKey.id}`);
    expect(seen.body.lastUsedAt).not.toBeNull();
    expect(JSON.stringify(seen.body)).not.toContain(body.key.slice(20));
    expect((await ann.ask('DELETE', `keys/${body.apiKey.id}`)).status).toBe(204);
    expect(await status(body.key, 'swaps')).toBe(401);
    expect((await ann.ask('PATCH', `keys/${body.apiKey.id}`, { label: 'x' }, any)).body).toMatchObject({
      code: 'change-refused',
    });
  });

  test('does what its scopes say, and ends when it says', async () => {
    const ann = await signedIn();
    const { body } = await make(ann, { role: 'service', organisation: null, scopes: ['swaps:read', 'stations:read'] });
    expect(await status(body.key, 'swaps')).toBe(200);
    expect(await status(body.key, 'stations/bj-001/slots')).toBe(200);
    expect(await status(body.key, 'batteries')).toBe(403);
    expect(await status(body.key, 'stations/bj-001/bays/1/actions', 'POST')).toBe(403);
    const { headers } = await ann.get(`keys/${body.apiKey.id}`);
    const until = new Date(Date.now() + 60_000).toISOString();
    const changed = await ann.ask<ApiKeyView>(
      'PATCH',
      `keys/${body.apiKey.id}`,
      { scopes: ['batteries:read'], expiresAt: until },
      { 'If-Match': headers.get('etag') ?? '' },
    );
    expect(changed.body).toMatchObject({ scopes: ['batteries:read'], expiresAt: until, edition: 2 });
    expect([await status(body.key, 'swaps'), await status(body.key, 'batteries')]).toEqual([403, 200]);
    expect((await make(ann, { expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(422);
    expect((await make(ann, { scopes: ['all'] })).status).toBe(422);
  });

  test('of an admin hands on no more than it has', async () => {
    const ann = await signedIn();
    const until = new Date(Date.now() + 60_000).toISOString();
    const { body } = await make(ann, { role: 'admin', organisation: null, scopes: ['keys:write'], expiresAt: until });
    const ask = async (wanted: object) => {
      const answer = await app.request('/api/v1/keys', {
        method: 'POST',
        headers: { Authorization: `Bearer ${body.key}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ label: 'child', role: 'admin', ...wanted }),
      });
      return { status: answer.status, body: (await answer.json()) as Shown };
    };
    expect((await ask({})).status).toBe(403);
    expect((await ask({ scopes: ['keys:write', 'users:write'] })).status).toBe(403);
    const child = await ask({ scopes: ['keys:write'] });
    expect(child).toMatchObject({ status: 201, body: { apiKey: { expiresAt: until, createdBy: body.apiKey.id } } });
  });

  test('of a fleet is made by its managers, and by no key', async () => {
    const wang = await signedIn('wang@example.com');
    const { body } = await make(wang, {});
    expect((await make(wang, { organisation: 'green-taxi' })).status).toBe(403);
    expect((await make(wang, { role: 'admin', organisation: null })).status).toBe(403);
    expect(await status(body.key, 'keys')).toBe(403);
    const ids = (await wang.get<{ items: ApiKeyView[] }>('keys')).body.items.map(({ id }) => id);
    expect(ids).toContain(body.apiKey.id);
    const ann = await signedIn();
    const foreign = await make(ann, { organisation: 'green-taxi' });
    for (const [method, headers] of [
      ['GET', {}],
      ['DELETE', {}],
      ['PATCH', any],
    ] as const) {
      const answer = await wang.ask(
        method,
        `keys/${foreign.body.apiKey.id}`,
        method === 'PATCH' ? { label: 'x' } : undefined,
        headers,
      );
      expect([method, answer.status]).toEqual([method, 404]);
    }
    expect((await wang.ask('DELETE', `keys/${body.apiKey.id}`)).status).toBe(204);
  });

  test('made twice with one key of idempotency is one, shown twice to the same caller', async () => {
    const ann = await signedIn();
    const again = { 'Idempotency-Key': '"k-1"' };
    const [one, two] = [await make(ann, {}, again), await make(ann, {}, again)];
    expect(two.body).toEqual(one.body);
    const rows = await world.sql`select outcome from idempotency_keys`;
    expect(JSON.stringify(rows)).not.toContain(one.body.key);
  });
});

test('an organisation is made, renamed by one of two, and its name is taken for good', async () => {
  const ann = await signedIn();
  const body = { id: 'red-taxi', kind: 'fleet', name: '红色出租' };
  const made = await ann.ask('POST', 'organisations', body);
  expect(made).toMatchObject({ status: 201, body: { ...body, nameEn: null, edition: 1 } });
  expect((await ann.ask('POST', 'organisations', body)).body).toMatchObject({ code: 'already-exists' });
  const both = await Promise.all(
    ['Red', 'Rouge'].map((nameEn) => ann.ask('PATCH', 'organisations/red-taxi', { nameEn }, { 'If-Match': '"1"' })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect((await ann.get<{ items: unknown[] }>('organisations?kind=fleet')).body.items).toHaveLength(3);
  const wang = await signedIn('wang@example.com');
  expect((await wang.get<{ items: { id: string }[] }>('organisations')).body.items.map(({ id }) => id)).toEqual([
    'blue-taxi',
  ]);
});

test('a key says who it is', async () => {
  const answer = await app.request('/api/v1/session', {
    headers: { Authorization: `Bearer ${world.keys.fleet}` },
  });
  expect(await answer.json()).toMatchObject({
    kind: 'key',
    role: 'fleet',
    organisation: { id: 'blue-taxi' },
    session: null,
  });
  const change = await app.request('/api/v1/session', {
    method: 'PATCH',
    headers: { Authorization: `Bearer ${world.keys.fleet}`, 'Content-Type': 'application/json' },
    body: '{"language":"en"}',
  });
  expect(change.status).toBe(403);
});

test('wrong secrets for a key are limited; the right one goes on working', async () => {
  const key = world.keys.service;
  const ask = (secret: string) => app.request('/api/v1/stations', { headers: { Authorization: `Bearer ${secret}` } });
  const wrong = `${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`;
  const statuses: number[] = [];
  for (let n = 0; n < 22; n++) statuses.push((await ask(wrong)).status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(20);
  expect(statuses.at(-1)).toBe(429);
  expect((await ask(key)).status).toBe(200);
});
