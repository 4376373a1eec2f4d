import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Site, SiteTariff } from '../../schema/wire/api/second-life.ts';
import { createSecondLifeWorld, type SecondLifeWorld } from './second-life-world.ts';

let world: SecondLifeWorld;
beforeAll(async () => {
  world = await createSecondLifeWorld();
});
afterAll(() => world?.end());

const wanted = { id: 'yard-1', name: '丰台车场', importLimitW: 250_000, tariffCategory: 'single-rate-1-10kV' };

test('a site is entered once, read, listed and changed by its edition', async () => {
  const made = await world.send<Site>('POST', 'second-life-sites', wanted);
  expect([made.status, made.headers.get('etag'), made.body]).toMatchObject([
    201,
    '"1"',
    { ...wanted, nameEn: null, exportLimitW: 0, station: null, controllerKey: null },
  ]);
  const again = await world.send('POST', 'second-life-sites', { ...wanted, name: 'another' });
  expect([again.status, again.body.current]).toMatchObject([409, { name: '丰台车场' }]);
  const change = (match: string, body: object) =>
    world.send<Site>('PATCH', 'second-life-sites/yard-1', body, 'operations', { 'If-Match': match });
  expect((await change('"1"', { importLimitW: 200_000, station: 'bj-001' })).body).toMatchObject({
    importLimitW: 200_000,
    station: 'bj-001',
    edition: 2,
  });
  expect((await change('"1"', { importLimitW: 1 })).status).toBe(412);
  expect((await world.send('PATCH', 'second-life-sites/yard-1', { importLimitW: 1 })).status).toBe(428);
  expect((await change('"2"', { station: null, nameEn: 'Fengtai depot' })).body).toMatchObject({ station: null });
  const { body } = await world.call('/api/v1/second-life-sites', 'regulator');
  expect(body.items.map(({ id }) => id)).toEqual(['depot-1', 'depot-2', 'yard-1']);
});

test('its tariff categories are read by the day from which they count', async () => {
  await world.sql`insert into tariffs (category, valid_from, valid_to, "table", published_by)
    values ('two-rate-1-10kV', '2026-08-01', '2026-09-01', '{}', 'test')`;
  await world.send('POST', 'second-life-sites', { ...wanted, id: 'yard-2' });
  const change = (body: object) =>
    world.send('PATCH', 'second-life-sites/yard-2', body, 'operations', { 'If-Match': '*' });
  expect((await change({ tariffCategory: 'two-rate-1-10kV' })).status).toBe(200);
  const read = (query = '') =>
    world.send<{ items: SiteTariff[]; nextCursor: string | null }>('GET', `second-life-sites/yard-2/tariffs${query}`);
  const { items } = (await read()).body;
  expect(items).toMatchObject([
    { site: 'yard-2', category: 'two-rate-1-10kV', fromDay: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    { category: 'single-rate-1-10kV', fromDay: null },
  ]);
  const first = await read('?limit=1');
  expect(first.body.items).toEqual(items.slice(0, 1));
  expect((await read(`?limit=1&cursor=${first.body.nextCursor}`)).body).toMatchObject({
    items: items.slice(1),
    nextCursor: null,
  });
  // Of two on one day the later counts.
  await change({ tariffCategory: 'single-rate-1-10kV' });
  expect((await read('?limit=1')).body.items).toMatchObject([{ category: 'single-rate-1-10kV' }]);
  expect((await world.send('GET', 'second-life-sites/yard-2/tariffs', undefined, 'owner')).status).toBe(404);
  expect((await world.send('GET', 'second-life-sites/yard-9/tariffs')).status).toBe(404);
});

test.each([
  ['prices that nobody has published', { tariffCategory: 'none' }, 'tariff-unknown', undefined],
  ['a station that is not there', { station: 'bj-999' }, 'invalid-body', '/station'],
  ['a key that is not there', { controllerKey: '0123456789ab' }, 'invalid-body', '/controllerKey'],
  ['no power', { importLimitW: 0 }, 'invalid-body', '/importLimitW'],
])('a site with %s is refused', async (_, own, problem, pointer) => {
  const answer = await world.send('POST', 'second-life-sites', { ...wanted, id: 'yard-9', ...own });
  expect([answer.status, answer.body.code, answer.body.errors?.[0]?.pointer]).toEqual([422, problem, pointer]);
  expect((await world.send('GET', 'second-life-sites/yard-9')).status).toBe(404);
});

test('an owner sees the sites where its packs stand', async () => {
  expect((await world.call('/api/v1/second-life-sites', 'owner')).body.items).toEqual([]);
  await world.make(await world.retiredPack(), { site: 'depot-2' });
  expect((await world.call('/api/v1/second-life-sites', 'owner')).body.items).toMatchObject([{ id: 'depot-2' }]);
  expect((await world.send('GET', 'second-life-sites/depot-1', undefined, 'owner')).status).toBe(404);
});
