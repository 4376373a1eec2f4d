import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { InventoryCounts } from '../../schema/wire/api/inventory.ts';
import type { Movement } from '../../schema/wire/api/movement.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import { createRandom } from '../../station-sim/random.ts';
import { callerOf, code, createReadWorld, seedPack, seedStation, vin } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 6, 1);
  await seedStation(world.sql, 'bj-002', 6, 101);
  await seedPack(world.sql, code(50), 'vehicle', `vehicle/${vin(1)}`, null);
  await seedPack(world.sql, code(51), 'berth', 'bj-001/bay/1/berth/1', 'bj-001');
  await seedPack(world.sql, code(52), 'unknown', 'unknown', 'bj-001');
  await world.sql`insert into vehicles (vin) values (${vin(1)}), (${vin(2)})`;
});
afterAll(() => world?.end());

type Body = Record<string, unknown>;
const move = (body: Body, as: Role = 'operations', headers: Record<string, string> = {}) =>
  call<Movement & Problem & { current: { place: string } }>('/api/v1/movements', as, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ reason: 'a reason', ...body }),
  });
const placeOf = async (pack: string) => (await world.sql`select place from custody where pack = ${pack}`)[0]?.place;
const versions = async () =>
  Object.fromEntries(
    (await world.sql`select station, version::int, event_n::int from station_marks`).map((row) => [row.station, row]),
  );

describe('a movement by a person', () => {
  test('is recorded with who and why, and the stations it touches learn of it', async () => {
    const before = await versions();
    const answer = await move({ pack: code(1), to: { kind: 'truck', name: 'A-12345' }, from: 'bj-001/slot/1' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      pack: code(1),
      version: 2,
      from: { kind: 'slot', place: 'bj-001/slot/1' },
      to: { kind: 'truck', place: 'truck/A-12345' },
      station: 'bj-001',
      eventN: 1,
      cause: 'movement',
      reason: 'a reason',
    });
    const after = await versions();
    expect(after['bj-001']).toMatchObject({
      version: before['bj-001']?.version + 1,
      event_n: before['bj-001']?.event_n + 1,
    });
    expect(after['bj-002']).toEqual(before['bj-002']);
    expect(await world.sql`select station, version::int from wakeups`).toEqual([{ station: 'bj-001', version: 1 }]);
    const [line] =
      await world.sql`select source, type, cause, body from events where station = 'bj-001' order by n desc limit 1`;
    expect(line).toMatchObject({ source: 'staff', type: 'packMoved', body: { pack: code(1), to: 'truck/A-12345' } });
    expect(line?.cause).toBe(answer.body.by);
    const [pack] = await world.sql`select ready from batteries where code = ${code(1)}`;
    expect(pack?.ready).toBe(false);
    const { body: history } = await call(`/api/v1/batteries/${code(1)}/custody`, 'admin');
    expect(history.items[0]).toMatchObject({ version: 2, by: answer.body.by, reason: 'a reason' });

    const there = await move({ pack: code(1), to: { kind: 'slot', station: 'bj-002', slot: 6 } });
    expect(there.body).toMatchObject({ station: 'bj-002', from: { place: 'truck/A-12345' } });
    const back = await move({ pack: code(1), to: { kind: 'slot', station: 'bj-001', slot: 1 } });
    expect(back.status).toBe(201);
    const both = await versions();
    expect([both['bj-001']?.version, both['bj-002']?.version]).toEqual([2, 2]);
  });

  test('out of the frame of a car, or into it: the station that saw the car last hears of it, for it may stand there', async () => {
    await seedPack(world.sql, code(70), 'vehicle', `vehicle/${vin(70)}`, null);
    await world.sql`insert into vehicles (vin, last_station) values (${vin(70)}, 'bj-002'), (${vin(71)}, 'bj-001')`;
    const linesOf = async () =>
      (
        await world.sql`select station, body ->> 'to' as to from events where type = 'packMoved' and body ->> 'pack' = ${code(70)}
        order by recorded_at, station`
      ).map(({ station, to }) => `${station} ${to}`);
    const before = await versions();
    const out = await move({ pack: code(70), to: { kind: 'workshop', name: 'fengtai' } });
    expect(out.status).toBe(201);
    expect(await linesOf()).toEqual(['bj-002 workshop/fengtai']);
    expect((await versions())['bj-002']?.version).toBe(before['bj-002']?.version + 1);
    const into = await move({ pack: code(70), to: { kind: 'vehicle', vin: vin(71) } });
    expect(into.status).toBe(201);
    expect(await linesOf()).toEqual(['bj-002 workshop/fengtai', `bj-001 vehicle/${vin(71)}`]);
    expect((await versions())['bj-001']?.version).toBe(before['bj-001']?.version + 1);
    expect(await world.sql`select station from wakeups where station = 'bj-002'`).toHaveLength(1);
  });

  test('of two at the same time: one is recorded, the other is told where the pack is', async () => {
    const places = [
      { kind: 'workshop' },
      { kind: 'truck' },
      { kind: 'delivery' },
      { kind: 'workshop', name: 'fengtai' },
    ];
    const targets = places.map((to) => ({ pack: code(2), from: 'bj-001/slot/2', to }));
    const answers = await Promise.all(targets.map((body) => move(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const place = await placeOf(code(2));
    for (const { status, body } of answers) if (status === 409) expect(body.current.place).toBe(place);
    expect(await world.sql`select count(*)::int as n from custody_moves where pack = ${code(2)}`).toEqual([{ n: 2 }]);
  });

  test('of two into the same place: one comes to stand there', async () => {
    const answers = await Promise.all(
      [code(3), code(4)].map((pack) => move({ pack, to: { kind: 'isolation', station: 'bj-002', box: 1 } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('movement-refused');
    const cars = await Promise.all(
      [code(101), code(102)].map((pack) => move({ pack, to: { kind: 'vehicle', vin: vin(2) } })),
    );
    expect(cars.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test.each<[string, () => Body, RegExp]>([
    ['on a berth', () => ({ pack: code(51), to: { kind: 'truck' } }), /the machines have it/],
    [
      'into a slot that is taken',
      () => ({ pack: code(52), to: { kind: 'slot', station: 'bj-002', slot: 3 } }),
      /is at bj-002\/slot\/3/,
    ],
    [
      'into a slot that is not there',
      () => ({ pack: code(52), to: { kind: 'slot', station: 'bj-002', slot: 7 } }),
      /no bj-002\/slot\/7/,
    ],
    [
      'into a car nobody has enrolled',
      () => ({ pack: code(52), to: { kind: 'vehicle', vin: vin(9) } }),
      /no such vehicle/i,
    ],
    ['to where it is', () => ({ pack: code(103), to: { kind: 'slot', station: 'bj-002', slot: 3 } }), /already/],
    [
      'from where it is not',
      () => ({ pack: code(103), from: 'bj-002/slot/4', to: { kind: 'truck' } }),
      /not at bj-002\/slot\/4/,
    ],
    [
      'before it came',
      () => ({ pack: code(103), to: { kind: 'truck' }, at: '2020-01-01T00:00:00Z' }),
      /later than that/,
    ],
    [
      'that is still to be made',
      () => ({ pack: code(103), to: { kind: 'truck' }, at: '2099-01-01T00:00:00Z' }),
      /has been done/,
    ],
  ])('%s is refused', async (_, body, why) => {
    const answer = await move(body());
    expect([answer.status, answer.body.code]).toEqual([409, 'movement-refused']);
    expect(answer.body.detail).toMatch(why);
    expect(answer.body.current.place).toBe(await placeOf(body().pack as string));
  });

  test('is refused while a swap or a command has the pack, and where a slot is set aside or locked', async () => {
    const refused = async (body: Body, why: RegExp) => {
      const answer = await move(body);
      expect([answer.status, answer.body.detail]).toEqual([409, expect.stringMatching(why)]);
    };
    const pack = code(103);
    await world.sql`update batteries set reserved_by = 'bj-002.1.9' where code = ${pack}`;
    await refused({ pack, to: { kind: 'truck' } }, /set aside for bj-002.1.9/);
    await world.sql`update batteries set reserved_by = null where code = ${pack}`;
    await world.sql`insert into outbox (id, station, bay, machine, instance, type, hash, message, decided_epoch, valid_boot, valid_until_beat, state, event_n)
      values ('x', 'bj-002', '1', 'bay', 'main', 'isolatePack', 'x', ${JSON.stringify({ params: { pack } })}, 1, 1, 1, 'sent', 1)`;
    await refused({ pack, to: { kind: 'truck' } }, /has been told to move/);
    await world.sql`delete from outbox`;
    await world.sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at) values ('bj-001.1.5', 'bj-001', '1', ${vin(1)}, 'running', 1, now())`;
    await refused({ pack: code(50), to: { kind: 'workshop' } }, /swap under way/);
    await world.sql`update swaps set state = 'completed' where id = 'bj-001.1.5'`;
    await world.sql`update slots set reserved_by = 'bj-001.1.9' where station = 'bj-001' and slot = 6`;
    await refused({ pack, to: { kind: 'slot', station: 'bj-001', slot: 6 } }, /slot is set aside/);
    await world.sql`update slots set reserved_by = null, locked = true where station = 'bj-001' and slot = 6`;
    await refused({ pack, to: { kind: 'slot', station: 'bj-001', slot: 6 } }, /slot is locked/);
    await world.sql`update slots set locked = false where station = 'bj-001' and slot = 6`;
    for (const status of ['retired', 'secondLife', 'recycled']) {
      await world.sql`update batteries set status = ${status} where code = ${pack}`;
      const reason = status === 'recycled' ? /that is final/ : /does not go into a slot/;
      await refused({ pack, to: { kind: 'slot', station: 'bj-001', slot: 6 } }, reason);
    }
    await world.sql`update batteries set status = 'inService' where code = ${pack}`;
  });

  test('of a pack nobody could find settles its incident', async () => {
    await world.sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
      values ('bj-001', ${`custody/${code(52)}`}, 'packUnknown', ${JSON.stringify([code(52)])}::text::jsonb, 'x', now(), 1)`;
    const { body } = await move({ pack: code(52), to: { kind: 'workshop', name: 'fengtai' } });
    const [incident] =
      await world.sql`select closed_by, closed_detail from incidents where key = ${`custody/${code(52)}`}`;
    expect(incident).toEqual({
      closed_by: body.by,
      closed_detail: 'a person has taken it to workshop/fengtai: a reason',
    });
  });

  test('of packs and stations that are not there is not found; what is not a movement is not valid', async () => {
    for (const body of [
      { pack: code(9999), to: { kind: 'truck' } },
      { pack: code(9999), to: { kind: 'slot', station: 'bj-001', slot: 6 } },
    ])
      expect((await move(body)).status).toBe(404);
    for (const body of [
      { pack: 'x', to: { kind: 'truck' } },
      { pack: code(5), to: { kind: 'berth', station: 'bj-001', berth: 1 } },
      { pack: code(5), to: { kind: 'truck', name: 'a/b' } },
      { pack: code(5), to: { kind: 'truck' }, reason: ' ' },
    ])
      expect((await move(body)).status).toBe(422);
  });

  test('sent again with its key is not made again', async () => {
    const headers = { 'Idempotency-Key': '"move-1"' };
    const body = { pack: code(105), to: { kind: 'workshop' } };
    const [first, second] = [await move(body, 'operations', headers), await move(body, 'operations', headers)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const refusedHeaders = { 'Idempotency-Key': '"move-2"' };
    const refused = await move({ ...body, from: 'bj-002/slot/5', to: { kind: 'truck' } }, 'operations', refusedHeaders);
    const again = await move({ ...body, from: 'bj-002/slot/5', to: { kind: 'truck' } }, 'operations', refusedHeaders);
    expect([refused.status, again.status, again.body.code]).toEqual([409, 409, 'movement-refused']);
  });
});

describe('counts', () => {
  const countsOf = async (query: string, as: Role = 'admin') =>
    (await call<InventoryCounts>(`/api/v1/inventory/counts?${query}`, as)).body;

  test('add up to the number of packs at every past instant, however packs were moved', async () => {
    const random = createRandom('movements');
    const packs = (await world.sql`select code from batteries`).map((row) => String(row.code));
    const instants: { at: string; known: number; places: Record<string, number> }[] = [];
    const snapshot = async () => {
      const rows = await world.sql`select kind, count(*)::int as n from custody group by kind`;
      const [{ now } = { now: '' }] =
        await world.sql`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`;
      instants.push({ at: now, known: packs.length, places: Object.fromEntries(rows.map(({ kind, n }) => [kind, n])) });
      await world.sql`select pg_sleep(0.003)`;
    };
    let done = 0;
    for (let n = 0; n < 60; n += 1) {
      if (n % 6 === 0) {
        packs.push(code(500 + n));
        await seedPack(world.sql, code(500 + n), 'delivery', 'delivery', null);
      }
      const station = random.pick(['bj-001', 'bj-002']);
      const to = random.pick<Body>([
        { kind: 'truck' },
        { kind: 'workshop' },
        { kind: 'slot', station, slot: random.int(1, 6) },
        { kind: 'isolation', station, box: 1 },
        { kind: 'vehicle', vin: random.pick([vin(1), vin(2)]) },
      ]);
      const { status } = await move({ pack: random.pick(packs), to });
      if (status === 201) done += 1;
      if (n % 4 === 0) await snapshot();
      if (n % 15 === 0) await world.sql`update batteries set status = 'quarantined' where code = ${random.pick(packs)}`;
    }
    expect(done).toBeGreaterThan(15);
    for (const { at, known, places } of instants) {
      const whole = await countsOf(`by=place&at=${at}`);
      expect([at, whole.total]).toEqual([at, known]);
      expect(Object.fromEntries(whole.counts.map(({ place, packs: n }) => [place, n]))).toEqual(places);
      for (const by of ['station,place,status,model,owner', 'status'])
        expect((await countsOf(`by=${by}&at=${at}`)).total).toBe(known);
      expect((await countsOf(`by=place&basis=occurred&at=${at}`)).total).toBe(known);
    }
    const now = await countsOf('by=place');
    expect(now.total).toBe(packs.length);
    const last = instants.at(-1);
    expect((await countsOf(`by=status&at=${last?.at}`)).counts.length).toBeGreaterThan(1);
    expect((await countsOf('at=2001-01-01T00:00:00Z')).total).toBe(0);
  }, 30_000);

  test('tell what was recorded from what had happened', async () => {
    const pack = code(900);
    await seedPack(world.sql, pack, 'delivery', 'delivery', null);
    await world.sql`update custody set since = now() - interval '2 hours' where pack = ${pack}`;
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const now = await countsOf('by=place&place=workshop');
    const before = await countsOf(`by=place&place=workshop&at=${at}`);
    expect((await move({ pack, to: { kind: 'workshop' }, at })).status).toBe(201);
    expect((await countsOf('by=place&place=workshop')).total).toBe(now.total + 1);
    expect((await countsOf(`by=place&place=workshop&at=${at}`)).total).toBe(before.total);
    expect((await countsOf(`by=place&place=workshop&at=${at}&basis=occurred`)).total).toBeGreaterThanOrEqual(1);
  });

  test('show each party its own', async () => {
    const sum = async (as: Role) => (await countsOf('by=place', as)).total;
    const all = await sum('regulator');
    expect(all).toBeGreaterThan(10);
    expect(await sum('fleet')).toBeLessThan(all);
    expect(await sum('owner')).toBeLessThan(all);
  });
});
