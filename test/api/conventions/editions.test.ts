import { afterAll, beforeAll, expect, test } from 'vitest';
import { callerOf, createReadWorld, seedStation } from '../fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 3);
  await world.sql`insert into organisations (id, kind, name) values ('blue-taxi', 'fleet', '蓝色出租')`;
});
afterAll(() => world?.end());

const organisation = '/api/v1/organisations/blue-taxi';
const change = (nameEn: string, headers: Record<string, string>) =>
  call<{ code: string; nameEn: string; current?: { nameEn: string | null; edition: number } }>(organisation, 'admin', {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ nameEn }),
  });

test('a change names the edition it is made for, and one of two wins', async () => {
  expect(await change('A', {})).toMatchObject({ status: 428, body: { code: 'precondition-required' } });
  const tag = (await call(organisation, 'admin')).headers.get('etag') ?? '';
  expect(tag).toBe('"1"');
  const both = await Promise.all([change('B', { 'If-Match': tag }), change('C', { 'If-Match': tag })]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const lost = both.find(({ status }) => status === 412);
  const won = both.find(({ status }) => status === 200);
  expect(lost?.body).toMatchObject({ code: 'precondition-failed', current: { nameEn: won?.body.nameEn, edition: 2 } });
  expect([won?.headers.get('etag'), lost?.headers.get('etag')]).toEqual(['"2"', '"2"']);
});

test('tags that are weak, foreign or a list', async () => {
  for (const wrong of ['W/"2"', '"x"', '2', '"7", "8"']) {
    expect([wrong, (await change('D', { 'If-Match': wrong })).status]).toEqual([wrong, 412]);
  }
  expect(await change('E', { 'If-Match': '"7", "2"' })).toMatchObject({ status: 200 });
  expect(await change('F', { 'If-Match': '*' })).toMatchObject({ status: 200 });
});

test('what has not changed is not sent again', async () => {
  const path = '/api/v1/stations/bj-001';
  const first = await call(path, 'admin');
  const tag = first.headers.get('etag') ?? '';
  expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
  for (const same of [tag, tag.slice(2), `"x", ${tag}`, '*']) {
    const again = await call(path, 'admin', { headers: { 'If-None-Match': same } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
  }
  await world.sql`update station_marks set event_n = event_n + 1 where station = 'bj-001'`;
  expect(await call(path, 'admin', { headers: { 'If-None-Match': tag } })).toMatchObject({ status: 200 });
});
