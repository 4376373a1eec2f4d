import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { createStreamHub } from '../../src/api/stream/hub.ts';
import { createLiveSource } from '../../src/stations/live-source.ts';
import { type App, createReadWorld, seedStation } from '../api/fixture.ts';
import { readUntil } from '../api/sse.ts';
import { openBrowser, password, passwordHash } from './browser.ts';

const cookieName = '__Host-pitlane';
let app: App;
let world: Awaited<ReturnType<typeof createReadWorld>>;
/** What the clock of the API is ahead of ours. */
let ahead = 0;
beforeAll(async () => {
  world = await createReadWorld({ parties: { now: () => Date.now() + ahead, freshForMs: 50 } });
  await world.sql`insert into organisations (id, kind, name, name_en) values ('blue-taxi', 'fleet', '蓝色出租', 'Blue Taxi')`;
  await seedStation(world.sql, 'bj-001');
  await seedStation(world.sql, 'bj-002', 4, 100);
});
afterAll(() => world?.end());
beforeEach(async () => {
  // One that remembers nothing of the test before.
  app = createApp({ ...world.options, registry: new Registry() });
  const hash = await passwordHash();
  await world.sql`insert into users (id, email, name, role, organisation, stations, password_hash) values
    ('u1', 'ann@example.com', 'Ann', 'admin', null, '{}', ${hash}),
    ('u2', 'wang@example.com', 'Wang', 'fleet', 'blue-taxi', '{}', ${hash}),
    ('u3', 'li@example.com', 'Li', 'staff', null, '{bj-001}', ${hash})`;
});
afterEach(async () => {
  ahead = 0;
  await world.sql`delete from users`;
  await world.sql`delete from sessions`;
  await world.sql`delete from sign_in_attempts`;
});

const browser = () => openBrowser(app);
const signedIn = async (email = 'ann@example.com') => {
  const one = browser();
  expect((await one.signIn(email)).status).toBe(201);
  return one;
};
const works = async (one: ReturnType<typeof browser>) => (await one.get('session')).status === 200;
const hour = 3_600_000;

describe('signing in', () => {
  test('says who one is, and what is theirs', async () => {
    const wang = browser();
    const { status, body, headers } = await wang.signIn('Wang@Example.com ');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'user',
      id: 'user:u2',
      name: 'Wang',
      email: 'wang@example.com',
      role: 'fleet',
      organisation: { id: 'blue-taxi', kind: 'fleet', name: '蓝色出租', nameEn: 'Blue Taxi' },
      stations: null,
      language: 'zh',
    });
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-pitlane=[A-Za-z0-9_-]{43}; /);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(part);
    expect(cookie).not.toContain('Domain');
    expect((await wang.get('session')).body).toEqual(body);
    const li = await signedIn('li@example.com');
    expect((await li.get<{ items: unknown[] }>('stations')).body.items).toHaveLength(1);
    expect((await li.get('stations/bj-002')).status).toBe(404);
    expect((await wang.ask('PATCH', 'session', { language: 'en' })).body).toMatchObject({ language: 'en' });
  });

  test('keeps neither token nor password, and no address in the log', async () => {
    const one = await signedIn();
    const token = one.cookies[cookieName] ?? '';
    const stored = JSON.stringify([await world.sql`select * from sessions`, await world.sql`select * from users`]);
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(password);
    const log = world.lines.join('');
    expect(log).toContain('signed in');
    for (const secret of [token, password, 'ann@example.com']) expect(log).not.toContain(secret);
  });

  test('is refused alike for whoever is not there, not open or has another password', async () => {
    await world.sql`update users set disabled_at = now() where id = 'u2'`;
    await world.sql`update users set password_hash = null where id = 'u3'`;
    const answers = [];
    for (const [email, secret] of [
      ['nobody@example.com', password],
      ['ann@example.com', 'x'],
      ['wang@example.com', password],
      ['li@example.com', password],
    ] as const) {
      const { status, body, headers } = await browser().signIn(email, secret);
      answers.push({ status, ...body, requestId: '', cookie: headers.get('set-cookie') });
    }
    expect(answers[0]).toMatchObject({ status: 401, code: 'sign-in-refused', cookie: null });
    for (const each of answers) expect(each).toEqual(answers[0]);
  });

  test('does the same work for an unknown address', async () => {
    const timeOf = async (email: string) => {
      const begun = performance.now();
      await browser().signIn(email, 'wrong');
      return performance.now() - begun;
    };
    await timeOf('warm@example.com');
    const known: number[] = [];
    const unknown: number[] = [];
    for (let n = 0; n < 8; n++) {
      known.push(await timeOf('ann@example.com'));
      unknown.push(await timeOf(`nobody${n}@example.com`));
    }
    const median = (of: number[]) => [...of].sort((a, b) => a - b)[4] ?? 0;
    // Without the hash an unknown address would take a tenth.
    expect(median(unknown)).toBeGreaterThan(median(known) * 0.5);
  });

  test('takes a password typed on another keyboard, and hashes it anew when the parameters are old', async () => {
    const { hash } = await import('@node-rs/argon2');
    await world.sql`update users set password_hash = ${await hash('fine pässword of length'.normalize('NFKC'), { memoryCost: 8192, timeCost: 1, parallelism: 1 })} where id = 'u1'`;
    expect((await browser().signIn('ann@example.com', 'ﬁne pa\u0308ssword of length')).status).toBe(201);
    const [row] = await world.sql`select password_hash from users where id = 'u1'`;
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await browser().signIn('ann@example.com', 'fine pässword of length')).status).toBe(201);
  });

  test('gives a new session and ends the one the browser came with', async () => {
    const one = await signedIn();
    const before = one.copy();
    await one.signIn('ann@example.com');
    expect(one.cookies[cookieName]).not.toBe(before.cookies[cookieName]);
    expect(await works(one)).toBe(true);
    expect(await works(before)).toBe(false);
  });

  test('never takes a token that somebody put into the browser', async () => {
    const fixed = openBrowser(app, { [cookieName]: 'A'.repeat(43) });
    expect(await works(fixed)).toBe(false);
    await fixed.signIn('ann@example.com');
    expect(fixed.cookies[cookieName]).not.toBe('A'.repeat(43));
    expect(await works(openBrowser(app, { [cookieName]: 'A'.repeat(43) }))).toBe(false);
  });

  test('is limited by address of the person, in every process and over restarts', async () => {
    for (let n = 0; n < 10; n++) expect((await browser().signIn('ann@example.com', 'wrong')).status).toBe(401);
    const refused = await browser().signIn('ann@example.com');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    const another = openBrowser(createApp({ ...world.options, registry: new Registry() }));
    expect((await another.signIn('ann@example.com')).status).toBe(429);
    expect((await browser().signIn('wang@example.com')).status).toBe(201);
    ahead = 16 * 60_000;
    expect((await browser().signIn('ann@example.com')).status).toBe(201);
  });

  test('counts attempts that are made at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => browser().signIn('ann@example.com', 'wrong')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  test('is limited by address of the computer', async () => {
    await world.sql`insert into sign_in_attempts (subject, count, since) values ('address:unknown', 100, now())`;
    expect((await browser().signIn('ann@example.com')).status).toBe(429);
  });
});

describe('a session', () => {
  test('ends when it is not used, and in any case after a week', async () => {
    const one = await signedIn();
    ahead = 11 * hour;
    expect(await works(one)).toBe(true);
    ahead = 22 * hour;
    expect(await works(one)).toBe(true);
    const idle = await signedIn();
    ahead = 35 * hour;
    expect(await works(idle)).toBe(false);
    const busy = await signedIn();
    for (let day = 1; day < 14; day++) {
      ahead = 35 * hour + day * 11.9 * hour;
      expect(await works(busy)).toBe(true);
    }
    ahead = 35 * hour + 7 * 24 * hour;
    expect(await works(busy)).toBe(false);
  });

  test('bears a clock that goes back', async () => {
    const one = await signedIn();
    ahead = -2 * hour;
    expect(await works(one)).toBe(true);
  });

  test('ends by signing out, also twice', async () => {
    const one = await signedIn();
    const stolen = one.copy();
    expect((await one.ask('DELETE', 'session')).status).toBe(204);
    expect(one.cookies).toEqual({});
    expect(await works(stolen)).toBe(false);
    expect((await stolen.ask('DELETE', 'session')).status).toBe(204);
    expect((await browser().ask('DELETE', 'session')).status).toBe(204);
  });

  test('is listed and ended by its user only', async () => {
    const [here, there, wang] = [await signedIn(), await signedIn(), await signedIn('wang@example.com')];
    const mine = (await here.get<{ items: { id: string; current: boolean }[] }>('sessions')).body.items;
    expect(mine).toHaveLength(2);
    const other = mine.find(({ current }) => !current)?.id ?? '';
    expect((await wang.ask('DELETE', `sessions/${other}`)).status).toBe(404);
    const answers = await Promise.all([
      here.ask('DELETE', `sessions/${other}`),
      here.ask('DELETE', `sessions/${other}`),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect([await works(here), await works(there)]).toEqual([true, false]);
  });

  test('ends within seconds when it is revoked elsewhere, or its user is disabled', async () => {
    const { waitFor } = await import('../helpers/wait-for.ts');
    const [one, two] = [await signedIn(), await signedIn('wang@example.com')];
    await world.sql`update sessions set revoked_at = now() where "user" = 'u1'`;
    await world.sql`update users set disabled_at = now() where id = 'u2'`;
    await waitFor('both to end', async () => !(await works(one)) && !(await works(two)));
  });

  test('ends its live stream with it', async () => {
    const hub = createStreamHub({
      source: createLiveSource(world.db, async () => []),
      instance: 'heart',
      onError: () => {},
      heartbeatMs: 30,
    });
    const live = createApp({ ...world.options, hub, registry: new Registry() });
    const li = openBrowser(live);
    await li.signIn('li@example.com');
    const cookie = `${cookieName}=${li.cookies[cookieName]}`;
    const stream = await live.request('/api/v1/stream', { headers: { Cookie: cookie } });
    expect(stream.status).toBe(200);
    const reader = stream.body?.getReader();
    if (!reader) throw new Error('no body');
    const text = await readUntil(reader, (so) => so.includes('event: state'));
    expect(text).toContain('bj-001');
    expect(text).not.toContain('bj-002');
    await world.sql`update users set disabled_at = now() where id = 'u3'`;
    for (let part = await reader.read(); !part.done; part = await reader.read());
    hub.stop();
  });

  test('does not begin for whoever is disabled while the password is looked at', async () => {
    const [answer] = await Promise.all([
      browser().signIn('ann@example.com'),
      world.sql`update users set disabled_at = now() where id = 'u1'`,
    ]);
    const [{ open } = { open: 0 }] = await world.sql<{ open: number }[]>`
      select count(*)::int as open from sessions s join users u on u.id = s."user" where u.disabled_at > s.created_at`;
    expect([201, 401]).toContain(answer.status);
    if (answer.status === 401) expect(open).toBe(0);
  });

  test('ends with the password, but for the browser that changed it', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const stolen = one.copy();
    const next = 'five other words are better';
    const change = (body: object) => one.ask('PUT', 'session/password', body);
    expect((await change({ current: 'wrong', next })).status).toBe(401);
    expect((await change({ current: password, next: 'short' })).status).toBe(422);
    expect((await change({ current: password, next })).status).toBe(200);
    expect([await works(one), await works(two), await works(stolen)]).toEqual([true, false, false]);
    expect((await browser().signIn('ann@example.com')).status).toBe(401);
    expect((await browser().signIn('ann@example.com', next)).status).toBe(201);
  });
});

describe('a request with a cookie', () => {
  test('that changes something must come from our own page', async () => {
    const one = await signedIn();
    const send = (headers: Record<string, string>) => one.ask('PATCH', 'session', { language: 'en' }, headers);
    for (const site of ['cross-site', 'same-site', 'none', '']) {
      expect([site, (await send({ 'Sec-Fetch-Site': site })).body.code]).toEqual([site, 'cross-origin']);
    }
    const plain = (headers: Record<string, string>, method = 'PATCH') =>
      app.request('http://localhost:8080/api/v1/session', {
        method,
        headers: {
          Cookie: `${cookieName}=${one.cookies[cookieName]}`,
          'Content-Type': 'application/json',
          ...headers,
        },
        ...(method === 'PATCH' ? { body: '{"language":"zh"}' } : {}),
      });
    for (const origin of ['https://evil.example', 'null', 'http://localhost:8081', '']) {
      expect([origin, (await plain({ Origin: origin })).status]).toEqual([origin, 403]);
    }
    expect((await plain({})).status).toBe(403);
    expect((await plain({}, 'DELETE')).status).toBe(403);
    expect((await plain({ Origin: 'http://localhost:8080' })).status).toBe(200);
    // A proxy that ends TLS: another scheme, the same host.
    expect((await plain({ Origin: 'https://console.example', Host: 'console.example' })).status).toBe(200);
    expect((await plain({}, 'GET')).status).toBe(200);
    // Another site cannot sign a browser in either.
    const foreign = await browser().ask(
      'POST',
      'session',
      { email: 'ann@example.com', password },
      { 'Sec-Fetch-Site': 'cross-site' },
    );
    expect(foreign.status).toBe(403);
  });

  test('has one, and no key besides', async () => {
    const one = await signedIn();
    const both = await one.ask('GET', 'session', undefined, { Authorization: `Bearer ${world.keys.admin}` });
    expect(both).toMatchObject({ status: 400, body: { code: 'two-credentials' } });
    const token = one.cookies[cookieName] ?? '';
    const cookies = [
      `${cookieName}=${token}; ${cookieName}=${'A'.repeat(43)}`,
      `${cookieName}=${'A'.repeat(43)}; ${cookieName}=${token}`,
      `${cookieName}=`,
      `${cookieName}=${token}x`,
      `${cookieName}="${token}"`,
      `${cookieName}=%00`,
      `pitlane=${token}`,
      `${cookieName.toLowerCase()}=${token}`,
      '=;;=;',
      '\u00e9=1',
    ];
    for (const Cookie of cookies) {
      const answer = await app.request('/api/v1/session', { headers: { Cookie } });
      expect([Cookie, answer.status]).toEqual([Cookie, 401]);
    }
    const among = await app.request('/api/v1/session', { headers: { Cookie: `a=b; ${cookieName}=${token};c` } });
    expect(among.status).toBe(200);
  });
});
