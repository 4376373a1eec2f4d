import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { StationPerson } from '../../schema/wire/api/log.ts';
import type { SiteAlarm } from '../../schema/wire/api/site-alarm.ts';
import { keyIdOf } from '../../src/api/keys.ts';
import { assignSiteAlarm } from '../../src/cascade/site-alarms.ts';
import { watchAssets } from '../../src/cascade/watch.ts';
import { runStatement } from '../../src/db/statement.ts';
import { createSecondLifeWorld, type SecondLifeWorld } from './second-life-world.ts';

const people = { li: 'u00000000000a', wang: 'u00000000000b', zhao: 'u00000000000c' };
const [li, wang, zhao] = Object.values(people).map((id) => `user:${id}`);

let world: SecondLifeWorld;
beforeAll(async () => {
  world = await createSecondLifeWorld();
  await world.sql`update second_life_sites set station = 'bj-001' where id = 'depot-1'`;
  await world.sql`insert into users (id, email, name, role, stations) values (${people.li}, 'li@example.com', 'Li', 'operations', '{}'),
    (${people.wang}, 'wang@example.com', 'Wang', 'staff', '{bj-001}'), (${people.zhao}, 'zhao@example.com', 'Zhao', 'staff', '{bj-009}')`;
});
afterAll(() => world?.end());

const workingAt = async (site: string) => {
  const { body } = await world.make(await world.retiredPack(), { site });
  await world.commission(body.code);
  return body.code;
};
/** Of one asset, the last raised first; after somebody has looked. */
const alarmsOf = async (asset: string, query = ''): Promise<SiteAlarm[]> => {
  await watchAssets(world.db);
  const { body } = await world.send<{ items: SiteAlarm[] }>('GET', `second-life-alarms?limit=200${query}`);
  return body.items.filter((each) => each.asset === asset);
};
const standing = async (asset: string): Promise<SiteAlarm> => {
  const [one, ...others] = await alarmsOf(asset, '&active=true');
  if (one === undefined || others.length > 0) throw new Error(`${others.length + 1} alarms of ${asset}`);
  return one;
};
const act = (id: string, what: 'acknowledge' | 'assign', body: object, as: Role = 'staff') =>
  world.send<Omit<SiteAlarm, 'code'>>('POST', `second-life-alarms/${encodeURIComponent(id)}/${what}`, body, as);

test('a fault where no station tells it is an alarm of the site; who has seen it and sees to it is said', async () => {
  const asset = await workingAt('depot-2');
  await world.fault(asset);
  const alarm = await standing(asset);
  expect(alarm).toMatchObject({
    site: 'depot-2',
    code: 'secondLifeFault',
    level: 2,
    detail: `${asset} at depot-2 is faulted: contactorStuck`,
    worstWh: null,
    quarters: null,
    acknowledgedAt: null,
    assignedTo: null,
  });
  const seen = await act(alarm.id, 'acknowledge', { note: 'on my way' });
  expect(seen).toMatchObject({
    status: 200,
    body: { id: alarm.id, acknowledgedBy: keyIdOf(world.keys.staff), acknowledgedNote: 'on my way', clearedAt: null },
  });
  const given = await act(alarm.id, 'assign', { to: li, note: 'has the contactors' }, 'operations');
  expect(given).toMatchObject({ status: 200, body: { assignedTo: li, assignedNote: 'has the contactors' } });
  expect(await standing(asset)).toEqual(given.body);
  expect(
    await world.sql`select what, reason from acts where kind = 'alarm' and object = ${alarm.id} order by id`,
  ).toEqual([
    { what: 'alarmAcknowledged', reason: 'on my way' },
    { what: 'alarmAssigned', reason: 'has the contactors' },
  ]);
  const ofSite = await world.send<{ items: SiteAlarm[] }>('GET', 'second-life-sites/depot-2/alarms?active=true');
  expect(ofSite.body.items).toEqual([given.body]);
});

test('it ends with the repair, and is then nobody’s to settle; the next is another, new to everybody', async () => {
  const asset = await workingAt('depot-2');
  await world.fault(asset);
  const first = await standing(asset);
  await act(first.id, 'acknowledge', {});
  await act(first.id, 'assign', { to: li });
  await world.act(asset, { act: 'repair', reason: 'new contactor' });
  const [over] = await alarmsOf(asset);
  expect(over).toMatchObject({ id: first.id, clearedAt: expect.any(String), acknowledgedNote: null, assignedTo: li });
  expect(await act(first.id, 'assign', { to: wang })).toMatchObject({
    status: 409,
    body: { code: 'already-settled', current: { id: first.id, assignedTo: li } },
  });
  await world.act(asset, { act: 'returnToService', operator: 'Li Na', insulationOhmPerV: 500 });
  // Repaired and faulted again between two looks is told as both.
  for (const fault of ['fanStuck', 'fuseBlown']) {
    await world.fault(asset, { fault });
    if (fault === 'fanStuck') await world.act(asset, { act: 'repair', reason: 'cleaned' });
  }
  const second = await standing(asset);
  expect(second).toMatchObject({ acknowledgedAt: null, acknowledgedBy: null, assignedTo: null });
  expect(second.detail).toContain('fuseBlown');
  expect(second.id).not.toBe(first.id);
  expect(await alarmsOf(asset)).toHaveLength(2);
});

test('a fault that turns thermal is news again, at a site and at a station', async () => {
  const asset = await workingAt('depot-2');
  await world.fault(asset);
  const { id } = await standing(asset);
  await act(id, 'acknowledge', { note: 'seen' });
  await world.fault(asset, { fault: 'smoke', isThermal: true });
  expect(await standing(asset)).toMatchObject({ id, level: 4, acknowledgedAt: null, acknowledgedBy: null });
  expect((await act(id, 'acknowledge', { note: 'fire brigade called' })).body).toMatchObject({ level: 4 });
  // A lesser fault told afterwards does not make it less.
  await world.fault(asset, { fault: 'fanStuck' });
  expect(await standing(asset)).toMatchObject({ id, level: 4, acknowledgedNote: 'fire brigade called' });

  const there = await workingAt('depot-1');
  const level = async () => {
    await watchAssets(world.db);
    return world.sql`select level, times from alarms where key = ${`secondLife/${there}`} and cleared_at is null`;
  };
  await world.fault(there);
  expect(await level()).toEqual([{ level: 2, times: 1 }]);
  await world.fault(there, { fault: 'smoke', isThermal: true });
  expect(await level()).toEqual([{ level: 4, times: 2 }]);
  expect(await level()).toEqual([{ level: 4, times: 2 }]);
  expect(await alarmsOf(there)).toEqual([]);
});

test('of many at once one is first; the others are shown who', async () => {
  const asset = await workingAt('depot-2');
  await world.fault(asset);
  await Promise.all(Array.from({ length: 4 }, () => watchAssets(world.db)));
  const { id } = await standing(asset);
  const seen = await Promise.all(
    Array.from({ length: 8 }, (_, n) => act(id, 'acknowledge', { note: `attempt ${n}` }, n % 2 ? 'staff' : 'admin')),
  );
  expect(seen.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  const note = seen.find(({ status }) => status === 200)?.body.acknowledgedNote;
  for (const { body } of seen.filter(({ status }) => status === 409))
    expect(body).toMatchObject({ code: 'already-settled', current: { id, acknowledgedNote: note } });
  // All of them have read that it is with nobody.
  const before = await standing(asset);
  const taken = await Promise.all(
    [li, wang, zhao].map((to = '') => runStatement(world.db, assignSiteAlarm(before, { to, note: null }))),
  );
  expect(taken.filter((row) => row !== null)).toHaveLength(1);
  const { assignedTo } = await standing(asset);
  expect(await act(id, 'assign', { to: assignedTo })).toMatchObject({
    status: 409,
    body: { code: 'already-settled', current: { id, assignedTo } },
  });
  expect((await act(id, 'assign', { to: null })).body).toMatchObject({ assignedTo: null, assignedAt: null });
});

test('who sees to it works at the station of the site, where it has one', async () => {
  const names = async (site: string) =>
    (await world.send<{ items: StationPerson[] }>('GET', `second-life-sites/${site}/people`)).body.items.map(
      ({ name }) => name,
    );
  expect([await names('depot-1'), await names('depot-2')]).toEqual([
    ['Li', 'Wang'],
    ['Li', 'Wang', 'Zhao'],
  ]);
  await world.sql`insert into dispatch_alarms (site, key, raised_at, code, level, detail, worst_wh, quarters, last_at)
    values ('depot-1', 'importLimitBroken', '2026-05-01T04:00:00Z', 'importLimitBroken', 2, 'the site took 220000 W, may 200000 W', 4500, 1, '2026-05-01T04:00:00Z')`;
  const id = 'depot-1/importLimitBroken/2026-05-01T04:00:00.000Z';
  expect((await act(id, 'assign', { to: zhao })).status).toBe(404);
  expect((await act(id, 'assign', { to: wang })).body).toMatchObject({ assignedTo: wang });
  const { body } = await world.call<{ items: SiteAlarm[] }>('/api/v1/second-life-alarms?site=depot-1', 'staff', {
    headers: { 'Accept-Language': 'zh' },
  });
  expect(body.items.map(({ detail }) => detail)).toEqual(['取电 220000 W，限值 200000 W']);
});

test.each([
  ['that is not there', 'depot-2/importLimitBroken/2020-01-01T00:00:00.000Z'],
  ['of no instant', 'depot-2/importLimitBroken/2020-13-01T00:00:00.000Z'],
  ['of no form', 'depot-2'],
])('an alarm %s is not found', async (_, id) => {
  expect((await act(id, 'acknowledge', {})).status).toBe(404);
});
