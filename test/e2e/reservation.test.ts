import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reservation, ReservationDetail, ReservationKpi } from '../../schema/wire/api/reservation.ts';
import type { Bay, StationNow } from '../../schema/wire/api/station.ts';
import type { Swap, SwapDetail } from '../../schema/wire/api/swap.ts';
import { createLiveWorld, type LiveWorld } from '../api/live-world.ts';
import { waitFor } from '../helpers/wait-for.ts';

const station = 'bj-008';
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 50);
  await waitFor('the station to be online', async () => (await bay()).state === 'idle', { withinMs: 20_000 });
  // Dispatchers see it some seconds after the bay itself.
  await waitFor('dispatchers to see it', async () => (await seen()).expectedWaitMs !== null, { withinMs: 20_000 });
}, 60_000);
afterAll(() => world?.end());

const bay = async () => (await world.ask<Bay>(`/api/v1/stations/${station}/bays/1`)).body;
const seen = async () => (await world.ask<StationNow>(`/api/v1/stations/${station}`)).body;
const simulate = async (body: object) =>
  expect((await world.ask(`/api/v1/stations/${station}/simulator`, { body })).status).toBe(200);
const swapOf = async (n: number) => (await world.ask<SwapDetail>(`/api/v1/swaps/${station}.1.${n}`)).body;
const done = (n: number) =>
  waitFor(`swap ${n} to be completed`, async () => (await swapOf(n)).state === 'completed', { withinMs: 30_000 });
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const taxi = (vin: string | null) => simulate({ type: 'taxi', bay: null, vin, socPct: 20 });
/** A shuttle so slow that the robot has to wait for it. */
const slowFetch = () =>
  simulate({ type: 'fault', fault: { kind: 'slow', bay: '1', step: 'fetchPack', factor: 5, times: 1 } });

test('a reserved pack lies on a berth when its car comes, and the swap is faster for it', async () => {
  await slowFetch();
  await taxi(null);
  await done(1);
  const walkIn = await swapOf(1);
  expect(walkIn.prefetch).toBeNull();
  await waitFor('the car to be gone', async () => (await bay()).state === 'idle', { withinMs: 20_000 });

  const { vehicle } = walkIn;
  const admin = { role: 'admin' } as const;
  const made = await world.ask<Reservation>('/api/v1/reservations', {
    ...admin,
    body: { vehicle, station, from: inMs(0), to: inMs(600_000), minSoc: 90 },
  });
  expect(made.status).toBe(201);
  const pack = made.body.promise?.pack;
  await slowFetch();
  const inStation = () => world.sim.physicalPlaces();
  await waitFor(
    'the pack to be on a berth',
    () =>
      inStation()
        .get(pack ?? '')
        ?.startsWith('bay/1/berth/'),
    {
      withinMs: 20_000,
    },
  );
  expect(await bay()).toMatchObject({ state: 'awaiting' });
  const read = async () => (await world.ask<ReservationDetail>(`/api/v1/reservations/${made.body.id}`, admin)).body;
  expect(await read()).toMatchObject({ state: 'open', bay: '1' });

  await taxi(vehicle);
  await done(2);
  const swap = await swapOf(2);
  expect(swap).toMatchObject({ vehicle, packIn: pack });
  expect(swap.prefetch).toMatchObject({ fetchedAt: expect.any(String) });
  expect(Date.parse(swap.prefetch?.fetchedAt ?? '')).toBeLessThan(Date.parse(swap.inPositionAt));
  expect(swap.prefetch?.fetchMs).toBeGreaterThan(60_000);
  expect(swap.prefetch?.wonMs).toBeGreaterThan(20_000);
  // The two swap times are not compared: at 50x a busy machine adds more to one of them than the fetch takes.
  expect(walkIn.steps.filter(({ step }) => step === 'fetchPack')).toHaveLength(1);
  expect(swap.steps.filter(({ step }) => step === 'fetchPack')).toEqual([]);

  await waitFor('the promise to be kept', async () => (await read()).state === 'kept', { withinMs: 10_000 });
  expect((await read()).history.map(({ what }) => what)).toEqual(['made', 'due', 'kept']);
  const kpi = (await world.ask<ReservationKpi>('/api/v1/reservations/kpi', admin)).body;
  expect(kpi.total).toMatchObject({ kept: 1, broken: 0, keptShare: 1 });
  expect((await world.ask<{ violations: unknown[] }>('/api/v1/audit/custody')).body.violations).toEqual([]);
}, 90_000);

test('a walk-in leaves what is promised, also while no bay awaits its car', async () => {
  await waitFor('the bay to be idle', async () => (await bay()).state === 'idle', { withinMs: 20_000 });
  const { vehicle } = await swapOf(1);
  const made = await world.ask<Reservation>('/api/v1/reservations', {
    role: 'admin',
    body: { vehicle, station, from: inMs(3_600_000), to: inMs(4_000_000), minSoc: 90 },
  });
  expect(made.status).toBe(201);
  await taxi(null);
  await done(3);
  const [swap] = (await world.ask<{ items: Swap[] }>(`/api/v1/swaps?station=${station}&state=completed`)).body.items;
  expect(swap?.id).toBe(`${station}.1.3`);
  expect(swap?.packIn).not.toBe(made.body.promise?.pack);
  const pack = await world.ask<{ reservedBy: string }>(`/api/v1/batteries/${made.body.promise?.pack}`);
  expect(pack.body.reservedBy).toBe(made.body.id);
}, 60_000);
