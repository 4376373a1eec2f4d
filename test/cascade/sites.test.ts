import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Site } from '../../schema/wire/api/second-life.ts';
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
