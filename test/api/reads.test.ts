import { hc } from 'hono/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppType } from '../../src/api/app.ts';
import { type Answer, callerOf, code, createReadWorld, seedPack, seedStation, seedSwap, vin } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;

beforeAll(async () => {
  world = await createReadWorld();
  const { sql } = world;
  await seedStation(sql, 'bj-001', 4, 1);
  await seedStation(sql, 'bj-002', 3, 100);
  await seedPack(sql, code(50), 'vehicle', `vehicle/${vin(1)}`, null);
  for (let n = 1; n <= 7; n++) await seedSwap(sql, { id: `bj-001.1.${n}`, vin: vin(n % 2), minute: n });
  await seedSwap(sql, { id: 'bj-002.1.1', vin: vin(1), minute: 3, state: 'needs-person' });
  await sql`insert into swap_steps (swap, ordinal, step, track, attempt, command_id, budget_ms, actual_ms, result, started_at)
    values ('bj-001.1.1', 2, 'positionAndClamp', 'robot', 1, 'bj-001/1/cycle/bj-001.1.1/1.3.0', 15600, 12100, 'completed', now()),
           ('bj-001.1.1', 1, 'authorise', 'robot', 1, 'bj-001/1/cycle/bj-001.1.1/1.2.0', 2600, 2010, 'completed', now())`;
});
afterAll(() => world?.end());

const get: ReturnType<typeof callerOf> = (...args) => callerOf(world.app, world.keys)(...args);

describe('stations', () => {
  test('are listed with what stands in them', async () => {
    const { status, body } = await get('/api/v1/stations');
    expect(status).toBe(200);
    expect(body.nextCursor).toBeNull();
    expect(body.items).toMatchObject([
      { id: 'bj-001', packs: 3, readyPacks: 3, openSwaps: 0, online: true, slots: 4, bays: [{ bay: '1', berths: 2 }] },
      { id: 'bj-002', packs: 2, readyPacks: 2, openSwaps: 1 },
    ]);
  });

  test('come page by page', async () => {
    const first = (await get('/api/v1/stations?limit=1')).body;
    expect(first.items).toHaveLength(1);
    const second = (await get(`/api/v1/stations?limit=1&cursor=${first.nextCursor}`)).body;
    expect(second).toMatchObject({ items: [{ id: 'bj-002' }], nextCursor: null });
  });

  test('show each slot with its pack', async () => {
    const { body } = await get('/api/v1/stations/bj-001/slots');
    expect(body.items).toHaveLength(4);
    expect(body.items[0]).toMatchObject({
      station: 'bj-001',
      slot: 1,
      pack: { code: code(1), ready: true, socPct: 96 },
    });
    expect(body.items[3]).toMatchObject({ slot: 4, pack: null, locked: false });
    expect((await get('/api/v1/stations/bj-999/slots')).status).toBe(404);
  });
});

describe('swaps', () => {
  test('are paged newest first, without gap or repeat', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: Answer = await get(`/api/v1/swaps?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...body.items.map((swap) => String(swap.id)));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([
      'bj-001.1.7',
      'bj-001.1.6',
      'bj-001.1.5',
      'bj-001.1.4',
      'bj-002.1.1',
      'bj-001.1.3',
      'bj-001.1.2',
      'bj-001.1.1',
    ]);
  });

  test('are filtered by station, state, vehicle and time', async () => {
    const ids = async (query: string) => (await get(`/api/v1/swaps?${query}`)).body.items.map((swap) => swap.id);
    expect(await ids('station=bj-002')).toEqual(['bj-002.1.1']);
    expect(await ids('state=needs-person')).toEqual(['bj-002.1.1']);
    expect(await ids('state=refused')).toEqual([]);
    expect(await ids(`vehicle=${vin(0)}`)).toEqual(['bj-001.1.6', 'bj-001.1.4', 'bj-001.1.2']);
    expect(await ids('from=2026-05-01T08:06:00Z')).toEqual(['bj-001.1.7', 'bj-001.1.6']);
    expect(await ids('to=2026-05-01T16:02:00%2B08:00')).toEqual(['bj-001.1.1']);
  });

  test('show their timeline in order of start', async () => {
    const { body } = await get<{ steps: unknown }>('/api/v1/swaps/bj-001.1.1', 'service');
    expect(body).toMatchObject({ id: 'bj-001.1.1', vehicle: vin(1), state: 'completed' });
    expect(body.steps).toMatchObject([
      {
        ordinal: 1,
        step: 'authorise',
        track: 'robot',
        attempt: 1,
        budgetMs: 2600,
        actualMs: 2010,
        result: 'completed',
      },
      { ordinal: 2, step: 'positionAndClamp' },
    ]);
  });
});

describe('batteries', () => {
  test('are filtered by where they are', async () => {
    const codes = async (query: string) =>
      (await get(`/api/v1/batteries?${query}`)).body.items.map((pack) => pack.code);
    expect(await codes('station=bj-002')).toEqual([code(100), code(101)]);
    expect(await codes(`vehicle=${vin(1)}`)).toEqual([code(50)]);
    expect(await codes('place=isolation')).toEqual([]);
    expect(await codes('status=quarantined')).toEqual([]);
    expect((await get('/api/v1/batteries')).body.items).toHaveLength(6);
  });

  test('are found by how their code begins', async () => {
    const codes = async (begin: string) =>
      (await get(`/api/v1/batteries?code=${begin}`)).body.items.map((pack) => pack.code);
    expect(await codes(code(100))).toEqual([code(100)]);
    expect(await codes(code(100).slice(0, -1))).toEqual([code(100), code(101)]);
    expect(await codes(code(1).slice(0, 3))).toHaveLength(6);
    expect(await codes('ZZZ')).toEqual([]);
    expect((await get('/api/v1/batteries?code=pln%25')).status).toBe(400);
  });

  test('show where they have been', async () => {
    const { body } = await get(`/api/v1/batteries/${code(50)}`);
    expect(body).toMatchObject({
      code: code(50),
      place: { kind: 'vehicle', place: `vehicle/${vin(1)}`, station: null },
      custody: [{ version: 1, from: null, to: { kind: 'vehicle' }, cause: 'seed' }],
    });
    expect((await get(`/api/v1/batteries/${code(50)}/custody`)).body.items).toHaveLength(1);
  });
});

describe('commands', () => {
  const id = 'bj-001/1/cycle/bj-001.1.1/1.3.0';
  beforeAll(async () => {
    const message = JSON.stringify({ kind: 'command', id, params: { pack: code(1) } });
    await world.sql`insert into outbox (id, station, bay, machine, instance, swap, type, hash, message, decided_epoch, valid_boot,
        valid_until_beat, state, event_n)
      values (${id}, 'bj-001', '1', 'cycle', 'bj-001.1.1', 'bj-001.1.1', 'unlockPack', 'h', ${message}, 1, 1, 20, 'sent', 4)`;
  });

  test('are found by their id, encoded or as it stands', async () => {
    const encoded = await get(`/api/v1/commands/${encodeURIComponent(id)}`);
    expect(encoded).toMatchObject({
      status: 200,
      body: { id, type: 'unlockPack', params: { pack: code(1) }, delivery: 'sent' },
    });
    expect((await get(`/api/v1/commands/${id}`)).body).toEqual(encoded.body);
    expect((await get('/api/v1/commands/bj-001/1/cycle/bj-001.1.1/1.3.1')).status).toBe(404);
    expect((await get('/api/v1/commands/nonsense')).status).toBe(404);
  });
});

test('the client is typed by the routes', async () => {
  const client = hc<AppType>('http://pitlane', {
    headers: { Authorization: `Bearer ${world.keys.service}` },
    fetch: world.app.request,
  });
  const answer = await client.api.v1.swaps.$get({ query: { station: 'bj-002' } });
  if (answer.status !== 200) throw new Error('refused');
  const { items } = await answer.json();
  const state: 'requested' | 'running' | 'completed' | 'rolled-back' | 'refused' | 'needs-person' | undefined =
    items[0]?.state;
  expect(state).toBe('needs-person');
});
