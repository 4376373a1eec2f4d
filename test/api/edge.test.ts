import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problem, problemCode } from '../../schema/wire/api/problem.ts';
import { createApp } from '../../src/api/app.ts';
import { createReadDatabase } from '../../src/api/read-database.ts';
import { everything } from '../../src/api/scope.ts';
import { connect } from '../../src/db/client.ts';
import { listSwaps } from '../../src/swaps/queries.ts';
import { callerOf, createReadWorld, seedStation, vin } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 3);
  await world.sql`insert into alarms (station, key, level, code, detail, raised_at, raised_n) values ('bj-001', 'k', 1, 'c', '', now(), 1)`;
  await world.sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
    values ('bj-001', 'k', 'packUnknown', '[]', '', now(), 1)`;
});
afterAll(() => world?.end());

interface Refused {
  code: string;
  errors?: unknown[];
}

describe('a refusal', () => {
  test('of a path says whether nothing is there or only another method', async () => {
    expect(await call('/api/v1/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await call('/nothing')).toMatchObject({ status: 404 });
    const wrong = await call('/api/v1/swaps', 'staff', { method: 'DELETE' });
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(wrong.headers.get('allow')).toBe('GET, HEAD');
  });

  test('of an id is the same for a malformed and for an unknown one', async () => {
    for (const path of ['stations/bj-999', 'stations/B%20J', 'swaps/bj-001.1.999', 'swaps/x', `batteries/${vin(1)}`]) {
      expect(await call(`/api/v1/${path}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    const malformed = await call<Refused>('/api/v1/stations/B_J');
    expect(malformed.body.errors).toEqual([{ parameter: 'id', detail: 'must be a station id such as bj-001' }]);
  });

  test('of a parameter names it and says why', async () => {
    const wrong: [query: string, parameter: string][] = [
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=x', 'limit'],
      ['limit=1.5', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['state=done', 'state'],
      ['station=BJ', 'station'],
      ['vehicle=short', 'vehicle'],
      ['from=yesterday', 'from'],
      ['from=2026-13-01T00:00:00Z', 'from'],
      ['from=0000-01-01T00:00:00Z', 'from'],
      ['cursor=abc', 'cursor'],
      ['cursor=%00', 'cursor'],
      ['vin=typo', 'vin'],
    ];
    for (const [query, parameter] of wrong) {
      const answer = await call<Refused>(`/api/v1/swaps?${query}`);
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'invalid-parameter']);
      expect(answer.body.errors).toMatchObject([{ parameter }]);
    }
  });

  test('of a cursor from another list', async () => {
    const { nextCursor } = (await call('/api/v1/batteries?limit=1')).body;
    expect(nextCursor).not.toBeNull();
    expect(await call(`/api/v1/swaps?cursor=${nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-parameter' },
    });
  });

  test('is problem+json with everything the contract promises', async () => {
    const answer = await call('/api/v1/swaps?limit=0', 'fleet', { headers: { 'X-Request-Id': 'mine-1' } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe('mine-1');
    expect(problem.parse(answer.body)).toMatchObject({ requestId: 'mine-1', type: '/docs/problems#invalid-parameter' });
    expect(world.lines.some((line) => line.includes('"requestId":"mine-1"') && line.includes('"status":400'))).toBe(
      true,
    );
  });

  test('does not repeat a request id that could spoil the log', async () => {
    const answer = await call('/api/v1/swaps', 'fleet', { headers: { 'X-Request-Id': 'a b"c' } });
    expect(answer.headers.get('x-request-id')).toMatch(/^r-\d+$/);
  });

  test('of every code is explained on a page', async () => {
    const page = await (await world.app.request('/docs/problems')).text();
    for (const code of problemCode.options) expect(page).toContain(`<section id="${code}">`);
  });

  test('hides what failed inside, and logs it', async () => {
    const broken = callerOf(
      createApp({
        ...world.options,
        registry: new Registry(),
        db: {
          get $client() {
            throw new Error('secret detail');
          },
        } as never,
      }),
      world.keys,
    );
    const answer = await broken<Refused>('/api/v1/swaps');
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(answer.text).not.toContain('secret');
    expect(world.lines.join('')).toContain('secret detail');
  });
});

test('what takes too long is given up, with its connection', async () => {
  let stuck = 0;
  const app = createApp({
    ...world.options,
    registry: new Registry(),
    desk: { ...world.options.desk, readBays: () => new Promise(() => {}) },
    answerWithinMs: 50,
    onStuck: () => {
      stuck += 1;
    },
  });
  const late = await callerOf(app, world.keys)('/api/v1/stations/bj-001/bays');
  expect(late).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(late.headers.get('retry-after')).toBe('2');
  expect(stuck).toBe(1);
});

test('the connections of the API can be replaced while it runs', async () => {
  const pool = await connect({ databaseUrl: world.url, max: 1, name: 'test-replace' });
  const reads = createReadDatabase(pool);
  const pid = async () => (await reads.db.execute<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;
  const before = await pid();
  reads.replace();
  expect(await pid()).not.toBe(before);
  expect(await listSwaps(reads.db, everything, {}, { limit: 1 })).toMatchObject({ items: [] });
  await reads.end();
});

describe('the reference', () => {
  test('needs nothing from other hosts', async () => {
    const page = await world.app.request('/docs');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link).toMatch(/^\/docs\/assets\//);
      const asset = await world.app.request(link);
      expect([link, asset.status]).toEqual([link, 200]);
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    expect((await world.app.request('/docs/assets/package.json')).status).toBe(404);
    expect((await world.app.request('/docs/assets/..%2Fpackage.json')).status).toBe(404);
    expect((await world.app.request('/docs/assets/constructor')).status).toBe(404);
  });

  test('is an OpenAPI 3.1 document whose references all lead somewhere', async () => {
    const text = await (await world.app.request('/openapi.json')).text();
    const document = JSON.parse(text);
    expect(document.openapi).toBe('3.1.0');
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name);
    }
    // A component that became nullable because one user of it may be null would be wrong for all the others.
    for (const [name, schema] of Object.entries<{ type?: unknown }>(document.components.schemas)) {
      expect([name, Array.isArray(schema.type)]).toEqual([name, false]);
    }
  });
});

describe('whatever is sent', () => {
  const paths = [
    '/api/v1/stations',
    '/api/v1/swaps',
    '/api/v1/batteries',
    '/api/v1/events',
    '/api/v1/alarms',
    '/api/v1/incidents',
    '/api/v1/dead-letters',
    '/api/v1/audit/custody',
  ];
  const names = [
    'limit',
    'cursor',
    'station',
    'state',
    'vehicle',
    'from',
    'to',
    'bay',
    'status',
    'place',
    'active',
    'open',
    'x',
  ];
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      'bj-001',
      '1',
      '0',
      '-1',
      '1e3',
      'NaN',
      'null',
      '',
      '2026-05-01T08:00:00Z',
      '9'.repeat(400),
      "' or 1=1 --",
    ),
    // A cursor of the right form with odd contents.
    fc
      .constantFrom('0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z')
      .map((at) => Buffer.from(JSON.stringify(['swaps', [at, 'bj-001.1.1']])).toString('base64url')),
    fc
      .tuple(
        fc.constantFrom('swaps', 'batteries', 'events', 'alarms', 'incidents', 'dead-letters', 'stations'),
        fc.jsonValue(),
      )
      .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  );

  test('as a query: an answer or a refusal, never a failure', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.array(fc.tuple(fc.constantFrom(...names), odd), { maxLength: 4 }),
        async (path, pairs) => {
          const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&');
          const { status } = await call(`${path}?${query}`, 'admin');
          expect([200, 400]).toContain(status);
        },
      ),
      { seed: 1, numRuns: 400 },
    );
  });

  test('as a path: found or not found', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('stations', 'swaps', 'batteries', 'commands'),
        fc.oneof(odd, fc.string({ maxLength: 30 })),
        fc.constantFrom('', '/slots', '/custody'),
        async (list, id, rest) => {
          const { status } = await call(`/api/v1/${list}/${encodeURIComponent(id.toWellFormed())}${rest}`, 'admin');
          expect([200, 400, 404]).toContain(status);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  test('as a body: taken or refused with a reason, never a failure', async () => {
    const field = fc.constantFrom(
      ...[
        'action',
        'reason',
        'resolution',
        'pack',
        'type',
        'fault',
        'kind',
        'bay',
        'journalId',
        'note',
        'timeScale',
        '__proto__',
      ],
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('hold', 'resolve', 'fault', 'speed', 'stuck', 'a\u0000b', '\ud800', 1e308, -0),
    );
    const body = fc.oneof(
      fc.array(fc.tuple(field, value), { maxLength: 6 }).map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
      fc.jsonValue().map((each) => JSON.stringify(each)),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constant('['.repeat(30_000)),
    );
    const type = fc.constantFrom(
      'application/json',
      'application/json; charset=utf-8',
      'text/plain',
      'multipart/form-data',
      '',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          'stations/bj-001/bays/1/actions',
          'stations/bj-001/simulator',
          'stations/bj-001/journal/adopt',
          'incidents/bj-001%2Fk/close',
          'alarms/bj-001%2Fk/acknowledge',
          'dead-letters/1/resolve',
        ),
        body,
        type,
        async (path, text, contentType) => {
          const { status } = await call(`/api/v1/${path}`, 'staff', {
            method: 'POST',
            headers: contentType ? { 'Content-Type': contentType } : {},
            body: text,
          });
          // 200: an acknowledgement needs no word.
          expect([200, 400, 404, 409, 415, 422, 504]).toContain(status);
        },
      ),
      { seed: 3, numRuns: 700 },
    );
  });
});
