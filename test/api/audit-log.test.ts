import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLine } from '../../schema/wire/api/audit-log.ts';
import { callerOf, createReadWorld, seedStation } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;

beforeAll(async () => {
  world = await createReadWorld();
  const { sql } = world;
  await seedStation(sql, 'bj-001', 4, 1);
  await seedStation(sql, 'bj-002', 4, 50);
  await sql`insert into users (id, email, name, role, language) values ('u00000000000a', 'li.na@example.com', 'Li Na', 'operations', 'zh')`;
  const line = (station: string, n: number, time: string, source: string, cause: string | null, type: string) => sql`
    insert into events (station, n, recorded_at, occurred_at, source, type, bay, cause, body)
    values (${station}, ${n}, ${time}::timestamptz, ${time}::timestamptz, ${source}, ${type}, '1', ${cause}, '{"reason":"why"}')`;
  await line('bj-001', 1, '2026-05-01T08:00:00Z', 'action', 'user:u00000000000a', 'hold');
  await line('bj-001', 2, '2026-05-01T08:01:00Z', 'record', null, 'vehicleInPosition');
  await line('bj-001', 3, '2026-05-01T08:02:00Z', 'staff', 'ab12cd34ef56', 'alarmAcknowledged');
  await line('bj-002', 1, '2026-05-01T08:01:00Z', 'action', 'user:u00000000000a', 'resume');
  await line('bj-002', 2, '2026-05-01T08:01:00Z', 'action', 'user:u00000000000a', 'abort');
});
afterAll(() => world?.end());

const get: ReturnType<typeof callerOf> = (...args) => callerOf(world.app, world.keys)(...args);
const list = (query = '') =>
  get<{ items: AuditLine[]; nextCursor: string | null }>(`/api/v1/audit-log?${query}`, 'operations');

test('tells what people and programs did, newest first, with their names, and nothing of what machines say', async () => {
  const { status, body } = await list();
  expect(status).toBe(200);
  expect(body.items.map(({ type }) => type)).toEqual(['alarmAcknowledged', 'abort', 'resume', 'hold']);
  expect(body.items[0]?.author).toEqual({ id: 'ab12cd34ef56', name: null });
  expect(body.items[3]).toMatchObject({ author: { id: 'user:u00000000000a', name: 'Li Na' }, body: { reason: 'why' } });
});

test('is narrowed to an author, a station, a time', async () => {
  const typesOf = async (query: string) => (await list(query)).body.items.map(({ type }) => type);
  expect(await typesOf('author=user:u00000000000a')).toEqual(['abort', 'resume', 'hold']);
  expect(await typesOf('station=bj-001')).toEqual(['alarmAcknowledged', 'hold']);
  expect(await typesOf('author=user:u00000000000a&station=bj-002&to=2026-05-01T08:01:00Z')).toEqual([]);
  expect(await typesOf('from=2026-05-01T08:01:00Z&to=2026-05-01T08:02:00Z')).toEqual(['abort', 'resume']);
});

test('page by page nothing is missed and nothing comes twice', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body }: Awaited<ReturnType<typeof list>> = await list(`limit=1${cursor ? `&cursor=${cursor}` : ''}`);
    seen.push(...body.items.map(({ type }) => type));
    cursor = body.nextCursor;
  }
  expect(seen).toEqual(['alarmAcknowledged', 'abort', 'resume', 'hold']);
});
