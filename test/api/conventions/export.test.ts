import { parse } from 'csv-parse/sync';
import { Hono } from 'hono';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { battery } from '../../../schema/wire/api/battery.ts';
import type { ApiEnv } from '../../../src/api/context.ts';
import { exportLists } from '../../../src/api/export.ts';
import { callerOf, code, createReadWorld, type Listed, seedStation } from '../fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;

beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 3);
  // More than two pages, and a text that a spreadsheet would run.
  await world.sql`
    insert into batteries (code, model, firmware, soc_pct, ready)
    select 'PLNPB01ABCDEFGJ71' || lpad(n::text, 7, '0'), 'BP-50', 'bms-4.1.0', 50, false from generate_series(1000, 1449) n`;
  await world.sql`update batteries set firmware = '=2+5 "x", y' where code = ${code(1000)}`;
});
afterAll(() => world?.end());

const file = async (path: string, accept: string, role: Parameters<typeof call>[1] = 'regulator') => {
  const answer = await world.app.request(path, {
    headers: { Authorization: `Bearer ${world.keys[role]}`, Accept: accept },
  });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
};

describe('a list as a file', () => {
  test('of lines has every item of the list, not a page, each as the list shows it', async () => {
    const { status, headers, bytes } = await file('/api/v1/batteries?limit=7', 'application/x-ndjson');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const items = bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(items).toHaveLength(452);
    expect(battery.parse(items[0])).toEqual((await call<Listed>('/api/v1/batteries?limit=1')).body.items[0]);
    expect(new Set(items.map((item) => item.code)).size).toBe(452);
  });

  test('of CSV has a header, one row per item, and keeps its columns when there is nothing', async () => {
    const { headers, bytes } = await file('/api/v1/batteries', 'text/csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="batteries-\d{4}-\d\d-\d\d\.csv"$/);
    const rows = parse(bytes, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(452);
    expect(rows.find((row) => row.code === code(1))).toMatchObject({
      ready: 'true',
      'place.place': 'bj-001/slot/1',
      owner: '',
    });
    const none = await file('/api/v1/batteries?station=bj-002', 'text/csv');
    expect(none.bytes.toString().split('\r\n')[0]).toBe(bytes.toString().split('\r\n')[0]);
    expect(none.bytes.toString().trim().split('\r\n')).toHaveLength(1);
  });

  test('gives a spreadsheet no formula, quotes what RFC 4180 says, and begins with a mark when asked', async () => {
    const plain = (await file('/api/v1/batteries', 'text/csv')).bytes.toString();
    expect(plain).toContain(`"'=2+5 ""x"", y"`);
    expect(plain.startsWith('\uFEFF')).toBe(false);
    const { bytes } = await file('/api/v1/batteries', 'text/csv;bom=1');
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  test('obeys the filters, and a refusal is a refusal', async () => {
    const { bytes } = await file('/api/v1/batteries?station=bj-001', 'application/x-ndjson');
    expect(bytes.toString().trimEnd().split('\n')).toHaveLength(2);
    expect(await file('/api/v1/batteries?statoin=x', 'text/csv')).toMatchObject({ status: 400 });
    for (const query of ['cursor=abc', 'limit=x', 'limit=201']) {
      const wrong = await file(`/api/v1/batteries?${query}`, 'text/csv');
      expect([wrong.status, wrong.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    }
  });

  test('is one request in the log', async () => {
    const before = world.lines.length;
    await file('/api/v1/batteries', 'text/csv');
    expect(world.lines.slice(before).filter((line) => line.includes('"msg":"request"'))).toHaveLength(1);
  });

  test('is not made where JSON is liked better, nor of one thing', async () => {
    const both = await file('/api/v1/batteries?limit=1', 'application/json, text/csv;q=0.5');
    expect(both.headers.get('content-type')).toBe('application/json');
    const one = await file(`/api/v1/batteries/${code(1)}`, 'text/csv');
    expect(one.headers.get('content-type')).toBe('application/json');
  });

  test('is counted no longer when its reader has gone', async () => {
    for (let n = 0; n < 3; n++) {
      const answer = await world.app.request('/api/v1/batteries', {
        headers: { Authorization: `Bearer ${world.keys.admin}`, Accept: 'application/x-ndjson' },
      });
      expect(answer.status).toBe(200);
      const reader = answer.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    }
  });
});

describe('an export of pages without end', () => {
  const items = Array.from({ length: 200 }, () => ({ text: 'x'.repeat(1000) }));

  /** @param statusOf of the n-th page that is asked for */
  async function readerOf(statusOf: (n: number) => 200 | 500) {
    const asked = { pages: 0 };
    const endless = exportLists({
      lists: () => [{ pattern: /^\/things$/, name: 'things', columns: [] }],
      fetchPage: () => Response.json({ items, nextCursor: 'more' }, { status: statusOf(++asked.pages) }),
    });
    const app = new Hono<ApiEnv>()
      .use(async (c, next) => {
        c.set('caller', { key: 'k-1' } as ApiEnv['Variables']['caller']);
        c.set('log', pino({ level: 'silent' }));
        c.set('logFields', { requestId: 'r-1' });
        await next();
      })
      .use(endless);
    const { body } = await app.request('/things', { headers: { Accept: 'application/x-ndjson' } });
    if (body === null) throw new Error('there is no body');
    const reader = body.getReader();
    const take = async (bytes: number) => {
      for (let left = bytes; left > 0; ) left -= (await reader.read()).value?.byteLength ?? left;
    };
    return { asked, reader, take };
  }

  test('is read no faster than it is taken', async () => {
    const { asked, reader, take } = await readerOf(() => 200);
    await take(1);
    // A page is some 200 kB: with none taken, a second one at most is asked for, however long one waits.
    for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(asked.pages).toBeLessThanOrEqual(2);
    await take(1_000_000);
    expect(asked.pages).toBeGreaterThan(4);
    // While data flows: what comes after has nowhere to go, and must hurt nobody.
    await reader.cancel();
  });

  test('breaks off where a page cannot be had: what was sent does not look complete', async () => {
    const { take } = await readerOf((n) => (n < 3 ? 200 : 500));
    await expect(take(1_000_000)).rejects.toThrow('answered with 500');
  });
});

test('every list says in the OpenAPI document that it can be had as a file', async () => {
  const { paths } = (await (await world.app.request('/openapi.json')).json()) as {
    paths: Record<string, { get?: { responses: Record<string, { content?: Record<string, unknown> }> } }>;
  };
  const files = Object.entries(paths).filter(([, { get }]) => get?.responses['200']?.content?.['text/csv']);
  expect(files.map(([path]) => path)).toEqual(
    expect.arrayContaining(['/api/v1/batteries', '/api/v1/stations/{id}/slots', '/api/v1/swaps', '/api/v1/alarms']),
  );
});
