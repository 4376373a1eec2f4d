import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SwapLog } from '../../schema/wire/api/swap.ts';
import { callerOf, code, createReadWorld, seedPack, seedStation, seedSwap, vin } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
const at = '2026-05-01T08:01:00Z';
const command = 'bj-001/1/cycle/bj-001.1.1/1.2.0';

beforeAll(async () => {
  world = await createReadWorld();
  const { sql } = world;
  await seedStation(sql, 'bj-001', 4, 1);
  await seedSwap(sql, { id: 'bj-001.1.1', vin: vin(1), minute: 1 });
  await seedSwap(sql, { id: 'bj-001.1.2', vin: vin(1), minute: 40 });
  await seedSwap(sql, { id: 'bj-001.2.1', vin: vin(2), minute: 1 });
  await sql`update swaps set left_at = '2026-05-01T08:04:00Z' where id = 'bj-001.1.1'`;
  await sql`insert into swap_steps (swap, ordinal, step, track, attempt, command_id, budget_ms, actual_ms, result, started_at)
    values ('bj-001.1.1', 1, 'authorise', 'robot', 1, ${command}, 2600, 2010, 'completed', ${at}::timestamptz)`;
  await sql`insert into outbox (id, station, bay, machine, instance, swap, type, hash, message, decided_epoch, valid_boot, valid_until_beat, state, event_n)
    values (${command}, 'bj-001', '1', 'cycle', 'bj-001.1.1', 'bj-001.1.1', 'authorise', '0', '{"params":{"vin":"x"}}', 1, 1, 20, 'completed', 3)`;
  const event = (n: number, time: string, bay: string, swap: string | null, type: string) => sql`
    insert into events (station, n, recorded_at, occurred_at, source, type, bay, swap)
    values ('bj-001', ${n}, ${time}::timestamptz, ${time}::timestamptz, 'record', ${type}, ${bay}, ${swap})`;
  await event(1, '2026-05-01T07:50:00Z', '1', null, 'before');
  await event(2, at, '1', null, 'vehicleInPosition');
  await event(3, at, '1', 'bj-001.1.1', 'mayBegin');
  await event(4, at, '2', 'bj-001.2.1', 'ofTheOtherBay');
  await event(5, '2026-05-01T08:10:00Z', '1', 'bj-001.1.1', 'afterwards');
  await event(6, '2026-05-01T08:10:00Z', '1', null, 'ofTheNext');
  await seedPack(sql, code(50), 'slot', 'bj-001/slot/4', 'bj-001');
  await sql`insert into custody_moves (pack, version, to_kind, to_place, cause, swap, station, event_n, occurred_at)
    values (${code(50)}, 2, 'berth', 'bj-001/1/berth/1', 'seed', 'bj-001.1.2', 'bj-001', 7, now()),
           (${code(50)}, 3, 'vehicle', ${`vehicle/${vin(1)}`}, 'seed', 'bj-001.1.2', 'bj-001', 8, now())`;
});
afterAll(() => world?.end());

const get: ReturnType<typeof callerOf> = (...args) => callerOf(world.app, world.keys)(...args);

test('a swap has the lines of the log that name it, those of its bay while the car stood there, and its commands', async () => {
  const { status, body } = await get<SwapLog>('/api/v1/swaps/bj-001.1.1/log');
  expect(status).toBe(200);
  expect(body.events.map(({ type }) => type)).toEqual(['vehicleInPosition', 'mayBegin', 'afterwards']);
  expect(body.commands).toMatchObject([
    { id: command, type: 'authorise', params: { vin: 'x' }, delivery: 'completed' },
  ]);
});

test('a swap nothing was commanded for has no log; one that is not there is not found', async () => {
  expect((await get<SwapLog>('/api/v1/swaps/bj-001.2.1/log')).body).toEqual({ events: [], commands: [] });
  expect((await get('/api/v1/swaps/bj-001.9.1/log')).status).toBe(404);
});

test('swaps are found by a pack that was moved in them, also with other filters', async () => {
  const idsOf = async (query: string) => (await get(`/api/v1/swaps?${query}`)).body.items.map(({ id }) => id);
  expect(await idsOf(`pack=${code(50)}`)).toEqual(['bj-001.1.2']);
  expect(await idsOf(`pack=${code(50)}&vehicle=${vin(1)}&station=bj-001`)).toEqual(['bj-001.1.2']);
  expect(await idsOf(`pack=${code(50)}&vehicle=${vin(2)}`)).toEqual([]);
  expect(await idsOf(`pack=${code(51)}`)).toEqual([]);
});
