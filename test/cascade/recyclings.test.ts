import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Recycling } from '../../schema/wire/api/second-life.ts';
import type { BatteryLife } from '../../schema/wire/api/traceability.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { traceConsumer } from '../../src/traceability/consumer.ts';
import { createSecondLifeWorld, type SecondLifeWorld } from './second-life-world.ts';

let world: SecondLifeWorld;
beforeAll(async () => {
  world = await createSecondLifeWorld();
});
afterAll(() => world?.end());

let receipt = 0;
const handOver = (pack: string, own: object = {}) =>
  world.send<Recycling>('POST', 'recyclings', {
    pack,
    recycler: 'brunp',
    weightKg: 330,
    receiptNumber: `R-${++receipt}`,
    reason: 'at its end',
    ...own,
  });

test('a pack graded for it goes to the recycler by weight and receipt, for good', async () => {
  const pack = await world.retiredPack('recycle', 40);
  const made = await handOver(pack);
  expect([made.status, made.body]).toMatchObject([201, { pack, asset: null, recycler: 'brunp', weightKg: 330 }]);
  expect(await world.stateOf(pack)).toEqual({ status: 'recycled', place: 'recycler/brunp', version: 2 });
  expect(await world.sql`select subject from follow_ups where subject = ${`recycled/${pack}`}`).toHaveLength(1);
  const again = await handOver(pack);
  expect([again.status, again.body.detail]).toEqual([409, expect.stringMatching(/already/)]);
  const moved = await world.send('POST', 'movements', { pack, to: { kind: 'workshop' }, reason: 'taken back' });
  expect([moved.status, moved.body.detail]).toEqual([409, expect.stringMatching(/final/)]);
  await expect(world.sql`delete from recyclings where pack = ${pack}`).rejects.toThrow(/append-only/);
  expect((await world.send<Recycling>('GET', `recyclings/${pack}`, undefined, 'owner')).body.receiptNumber).toBe('R-1');
  const { body } = await world.call('/api/v1/recyclings?recycler=brunp', 'regulator');
  expect(body.items).toHaveLength(1);
});

test('an asset goes when its life has ended, and ends with its pack', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  const early = await handOver(asset.pack);
  expect([early.status, early.body.detail]).toEqual([409, expect.stringMatching(/end its life first/)]);
  await world.act(asset.code, { act: 'endLife', reason: 'worn out' });
  expect((await handOver(asset.pack)).body.asset).toBe(asset.code);
  expect((await world.send('GET', `second-life-assets/${asset.code}`)).body).toMatchObject({
    state: 'recycled',
    acts: [],
    eventN: 3,
  });
  expect(await world.stateOf(asset.pack)).toMatchObject({ status: 'recycled', place: 'recycler/brunp' });
});

test.each([
  ['graded for a second life', 'B', 70, {}, /graded B/],
  ['not graded', null, 0, {}, /not been graded/],
] as const)('a pack that is %s is not handed over', async (_, grade, soh, own, detail) => {
  const pack = await world.retiredPack(grade, soh);
  const answer = await handOver(pack, own);
  expect([answer.status, answer.body.detail]).toEqual([409, expect.stringMatching(detail)]);
  expect(await world.stateOf(pack)).toMatchObject({ status: 'retired', version: 1 });
});

test('one that burnt is handed over without a grading: nobody can test it', async () => {
  const pack = await world.retiredPack(null);
  await world.sql`insert into thermal_events (pack, source, n, detail, occurred_at) values (${pack}, 'bj-001/x', 1, 'fire', now())`;
  expect((await handOver(pack)).status).toBe(201);
});

test.each([
  ['a tenth of what its model weighs', { weightKg: 35 }, '/weightKg'],
  ['three times as much', { weightKg: 1050 }, '/weightKg'],
  ['a day to come', { handedOverAt: '2999-01-01T00:00:00Z' }, '/handedOverAt'],
  ['a day before it came to the workshop', { handedOverAt: '2020-01-01T00:00:00Z' }, '/handedOverAt'],
  ['no receipt', { receiptNumber: ' ' }, '/receiptNumber'],
])('%s is refused by its field', async (_, own, pointer) => {
  const pack = await world.retiredPack('recycle');
  const answer = await handOver(pack, own);
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
});

test('a receipt is good for one pack of its recycler, also when two come with it at once', async () => {
  const packs = await Promise.all([1, 2, 3].map(() => world.retiredPack('recycle')));
  const all = await Promise.all(packs.map((pack) => handOver(pack, { receiptNumber: 'HS-1' })));
  expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  const winner = all.find(({ status }) => status === 201)?.body.pack;
  for (const { body } of all.filter(({ status }) => status === 409))
    expect([body.code, body.current]).toMatchObject(['already-exists', { pack: winner }]);
  const left = packs.find((pack) => pack !== winner) ?? '';
  expect((await handOver(left, { receiptNumber: 'HS-1', recycler: 'another' })).status).toBe(201);
});

test('of several who hand over one pack at once one does', async () => {
  for (let round = 0; round < 5; round++) {
    const pack = await world.retiredPack('recycle');
    const all = await Promise.all([handOver(pack), handOver(pack, { recycler: 'another' }), handOver(pack)]);
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await world.sql`select recycler from recyclings where pack = ${pack}`).toEqual([
      { recycler: `recycler/${all.find(({ status }) => status === 201)?.body.recycler}` },
    ]);
  }
});

test('movements do not go round it: an asset at work stays, goes to its own site alone, and nothing is carried to a recycler', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  const move = (to: object, pack = asset.pack) => world.send('POST', 'movements', { pack, to, reason: 'asked for' });
  expect((await move({ kind: 'recycler', name: 'x' })).body.detail).toMatch(/weight and receipt/);
  expect((await move({ kind: 'secondLifeSite', name: 'depot-2' })).body.detail).toMatch(/change the site/);
  expect((await move({ kind: 'workshop' })).status).toBe(201);
  expect((await world.commission(asset.code)).body.detail).toMatch(/record its movement/);
  expect((await move({ kind: 'secondLifeSite', name: 'depot-1' })).status).toBe(201);
  expect((await world.commission(asset.code)).status).toBe(200);
  expect((await move({ kind: 'workshop' })).body.detail).toMatch(/out of service first/);
});

test('an asset is put to work or carried away, never both', async () => {
  for (let round = 0; round < 6; round++) {
    const { body: asset } = await world.make(await world.retiredPack());
    const to = { kind: 'workshop', name: 'fengtai' };
    const [worked, moved] = await Promise.all([
      world.commission(asset.code),
      world.send('POST', 'movements', { pack: asset.pack, to, reason: 'asked for' }),
    ]);
    expect([worked.status, moved.status].sort()).toEqual(worked.status === 200 ? [200, 409] : [201, 409]);
  }
});

test('both codes of a pack lead to the same life, with its clocks', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  await world.commission(asset.code);
  await world.act(asset.code, { act: 'endLife', reason: 'worn out' });
  await handOver(asset.pack);
  while ((await workOnce({ db: world.db, log: pino({ level: 'silent' }) }, traceConsumer)) > 0);
  const life = async (code: string) => (await world.call<BatteryLife>(`/api/v1/traceability/${code}`)).body;
  const told = await life(asset.pack);
  expect(told).toMatchObject({
    code: asset.pack,
    cascadeCode: asset.code,
    status: 'recycled',
    place: 'recycler/brunp',
  });
  expect(told.counts).toEqual({
    retired: 1,
    graded: 1,
    movedToSecondLife: 1,
    cascaded: 1,
    commissioned: 1,
    decommissioned: 1,
    movedToRecycler: 1,
    recycled: 1,
  });
  const within = Object.fromEntries(told.events.map(({ type, duty }) => [type, duty?.withinDays]));
  expect(within).toMatchObject({ cascaded: 15, commissioned: 15, movedToRecycler: 15, recycled: 30 });
  expect(await life(asset.code)).toEqual(told);
  const listed = await world.call(`/api/v1/traceability/events?code=${asset.code}&limit=50`);
  expect(listed.body.items).toHaveLength(told.events.length);
});
