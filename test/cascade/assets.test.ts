import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Asset } from '../../schema/wire/api/second-life.ts';
import { cascadeCode } from '../../schema/wire/pack-code.ts';
import { code, seedPack } from '../api/fixture.ts';
import { createSecondLifeWorld, type SecondLifeWorld } from './second-life-world.ts';

let world: SecondLifeWorld;
beforeAll(async () => {
  world = await createSecondLifeWorld();
});
afterAll(() => world?.end());

const moves = (pack: string) =>
  world.sql`select from_place, to_place, cause, by is not null as by_somebody from custody_moves where pack = ${pack} and version > 1 order by version`;
const events = (asset: string) => world.sql`select n, type from asset_events where asset = ${asset} order by n`;

test('a graded pack gets a code of its own, and with it site, status and place in one statement', async () => {
  const pack = await world.retiredPack();
  const made = await world.make(pack);
  expect(made.status, made.text).toBe(201);
  const asset = made.body;
  expect(cascadeCode.safeParse(asset.code).success).toBe(true);
  expect(asset).toMatchObject({
    pack,
    owner: 'pack-bank',
    state: 'planned',
    energyWh: 35_000,
    socMinPct: 10,
    socMaxPct: 90,
    reservePct: 0,
    grade: 'B',
    grading: `${pack}.1`,
    acts: ['commission', 'reportFault', 'endLife'],
  });
  expect(await world.stateOf(pack)).toEqual({ status: 'secondLife', place: 'secondLifeSite/depot-1', version: 2 });
  expect(await moves(pack)).toEqual([
    { from_place: 'workshop/fengtai', to_place: 'secondLifeSite/depot-1', cause: 'movement', by_somebody: true },
  ]);
  expect(await events(asset.code)).toEqual([{ n: 1, type: 'planned' }]);
  const followed =
    await world.sql`select subject from follow_ups where consumer = 'trace' and subject like ${`%${asset.code}%`}`;
  expect(followed).toEqual([{ subject: `asset/${asset.code}/1` }]);
  expect((await world.send<Asset>('GET', `second-life-assets/${asset.code}`, undefined, 'owner')).body.pack).toBe(pack);
  const { body } = await world.call(`/api/v1/second-life-assets?pack=${pack}`, 'regulator');
  expect(body.items).toMatchObject([{ code: asset.code }]);
});

test('another owner does not see it, nor its events', async () => {
  const { body } = await world.make(await world.retiredPack());
  await world.sql`update batteries set owner = 'somebody' where code = ${body.pack}`;
  for (const path of [`second-life-assets/${body.code}`, `second-life-assets/${body.code}/events`])
    expect((await world.send('GET', path, undefined, 'owner')).status).toBe(404);
  const listed = await world.call(`/api/v1/second-life-assets?pack=${body.pack}`, 'owner');
  expect(listed.body.items).toEqual([]);
});

test('of several who make an asset of one pack at once one does, the others are shown what it has become', async () => {
  for (let round = 0; round < 5; round++) {
    const pack = await world.retiredPack('A', 80);
    const all = await Promise.all([
      world.make(pack),
      world.make(pack, { site: 'depot-2', function: 'backup' }),
      world.make(pack, { powerW: 5000 }),
    ]);
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const winner = all.find(({ status }) => status === 201)?.body;
    for (const { body } of all.filter(({ status }) => status === 409))
      expect([body.code, body.current]).toMatchObject([
        'change-refused',
        { status: 'secondLife', asset: { code: winner?.code } },
      ]);
    expect(await moves(pack)).toHaveLength(1);
    expect(await world.sql`select count(*)::int as n from second_life_assets where pack = ${pack}`).toEqual([{ n: 1 }]);
  }
});

test('a repeated request with its key is one asset', async () => {
  const pack = await world.retiredPack();
  const headers = { 'Idempotency-Key': `"a-${pack}"` };
  const one = await world.make(pack, {}, 'operations', headers);
  const two = await world.make(pack, {}, 'operations', headers);
  expect([two.status, two.body.code, two.headers.get('idempotency-replayed')]).toEqual([201, one.body.code, 'true']);
});

test.each([
  ['not been graded', null, /grade it first/],
  ['been graded for the recycler', 'recycle', /graded recycle/],
] as const)('a pack that has %s has no second life', async (_, grade, detail) => {
  const pack = await world.retiredPack(grade);
  const answer = await world.make(pack);
  expect([answer.status, answer.body.code]).toEqual([409, 'change-refused']);
  expect(answer.body.detail).toMatch(detail);
  expect(await world.stateOf(pack)).toMatchObject({ status: 'retired', place: 'workshop/fengtai' });
});

test('nor has one that ever had a thermal event, whatever its grade says', async () => {
  const pack = await world.retiredPack('A', 90);
  await world.sql`insert into thermal_events (pack, source, n, detail, occurred_at) values (${pack}, 'bj-001/x', 1, 'hot', now())`;
  const answer = await world.make(pack);
  expect([answer.status, answer.body.detail]).toEqual([409, expect.stringMatching(/thermal event/)]);
});

test.each([
  ['in service', 'inService', 'workshop', 'workshop/x', null, /only one that is retired/],
  ['recycled', 'recycled', 'recycler', 'recycler/x', null, /only one that is retired/],
  ['in a slot', 'retired', 'slot', 'bj-001/slot/4', 'bj-001', /take it out first/],
  ['in a car', 'retired', 'vehicle', 'vehicle/LNBSCB3F6JD100042', null, /take it out first/],
])('a pack that is %s becomes no asset', async (_, status, kind, place, station, detail) => {
  const pack = code(9_000_000 + Math.floor(Math.random() * 900_000));
  await seedPack(world.sql, pack, kind, place, station);
  await world.sql`update batteries set status = ${status} where code = ${pack}`;
  await world.gradedAs(pack, 1, 'A', 80);
  const answer = await world.make(pack);
  expect([answer.status, answer.body.detail]).toEqual([409, expect.stringMatching(detail)]);
  await world.sql`delete from custody where pack = ${pack}`;
});

test.each([
  ['more energy than the pack holds', { energyWh: 35_001 }, '/energyWh'],
  ['a window without width', { socMinPct: 90 }, '/socMaxPct'],
  ['a reserve above its window', { reservePct: 95 }, '/reservePct'],
  ['a site that is not there', { site: 'nowhere' }, '/site'],
  ['no power', { powerW: 0 }, '/powerW'],
])('%s is refused by its field, and the pack stays what it was', async (_, own, pointer) => {
  const pack = await world.retiredPack();
  const answer = await world.make(pack, own);
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  expect(await world.stateOf(pack)).toMatchObject({ status: 'retired', version: 1 });
});

test('a grade permits some functions; energy is asked for where nobody has described the model', async () => {
  const pack = await world.retiredPack('C', 55);
  const answer = await world.make(pack);
  expect([answer.status, answer.body.current]).toMatchObject([409, { functions: ['backup'] }]);
  expect((await world.make(pack, { function: 'backup' })).body).toMatchObject({ reservePct: 60, energyWh: 27_500 });
  const strange = await world.retiredPack();
  await world.sql`update batteries set model = 'BP-none' where code = ${strange}`;
  expect((await world.make(strange)).body.errors?.[0]?.pointer).toBe('/energyWh');
  expect((await world.make(strange, { energyWh: 20_000 })).status).toBe(201);
});

test('it is commissioned, breaks, is repaired and works again; each step is an event for ever', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  const early = await world.act(asset.code, { act: 'takeOut', reason: 'cleaning' });
  expect([early.status, early.body.detail]).toEqual([409, expect.stringMatching(/It takes commission/)]);
  const leaky = await world.act(asset.code, { act: 'commission', operator: 'Li Na', insulationOhmPerV: 50 });
  expect([leaky.status, leaky.body.detail]).toEqual([409, expect.stringMatching(/below 100 Ω\/V/)]);
  const working = await world.commission(asset.code);
  expect(working.body).toMatchObject({ state: 'commissioned', commissionedAt: expect.any(String), eventN: 2 });
  expect((await world.fault(asset.code)).body.state).toBe('faulted');
  expect((await world.fault(asset.code, { fault: 'fan' })).body.state).toBe('faulted');
  expect((await world.commission(asset.code)).status).toBe(409);
  expect((await world.act(asset.code, { act: 'repair', reason: 'new contactor' })).body.state).toBe('outOfService');
  const back = await world.act(asset.code, { act: 'returnToService', operator: 'Li Na', insulationOhmPerV: 400 });
  expect(back.body).toMatchObject({ state: 'commissioned', commissionedAt: working.body.commissionedAt });
  const { body } = await world.call<{ items: { n: number; type: string; by: string }[] }>(
    `/api/v1/second-life-assets/${asset.code}/events`,
  );
  expect(body.items.map(({ n, type }) => `${n} ${type}`)).toEqual([
    '6 returned',
    '5 repaired',
    '4 faulted',
    '3 faulted',
    '2 commissioned',
    '1 planned',
  ]);
  await expect(world.sql`update asset_events set body = '{}' where asset = ${asset.code}`).rejects.toThrow(
    /append-only/,
  );
});

test('after a thermal fault it never works again', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  await world.commission(asset.code);
  expect((await world.fault(asset.code, { fault: 'smoke', isThermal: true })).status).toBe(200);
  expect(await world.sql`select source from thermal_events where pack = ${asset.pack}`).toEqual([
    { source: `site/${asset.code}` },
  ]);
  await world.act(asset.code, { act: 'repair', reason: 'cleaned' });
  const back = await world.act(asset.code, { act: 'returnToService', operator: 'Li Na', insulationOhmPerV: 400 });
  expect([back.status, back.body.detail]).toEqual([409, expect.stringMatching(/thermal event/)]);
  expect((await world.act(asset.code, { act: 'endLife', reason: 'it smoked' })).body).toMatchObject({
    state: 'endOfLife',
    acts: ['reportFault', 'recycle'],
  });
});

test('a fault at the end of its life is noted, a thermal one for ever, and it stays there', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  await world.act(asset.code, { act: 'endLife', reason: 'sold' });
  const told = await world.fault(asset.code, { fault: 'smoke', isThermal: true });
  expect([told.status, told.body.state]).toEqual([200, 'endOfLife']);
  expect(
    await world.sql`select n::int, type from asset_events where asset = ${asset.code} order by n desc limit 1`,
  ).toEqual([{ n: 3, type: 'faulted' }]);
  expect(await world.sql`select source from thermal_events where pack = ${asset.pack}`).toEqual([
    { source: `site/${asset.code}` },
  ]);
});

test('of two acts at once one is done', async () => {
  for (let round = 0; round < 5; round++) {
    const { body: asset } = await world.make(await world.retiredPack());
    const both = await Promise.all([
      world.commission(asset.code),
      world.act(asset.code, { act: 'endLife', reason: 'not wanted' }),
    ]);
    const done = both.filter(({ status }) => status === 200);
    // One after the other is well too: what is commissioned may end.
    expect(done.length).toBe((await events(asset.code)).length - 1);
    expect(done.length).toBeGreaterThan(0);
  }
});

test('what is told happened, and after what was told before', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  const at = (instant: string) => world.act(asset.code, { act: 'endLife', reason: 'not wanted', at: instant });
  expect((await at('2020-01-01T00:00:00Z')).body.detail).toMatch(/last event/);
  expect((await at('2999-01-01T00:00:00Z')).body.detail).toMatch(/when it has been done/);
  expect(await events(asset.code)).toHaveLength(1);
});

test('only the key of a site’s controller reports its faults; people may', async () => {
  const key = world.keys.service.split('_')[1];
  await world.addSite('depot-3');
  await world.addSite('depot-4');
  const other = '0123456789ab';
  await world.sql`update second_life_sites set controller_key = ${other} where id = 'depot-3'`;
  await world.sql`update second_life_sites set controller_key = ${key ?? ''} where id = 'depot-4'`;
  const of = async (site: string) => (await world.make(await world.retiredPack(), { site })).body.code;
  const foreign = await of('depot-3');
  expect((await world.fault(foreign)).status).toBe(403);
  expect((await world.fault(foreign, {}, 'maintenance')).status).toBe(200);
  expect((await world.fault(await of('depot-4'))).status).toBe(200);
});

test('it is changed while it does no work, by its edition, under the last grading; to another site the pack goes with it', async () => {
  const { body: asset } = await world.make(await world.retiredPack());
  const change = (match: string, body: object) =>
    world.send<Asset>('PATCH', `second-life-assets/${asset.code}`, { reason: 'asked for', ...body }, 'operations', {
      'If-Match': match,
    });
  expect((await change('"1"', { powerW: 18_000 })).body).toMatchObject({ powerW: 18_000, edition: 2, eventN: 2 });
  expect((await change('"1"', { powerW: 1 })).status).toBe(412);
  expect((await change('"2"', { energyWh: 40_000 })).body.errors?.[0]?.pointer).toBe('/energyWh');
  const moved = await change('"2"', { site: 'depot-2' });
  expect(moved.body).toMatchObject({ site: 'depot-2', edition: 3 });
  expect(await world.stateOf(asset.pack)).toMatchObject({ place: 'secondLifeSite/depot-2', version: 3 });
  await world.commission(asset.code);
  const busy = await change('*', { powerW: 1000 });
  expect([busy.status, busy.body.detail]).toEqual([409, expect.stringMatching(/out of service/)]);
  await world.act(asset.code, { act: 'takeOut', reason: 'tested again' });
  await world.gradedAs(asset.pack, 2, 'C', 55);
  expect((await change('*', { powerW: 1000 })).body.errors?.[0]?.pointer).toBe('/energyWh');
  const tired = await change('*', { function: 'backup', energyWh: 27_000 });
  expect(tired.body).toMatchObject({ function: 'backup', grade: 'C', grading: `${asset.pack}.2` });
  await world.gradedAs(asset.pack, 3, 'recycle', 30);
  const back = await world.act(asset.code, { act: 'returnToService', operator: 'Li Na', insulationOhmPerV: 400 });
  expect([back.status, back.body.detail]).toEqual([409, expect.stringMatching(/recycler/)]);
});
