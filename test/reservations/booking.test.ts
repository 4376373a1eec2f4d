import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { Alternative, Reservation } from '../../schema/wire/api/reservation.ts';
import { createReservationWorld, inMinutes, type ReservationWorld } from './world.ts';

let world: ReservationWorld;
beforeAll(async () => {
  world = await createReservationWorld();
}, 60_000);
afterAll(() => world?.end());

const window = (from = 20, long = 15) => ({ from: inMinutes(from), to: inMinutes(from + long) });

describe('a reservation', () => {
  test('holds a pack, says which, and is on record', async () => {
    await world.station('bj-101', 3);
    const vehicle = await world.car(1, 'blue');
    const made = await world.reserve({ vehicle, station: 'bj-101', ...window(), minSoc: 90 });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1/reservations/${made.body.id}`);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.body).toMatchObject({
      vehicle,
      fleet: 'blue',
      station: 'bj-101',
      state: 'open',
      minSoc: 90,
      edition: 1,
    });
    expect(made.body.promise).toMatchObject({ slot: 1, because: 'spare' });
    expect(await world.heldBy(made.body.id)).toEqual([made.body.promise?.pack]);
    const read = await world.call<Reservation & { history: object[] }>(`/api/v1/reservations/${made.body.id}`);
    expect(read.body).toMatchObject({ id: made.body.id, history: [{ what: 'made' }] });
    const log = await world.call('/api/v1/events?station=bj-101');
    expect(log.body.items).toMatchObject([{ source: 'reservation', type: 'reservation.made' }]);
    const list = await world.call(`/api/v1/reservations?vehicle=${vehicle}&state=open`);
    expect(list.body.items.map(({ id }) => id)).toEqual([made.body.id]);
  });

  test('is made once for one key, and its refusal is the same again too', async () => {
    await world.station('bj-102', 1);
    const [first, second] = [await world.car(2), await world.car(3)];
    const body = { vehicle: first, station: 'bj-102', ...window() };
    const made = await world.reserve(body, { 'Idempotency-Key': '"k1"' });
    const again = await world.reserve(body, { 'Idempotency-Key': '"k1"' });
    expect([made.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(made.body);
    const other = { ...body, vehicle: second };
    const refused = await world.reserve<Problem>(other, { 'Idempotency-Key': '"k2"' });
    await world.send('DELETE', `/api/v1/reservations/${made.body.id}`, undefined, { 'If-Match': '*' });
    const refusedAgain = await world.reserve<Problem>(other, { 'Idempotency-Key': '"k2"' });
    expect([refused.status, refusedAgain.status]).toEqual([409, 409]);
    const { requestId: _, ...body1 } = refused.body;
    const { requestId: __, ...body2 } = refusedAgain.body;
    expect(body2).toEqual(body1);
    expect((await world.reserve(other)).status).toBe(201);
  });

  test('of the last pack is had by one of many, and the others are offered another station', async () => {
    await world.station('bj-103', 1, 50);
    await world.station('bj-104', 9, 51);
    const cars = await Promise.all([10, 11, 12, 13, 14].map((n) => world.car(n, 'blue', 'bj-103')));
    const answers = await Promise.all(
      cars.map((vehicle) => world.reserve<Reservation & Problem>({ vehicle, station: 'bj-103', ...window() })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const losers = answers.filter(({ status }) => status === 409);
    expect(losers).toHaveLength(4);
    for (const { body } of losers) {
      expect(body.code).toBe('no-promise');
      const alternative = body.alternative as Alternative;
      expect(alternative.station).toBe('bj-104');
      expect(alternative.promise.pack).toMatch(/^PLN/);
      expect(alternative.reason).toMatch(/min to drive/);
    }
    const held = await world.sql`select code from batteries b join custody c on c.pack = b.code
      where c.station = 'bj-103' and b.reserved_by is not null`;
    expect(held).toHaveLength(1);
    expect(await world.sql`select id from reservations where station = 'bj-103'`).toHaveLength(1);
    // Nothing is held at the other station by an offer.
    const offered = await world.sql`select code from batteries b join custody c on c.pack = b.code
      where c.station = 'bj-104' and b.reserved_by is not null`;
    expect(offered).toHaveLength(0);
  });

  test('at the best station: not the nearest when that one has a queue or no packs', async () => {
    await world.station('sh-001', 0, 900);
    await world.station('sh-002', 9, 903);
    await world.station('sh-003', 9, 940);
    const at = { lat: 39.9 + 900 / 111.2, lon: 116.4 };
    const vehicle = await world.car(20);
    const made = await world.reserve({ vehicle, station: 'best', ...window(), position: at, rangeKm: 60 });
    expect([made.status, made.body.station]).toEqual([201, 'sh-002']);
    const next = await world.car(21);
    await world.sql`update station_marks set link_up = false where station = 'sh-002'`;
    const far = await world.reserve<Problem>({
      vehicle: next,
      station: 'best',
      ...window(),
      position: at,
      rangeKm: 60,
    });
    expect(far).toMatchObject({ status: 409, body: { code: 'no-promise', alternative: null } });
    const farther = await world.reserve({ vehicle: next, station: 'best', ...window(), position: at, rangeKm: 90 });
    expect([farther.status, farther.body.station]).toEqual([201, 'sh-003']);
  });

  test('at a station that has just said hello, though its bays were last seen out of order', async () => {
    await world.station('sh-010', 9, 2_000);
    const at = { lat: 39.9 + 2_000 / 111.2, lon: 116.4 };
    await world.sql`insert into station_traffic (station, bays_working, measured_at, due_at)
      values ('sh-010', 0, now() - interval '1 second', now() + interval '1 hour')
      on conflict (station) do update set bays_working = 0, measured_at = excluded.measured_at, due_at = excluded.due_at`;
    const wish = { vehicle: await world.car(900), station: 'best', ...window(), position: at, rangeKm: 60 };
    expect((await world.reserve<Problem>(wish)).status).toBe(409);
    await world.sql`insert into station_hellos (station, journal_id, boot, as_of_seq, body, event_n)
      values ('sh-010', 'j-1', 1, 1, '{}', 1)`;
    const made = await world.reserve(wish);
    expect([made.status, made.body.station]).toEqual([201, 'sh-010']);
  });

  test('does not overlap another of the same car', async () => {
    await world.station('bj-105', 6);
    const vehicle = await world.car(30);
    const make = (from: number, long = 15) =>
      world.reserve<Reservation & Problem>({ vehicle, station: 'bj-105', ...window(from, long) });
    expect((await make(20)).status).toBe(201);
    expect(await make(30)).toMatchObject({ status: 409, body: { code: 'reservation-overlaps' } });
    expect((await make(60)).status).toBe(201);
    const both = await Promise.all([make(100), make(105)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const held = await world.sql`select code from batteries b join custody c on c.pack = b.code
      where c.station = 'bj-105' and b.reserved_by is not null`;
    expect(held).toHaveLength(3);
  });
});

describe('a change', () => {
  test('of the window is for the edition that was seen; a cancelled one frees its pack', async () => {
    await world.station('bj-106', 2);
    const vehicle = await world.car(40);
    const { body } = await world.reserve({ vehicle, station: 'bj-106', ...window() });
    const path = `/api/v1/reservations/${body.id}`;
    expect((await world.send('PATCH', path, window(40))).status).toBe(428);
    const moved = await world.send<Reservation>('PATCH', path, { ...window(40), minSoc: 95 }, { 'If-Match': '"1"' });
    expect([moved.status, moved.body.edition, moved.headers.get('etag')]).toEqual([200, 2, '"2"']);
    expect(moved.body.promise).toMatchObject({ pack: body.promise?.pack, because: 'held' });
    const stale = await world.send<Problem>('PATCH', path, window(50), { 'If-Match': '"1"' });
    expect(stale).toMatchObject({ status: 412, body: { current: { id: body.id, edition: 2 } } });
    const races = await Promise.all(
      [60, 70, 80].map((from) => world.send<Reservation>('PATCH', path, window(from), { 'If-Match': '"2"' })),
    );
    expect(races.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect(await world.heldBy(body.id)).toHaveLength(1);
    const cancelled = await world.send<Reservation>('DELETE', path, undefined, { 'If-Match': '"3"' });
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled', promise: null } });
    expect(await world.heldBy(body.id)).toEqual([]);
    const over = await world.send<Problem>('DELETE', path, undefined, { 'If-Match': '*' });
    expect(over).toMatchObject({ status: 409, body: { code: 'reservation-over' } });
  });

  test('that overlaps another of the car is refused, and nothing is changed', async () => {
    await world.station('bj-107', 3);
    const vehicle = await world.car(41);
    await world.reserve({ vehicle, station: 'bj-107', ...window(100) });
    const { body } = await world.reserve({ vehicle, station: 'bj-107', ...window() });
    const refused = await world.send<Problem>('PATCH', `/api/v1/reservations/${body.id}`, window(105), {
      'If-Match': '*',
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'reservation-overlaps' } });
    expect((await world.call<Reservation>(`/api/v1/reservations/${body.id}`)).body.from).toBe(body.from);
  });
});

describe('bad input', () => {
  test('a window that is past, reversed, too long or too far ahead is refused with the field', async () => {
    await world.station('bj-108', 2);
    const vehicle = await world.car(50);
    const wrong: [from: number, to: number, pointer: string][] = [
      [-10, 10, '/from'],
      [30, 20, '/to'],
      [20, 20, '/to'],
      [20, 81, '/to'],
      [350, 361, '/to'],
    ];
    for (const [from, to, pointer] of wrong) {
      const refused = await world.reserve<Problem>({
        vehicle,
        station: 'bj-108',
        from: inMinutes(from),
        to: inMinutes(to),
      });
      expect([from, refused.status, refused.body.errors?.[0]?.pointer]).toEqual([from, 422, pointer]);
    }
    const odd = [{ minSoc: 101 }, { vehicle: 'X' }, { station: 'BJ' }, { from: 'soon' }, { more: 1 }];
    for (const own of odd) {
      const refused = await world.reserve<Problem>({ vehicle, station: 'bj-108', ...window(), ...own });
      expect([own, refused.status, refused.body.code]).toEqual([own, 422, 'invalid-body']);
    }
  });

  test('an unknown or foreign car, station or reservation is not there', async () => {
    const red = await world.car(60, 'red');
    const blue = await world.car(61, 'blue');
    await world.station('bj-109', 3);
    await world.sql`update api_keys set organisation = 'red' where role = 'fleet'`;
    const make = (vehicle: string, station = 'bj-109') =>
      world.reserve<Reservation>({ vehicle, station, ...window() }, {}, 'fleet');
    await expect.poll(async () => (await make(red)).status).toBe(201);
    expect((await make(blue)).status).toBe(404);
    expect((await make('LNBSCB3F6JD199999')).status).toBe(404);
    expect((await make(red, 'bj-999')).status).toBe(404);
    const foreign = (await world.reserve({ vehicle: blue, station: 'bj-109', ...window() })).body;
    expect((await world.call(`/api/v1/reservations/${foreign.id}`, 'fleet')).status).toBe(404);
    const change = await world.send(
      'DELETE',
      `/api/v1/reservations/${foreign.id}`,
      undefined,
      { 'If-Match': '*' },
      'fleet',
    );
    expect(change.status).toBe(404);
    const mine = await world.call('/api/v1/reservations', 'fleet');
    expect(mine.body.items.map(({ vehicle }) => vehicle)).toEqual([red]);
    for (const id of ['r-0000000000000000', 'x', 'r-1']) {
      expect((await world.call(`/api/v1/reservations/${id}`)).status).toBe(404);
    }
    for (const role of ['regulator', 'owner', 'maintenance'] as const) {
      expect((await world.reserve({ vehicle: red, station: 'bj-109', ...window() }, {}, role)).status).toBe(403);
    }
  });
});
