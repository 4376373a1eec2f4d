import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShiftReport } from '../../schema/wire/api/shift.ts';
import { callerOf, code, createReadWorld, seedStation, vin } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;

interface Made {
  n: number;
  at: string;
  state?: string;
  ms?: number | null;
  station?: string;
}
const swap = async ({ n, at, state = 'completed', ms = 80_000, station = 'bj-001' }: Made) =>
  world.sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at, swap_time_ms, pack_out_energy_wh, pack_in_energy_wh)
    values (${`${station}.1.${n}`}, ${station}, '1', ${vin(n)}, ${state}, 1000, ${at}, ${ms}, 10000, 45000)`;
const step = async (swap: string, ordinal: number, attempt: number, result: string, reason: string | null) =>
  world.sql`insert into swap_steps (swap, ordinal, step, track, attempt, command_id, budget_ms, actual_ms, result, reason, started_at)
    values (${swap}, ${ordinal}, 'lockPack', 'robot', ${attempt}, ${`${swap}/${ordinal}`}, 9000, 8000, ${result}, ${reason}, now())`;

beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  const { sql } = world;
  await seedStation(sql, 'bj-001', 4, 1);
  await seedStation(sql, 'bj-002', 3, 100);
  await swap({ n: 1, at: '2026-05-01T07:59:59.999Z', ms: 500_000 });
  await swap({ n: 2, at: '2026-05-01T08:00:00Z', ms: 70_000 });
  await swap({ n: 3, at: '2026-05-01T09:00:00Z', ms: 80_000 });
  await swap({ n: 4, at: '2026-05-01T10:00:00Z', ms: 100_000 });
  await swap({ n: 5, at: '2026-05-01T11:00:00Z', state: 'refused', ms: null });
  await swap({ n: 6, at: '2026-05-01T12:00:00Z', state: 'needs-person', ms: null });
  await swap({ n: 7, at: '2026-05-01T16:00:00Z' });
  await swap({ n: 1, at: '2026-05-01T09:00:00Z', station: 'bj-002' });
  await step('bj-001.1.3', 1, 1, 'failed', 'stuckLock');
  await step('bj-001.1.3', 2, 2, 'completed', null);
  await step('bj-001.1.6', 1, 1, 'failed', 'stuckLock');
  await step('bj-001.1.2', 1, 1, 'completed', null);
  await sql`insert into alarms (station, key, level, code, detail, raised_at, raised_n) values
    ('bj-001', 'a/1', 2, 'smoke', 'd', '2026-05-01T09:00:00Z', 1), ('bj-001', 'a/2', 3, 'smoke', 'd', '2026-05-01T20:00:00Z', 2)`;
  await sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n, closed_at) values
    ('bj-001', 'moved/a', 'packMoved', '[]', 'd', '2026-04-01T09:00:00Z', 1, null), ('bj-001', 'moved/b', 'packMoved', '[]', 'd', now(), 2, now())`;
  await sql`insert into charge_costs (charge, station, slot, pack, started_at, ended_at, metered_wh, tariff, lines, cost_fen) values
    ('bj-001/1/0', 'bj-001', 1, ${code(1)}, '2026-05-01T07:00:00Z', '2026-05-01T08:30:00Z', 30000, 't', '[]', 1000),
    ('bj-001/2/0', 'bj-001', 1, ${code(1)}, '2026-05-01T15:00:00Z', '2026-05-01T16:00:00Z', 31000, 't', '[]', 1000)`;
});
afterAll(() => world?.end());

const ask = (query: string, station = 'bj-001') =>
  call<ShiftReport & { code?: string }>(`/api/v1/stations/${station}/shift-report?${query}`, 'staff');

test('a shift is told by what happened in it, and by what stands now', async () => {
  const { status, body } = await ask('from=2026-05-01T08:00:00Z&to=2026-05-01T16:00:00Z');
  expect(status).toBe(200);
  expect(body.swaps).toEqual({
    total: 5,
    completed: 3,
    rolledBack: 0,
    refused: 1,
    needsPerson: 1,
    open: 0,
    firstTime: 2,
    p50Ms: 80_000,
    p90Ms: 96_000,
    over90s: 1,
  });
  expect(body.packs).toEqual({ total: 3, ready: 3, byStatus: [{ status: 'inService', packs: 3 }] });
  expect(body.faults).toEqual([{ step: 'lockPack', reason: 'stuckLock', times: 2 }]);
  expect(body.alarms.map(({ key }) => key)).toEqual(['a/1']);
  expect(body.openIncidents.map(({ key }) => key)).toEqual(['moved/a']);
  expect(body.energy).toEqual({ meteredWh: 30_000, charges: 1, deliveredWh: 105_000 });
});

test('a shift in which nothing happened has no times', async () => {
  const { body } = await ask('from=2026-06-01T08:00:00Z&to=2026-06-01T16:00:00Z');
  expect(body.swaps).toMatchObject({ total: 0, p50Ms: null, p90Ms: null });
  expect(body.energy).toEqual({ meteredWh: 0, charges: 0, deliveredWh: 0 });
});

test('is of one day at most, and of a station that is there', async () => {
  for (const query of [
    'from=2026-05-01T08:00:00Z',
    'from=2026-05-01T08:00:00Z&to=2026-05-01T08:00:00Z',
    'from=2026-05-01T08:00:00Z&to=2026-05-02T08:00:01Z',
    'from=2026-05-01T08:00:00Z&to=2026-05-01T16:00:00Z&of=all',
  ])
    expect([query, (await ask(query)).status]).toEqual([query, 400]);
  expect((await ask('from=2026-05-01T08:00:00Z&to=2026-05-01T16:00:00Z', 'bj-999')).status).toBe(404);
});
