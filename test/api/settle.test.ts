import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, code, createReadWorld, seedStation } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;

beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 2);
});
afterAll(() => world?.end());

beforeEach(async () => {
  const { sql } = world;
  await sql`delete from alarms`;
  await sql`delete from incidents`;
  await sql`insert into alarms (station, key, level, code, detail, raised_at, raised_n)
    values ('bj-001', 'smoke/slots', 3, 'smoke', 'smoke at the slots', now(), 7)`;
  await sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
    values ('bj-001', ${`moved/${code(1)}`}, 'packMoved', '[]', 'd', now(), 8), ('bj-001', ${`loss/${code(1)}`}, 'packUnknown', '[]', 'd', now(), 9)`;
});

type Thing = Record<string, unknown> & { code?: string; detail?: string; current?: Record<string, unknown> };
const post = (path: string, body: unknown, role: 'staff' | 'admin' = 'staff') =>
  call<Thing>(`/api/v1/${path}`, role, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const at = (list: string, id: string, act: string) => `${list}/${encodeURIComponent(id)}/${act}`;
const moved = `bj-001/moved/${code(1)}`;
const smoke = 'bj-001/smoke/slots';
const keyOf = (role: 'staff' | 'admin') => world.keys[role].split('_')[1];
const mark = async () => (await world.sql`select version, event_n from station_marks where station = 'bj-001'`)[0];
const lastEvent = async () =>
  (await world.sql`select * from events where station = 'bj-001' order by n desc limit 1`)[0];

describe('an incident', () => {
  test('that only a person can close is closed, by whom and why, in the row and in the log', async () => {
    const before = await mark();
    const listed = await call('/api/v1/incidents?open=true');
    expect(listed.body.items.map(({ id }) => id)).toContain(moved);
    const closed = await post(at('incidents', moved, 'close'), { note: 'fitter Li moved it by hand' });
    expect(closed).toMatchObject({
      status: 200,
      body: { id: moved, closedDetail: 'fitter Li moved it by hand', closedBy: keyOf('staff') },
    });
    const after = await mark();
    expect([Number(after?.version), Number(after?.event_n)]).toEqual([
      Number(before?.version) + 1,
      Number(before?.event_n) + 1,
    ]);
    expect(await lastEvent()).toMatchObject({
      source: 'staff',
      type: 'incidentClosed',
      cause: keyOf('staff'),
      n: after?.event_n,
    });
    expect((await world.sql`select version from wakeups where station = 'bj-001'`)[0]?.version).toBe(after?.version);
    expect((await call('/api/v1/incidents?open=true')).body.items.map(({ id }) => id)).not.toContain(moved);
  });

  test('that ends with its cause is not closed by anybody', async () => {
    const answer = await post(at('incidents', `bj-001/loss/${code(1)}`, 'close'), { note: 'it will turn up' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'closes-itself' } });
    expect(answer.body.detail).toContain('reader');
  });

  test('closed by many at once is closed by one; the others are shown who it was', async () => {
    const before = await mark();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        post(at('incidents', moved, 'close'), { note: `attempt ${n}` }, n % 2 ? 'staff' : 'admin'),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
    const note = answers.find(({ status }) => status === 200)?.body.closedDetail;
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body).toMatchObject({ code: 'already-settled', current: { id: moved, closedDetail: note } });
    }
    expect(Number((await mark())?.event_n)).toBe(Number(before?.event_n) + 1);
  });

  test('that opens again is new: neither closed nor acknowledged by those of the last time', async () => {
    expect(await post(at('incidents', moved, 'acknowledge'), {})).toMatchObject({
      status: 200,
      body: { acknowledgedBy: keyOf('staff'), acknowledgedNote: null, closedAt: null },
    });
    expect(await post(at('incidents', moved, 'acknowledge'), {})).toMatchObject({ status: 409 });
    await post(at('incidents', moved, 'close'), { note: 'done with' });
    // As the engine writes it.
    await world.sql`update incidents set closed_at = null, closed_detail = null, opened_n = 20, times = 2 where key like 'moved/%'`;
    const [again] = (await call('/api/v1/incidents?open=true')).body.items.filter(({ id }) => id === moved);
    expect(again).toMatchObject({ acknowledgedAt: null, acknowledgedBy: null, closedBy: null, times: 2 });
    await world.sql`update incidents set closed_at = now(), closed_detail = 'seen' where key like 'moved/%'`;
    const [ended] = (await call('/api/v1/incidents?open=false')).body.items;
    expect(ended).toMatchObject({ id: moved, closedBy: null, closedDetail: 'seen' });
    expect(await post(at('incidents', moved, 'acknowledge'), {})).toMatchObject({
      status: 409,
      body: { code: 'already-settled' },
    });
  });
});

describe('an alarm', () => {
  test('is acknowledged once, and again when it is raised anew or rises', async () => {
    const acknowledge = () => post(at('alarms', smoke, 'acknowledge'), { note: 'on my way' });
    expect(await acknowledge()).toMatchObject({ status: 200, body: { id: smoke, acknowledgedNote: 'on my way' } });
    expect(await lastEvent()).toMatchObject({ type: 'alarmAcknowledged', body: { key: 'smoke/slots', level: 3 } });
    expect(await acknowledge()).toMatchObject({ status: 409, body: { current: { acknowledgedBy: keyOf('staff') } } });
    await world.sql`update alarms set level = 4`;
    expect((await call('/api/v1/alarms?active=true')).body.items).toMatchObject([{ id: smoke, acknowledgedAt: null }]);
    expect(await acknowledge()).toMatchObject({ status: 200 });
    await world.sql`update alarms set raised_n = 30`;
    expect(await acknowledge()).toMatchObject({ status: 200 });
    await world.sql`update alarms set cleared_at = now()`;
    expect(await acknowledge()).toMatchObject({ status: 409, body: { code: 'already-settled' } });
  });
});

describe('who sees to it', () => {
  const person = async (id: string, role: string, stations: string[]) => {
    await world.sql`insert into users (id, email, name, role, stations) values (${id}, ${`${id}@example.com`}, ${`Name of ${id}`}, ${role}, ${stations})
      on conflict do nothing`;
    return `user:${id}`;
  };
  test('is one of the people of the station', async () => {
    const li = await person('u000000000001', 'staff', ['bj-001']);
    const far = await person('u000000000002', 'maintenance', ['bj-777']);
    const fleet = await person('u000000000003', 'regulator', []);
    const boss = await person('u000000000004', 'operations', []);
    const { body } = await call('/api/v1/stations/bj-001/people');
    expect(body.items.map(({ id }) => id)).toEqual([li, boss]);
    for (const [list, id] of [
      ['alarms', smoke],
      ['incidents', moved],
    ] as const) {
      const assign = (to: string | null) => post(at(list, id, 'assign'), { to });
      for (const nobody of [far, fleet, 'user:u00000000ffff'])
        expect(await assign(nobody)).toMatchObject({ status: 404 });
      expect(await assign('li')).toMatchObject({ status: 422 });
      const given = await assign(li);
      expect(given).toMatchObject({ status: 200, body: { id, assignedTo: li, acknowledgedAt: null } });
      expect(given.body.assignedAt).not.toBeNull();
      expect(await lastEvent()).toMatchObject({ type: `${list.slice(0, -1)}Assigned`, body: { to: li } });
      expect(await assign(li)).toMatchObject({
        status: 409,
        body: { code: 'already-settled', current: { assignedTo: li } },
      });
      expect(await assign(boss)).toMatchObject({ status: 200, body: { assignedTo: boss } });
      expect(await assign(null)).toMatchObject({ status: 200, body: { assignedTo: null, assignedAt: null } });
    }
  });

  test('is one of two who take it at once; nobody once it comes again or is over', async () => {
    const li = await person('u000000000001', 'staff', ['bj-001']);
    const boss = await person('u000000000004', 'operations', []);
    const before = await mark();
    const answers = await Promise.all([li, boss, li, boss].map((to) => post(at('alarms', smoke, 'assign'), { to })));
    // Who has read it before the first has it loses; who reads it afterwards may take it over.
    const taken = answers.filter(({ status }) => status === 200);
    expect(taken.length).toBeGreaterThan(0);
    expect(Number((await mark())?.event_n)).toBe(Number(before?.event_n) + taken.length);
    for (const { status, body } of answers) if (status !== 200) expect(body).toMatchObject({ code: 'already-settled' });
    await world.sql`update alarms set raised_n = 40`;
    expect((await call('/api/v1/alarms?active=true')).body.items).toMatchObject([
      { assignedTo: null, assignedAt: null },
    ]);
    expect(await post(at('alarms', smoke, 'assign'), { to: li })).toMatchObject({ status: 200 });
    await world.sql`update alarms set cleared_at = now()`;
    expect(await post(at('alarms', smoke, 'assign'), { to: boss })).toMatchObject({ status: 409 });
  });
});

test('a dead letter is resolved once, with a note', async () => {
  await world.sql`insert into dead_letters (station, journal_id, seq, boot, type, problem, payload, event_n)
    values ('bj-001', 'j', 4, 1, 'packRead', 'body.code', '{}', 5)`;
  const [letter] = (await call('/api/v1/dead-letters?open=true', 'staff')).body.items;
  expect(letter).toMatchObject({ station: 'bj-001', resolvedAt: null });
  const path = at('dead-letters', String(letter?.id), 'resolve');
  expect(await post(path, {})).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
  expect(await post(path, { note: 'firmware 2.1 corrected it' })).toMatchObject({
    status: 200,
    body: { resolvedBy: keyOf('staff'), resolvedNote: 'firmware 2.1 corrected it' },
  });
  expect(await post(path, { note: 'me too' }, 'admin')).toMatchObject({
    status: 409,
    body: { code: 'already-settled', current: { resolvedBy: keyOf('staff') } },
  });
  expect((await call('/api/v1/dead-letters?open=true', 'staff')).body.items).toEqual([]);
  expect(await lastEvent()).toMatchObject({ type: 'deadLetterResolved', body: { seq: 4 } });
});

test('what is not there cannot be settled', async () => {
  const note = { note: 'nobody knows it' };
  for (const path of [
    at('incidents', 'bj-001/moved/nothing', 'close'),
    at('incidents', 'bj-999/moved/x', 'acknowledge'),
    at('alarms', 'no slash', 'acknowledge'),
    at('dead-letters', '4711', 'resolve'),
    at('dead-letters', '-1', 'resolve'),
    at('dead-letters', '9'.repeat(30), 'resolve'),
  ]) {
    expect([path, await post(path, note)]).toMatchObject([path, { status: 404, body: { code: 'not-found' } }]);
  }
});
