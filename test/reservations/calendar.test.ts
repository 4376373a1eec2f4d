import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MaintenanceWindow, OpeningHours } from '../../schema/wire/api/opening-hours.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { StationNow } from '../../schema/wire/api/station.ts';
import { measureTraffic } from '../../src/reservations/traffic.ts';
import { createReservationWorld, inMinutes, type ReservationWorld } from './world.ts';

let world: ReservationWorld;
beforeAll(async () => {
  world = await createReservationWorld();
  await world.station('bj-301', 2);
}, 60_000);
afterAll(() => world?.end());

const hours = '/api/v1/stations/bj-301/opening-hours';
const windows = '/api/v1/stations/bj-301/maintenance-windows';
const station = async () => (await world.call<StationNow>('/api/v1/stations/bj-301')).body;

describe('opening hours', () => {
  test('are set for the edition that was seen, and a closed station promises nothing', async () => {
    const before = await world.call<OpeningHours>(hours);
    expect(before.body).toMatchObject({ spans: null, openNow: true, edition: 0, zone: 'Asia/Shanghai' });
    expect(before.headers.get('etag')).toBe('"0"');
    expect((await world.send('PUT', hours, { spans: [] })).status).toBe(428);
    const closed = await world.send<OpeningHours>('PUT', hours, { spans: [] }, { 'If-Match': '"0"' });
    expect(closed).toMatchObject({ status: 200, body: { spans: [], openNow: false, edition: 1 } });
    expect(await station()).toMatchObject({ openNow: false, expectedWaitMs: null });
    const stale = await world.send<Problem>('PUT', hours, { spans: null }, { 'If-Match': '"0"' });
    expect(stale).toMatchObject({ status: 412, body: { current: { edition: 1 } } });
    const vehicle = await world.car(1);
    const wish = { vehicle, station: 'bj-301', from: inMinutes(10), to: inMinutes(20) };
    expect((await world.reserve<Problem>(wish)).body.detail).toMatch(/closed/);
    const again = await world.send<OpeningHours>('PUT', hours, { spans: null }, { 'If-Match': '"1"' });
    expect(again.body).toMatchObject({ spans: null, openNow: true, edition: 2 });
    expect(await station()).toMatchObject({ openNow: true, expectedWaitMs: 0 });
    const log = await world.call('/api/v1/events?station=bj-301');
    expect(log.body.items.map(({ type }) => type)).toEqual(['openingHoursChanged', 'openingHoursChanged']);
  });

  test('with spans that make no sense, or by somebody else, are refused', async () => {
    for (const span of [
      { weekday: 8, opens: 0, closes: 60 },
      { weekday: 1, opens: 60, closes: 60 },
      { weekday: 1, opens: 0, closes: 1441 },
    ]) {
      expect((await world.send('PUT', hours, { spans: [span] }, { 'If-Match': '*' })).status).toBe(422);
    }
    for (const role of ['staff', 'fleet', 'regulator'] as const) {
      expect((await world.send('PUT', hours, { spans: null }, { 'If-Match': '*' }, role)).status).toBe(403);
    }
    expect(
      (await world.send('PUT', '/api/v1/stations/bj-999/opening-hours', { spans: null }, { 'If-Match': '*' })).status,
    ).toBe(404);
  });
});

describe('maintenance', () => {
  test('of the station keeps promises and waits away, until it is cancelled', async () => {
    const body = { from: inMinutes(-1), to: inMinutes(60), reason: 'lift inspection' };
    const made = await world.send<MaintenanceWindow>('POST', windows, body, { 'Idempotency-Key': '"m"' });
    const again = await world.send<MaintenanceWindow>('POST', windows, body, { 'Idempotency-Key': '"m"' });
    expect([made.status, again.body.id]).toEqual([201, made.body.id]);
    expect(made.body).toMatchObject({ station: 'bj-301', bay: null, reason: 'lift inspection', cancelledAt: null });
    expect((await world.call(windows)).body.items).toHaveLength(1);
    expect(await station()).toMatchObject({ inMaintenance: true, expectedWaitMs: null });
    const vehicle = await world.car(2);
    const wish = (from: number) => ({ vehicle, station: 'bj-301', from: inMinutes(from), to: inMinutes(from + 10) });
    expect((await world.reserve<Problem>(wish(30))).body.detail).toMatch(/maintenance/);
    expect((await world.reserve(wish(70))).status).toBe(201);
    const gone = await world.send('DELETE', `${windows}/${made.body.id}`, undefined, { 'If-Match': '"1"' });
    expect(gone.status).toBe(200);
    expect((await world.send('DELETE', `${windows}/${made.body.id}`, undefined, { 'If-Match': '*' })).status).toBe(404);
    expect(await station()).toMatchObject({ inMaintenance: false, expectedWaitMs: 0 });
  });

  test('of the only bay leaves nobody to take cars; of no bay, or in the past, there is none', async () => {
    const body = { bay: '1', from: inMinutes(-1), to: inMinutes(60), reason: 'lift inspection' };
    const made = await world.send<MaintenanceWindow>('POST', windows, body);
    expect(made.status).toBe(201);
    expect(await station()).toMatchObject({ inMaintenance: false, expectedWaitMs: null });
    await world.send('DELETE', `${windows}/${made.body.id}`, undefined, { 'If-Match': '*' });
    expect((await world.send('POST', windows, { ...body, bay: '7' })).status).toBe(404);
    expect((await world.send('POST', windows, { ...body, to: inMinutes(-2) })).status).toBe(422);
    expect((await world.send('POST', windows, { ...body, to: inMinutes(-0.5) })).status).toBe(422);
    expect((await world.send('POST', windows, { ...body, reason: ' ' })).status).toBe(422);
  });
});

test('the expected wait follows the running swap and the measured cycle', async () => {
  await world.station('bj-302', 2);
  for (let n = 1; n <= 3; n += 1) {
    await world.sql`insert into swaps (id, station, bay, vin, state, odometer_km, entered_at, in_position_at, left_at)
      values (${`bj-302.1.${n}`}, 'bj-302', '1', ${`LNBSCB3F6JD1${80000 + n}`}, 'completed', 1, now() - make_interval(mins => ${10 * n + 3}),
        now() - make_interval(mins => ${10 * n + 2}), now() - make_interval(mins => ${10 * n}))`;
  }
  while ((await measureTraffic(world.db, world.desk)) > 0);
  const [traffic] =
    await world.sql`select cycle_ms, walk_ins_per_hour, bays_working, swaps_measured::int from station_traffic where station = 'bj-302'`;
  expect(traffic).toEqual({ cycle_ms: 180_000, walk_ins_per_hour: 3, bays_working: 1, swaps_measured: 3 });
  await world.sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at)
    values ('bj-302.1.9', 'bj-302', '1', 'LNBSCB3F6JD180009', 'running', 1, now() - interval '1 minute')`;
  const { items } = (await world.call('/api/v1/stations')).body;
  const wait = items.find(({ id }) => id === 'bj-302')?.expectedWaitMs as number;
  expect(wait).toBeGreaterThan(100_000);
  expect(wait).toBeLessThanOrEqual(120_000);
});
