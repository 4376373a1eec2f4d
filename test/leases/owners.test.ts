import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOfDay } from '../../machines/settlement/calendar.ts';
import type { Ageing, OwnedPack, OwnerSummary } from '../../schema/wire/api/owner.ts';
import { residualFen, residualPolicy, shareFen } from '../../src/owners/residual.ts';
import { code, vin } from '../api/fixture.ts';
import { createLeaseWorld } from './lease-world.ts';

let world: Awaited<ReturnType<typeof createLeaseWorld>>;
beforeAll(async () => {
  world = await createLeaseWorld();
  const { sql } = world;
  await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values ('BP-50', 'Fifty', 'LFP', 50000, 350, 330, 'frame-a', 'plug-400')`;
  await pack(1, 90);
  await pack(2, 80);
  await pack(3, null);
  await pack(4, 95, 'yi-dian');
  // Ten days in a car, begun in the month before and ended in it; and the last five days of it.
  await move(1, 1, 'vehicle', '2026-07-20T00:00');
  await move(1, 2, 'slot', '2026-08-11T00:00');
  await move(1, 3, 'vehicle', '2026-08-27T00:00');
  await move(2, 1, 'slot', '2026-08-02T00:00');
  await move(2, 2, 'vehicle', '2026-08-22T00:00');
  await move(2, 3, 'slot', '2026-08-27T00:00');
  await sql`insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at) values
    ('receivable:blue-taxi', 'payable:pack-bank', 100001, 'statement', 's-1', 1, '2026-08-31T10:00:00Z'),
    ('payable:pack-bank', 'receivable:blue-taxi', 1, 'receipt', 'x.1.1', 1, '2026-08-20T00:00:00Z'),
    ('payable:pack-bank', 'cash:bank', 50000, 'payment', 'p-1', 1, '2026-08-30T00:00:00Z'),
    ('receivable:blue-taxi', 'payable:pack-bank', 777, 'statement', 's-2', 1, '2026-09-10T00:00:00Z')`;
  await sql`insert into battery_health_readings (pack, n, charge, station, slot, ended_at, soh_pct, low_pct, high_pct) values
    (${code(1)}, 1, 'a/1/0', 'a', 1, '2026-08-01T00:00:00Z', 91, 88, 94), (${code(1)}, 2, 'a/2/0', 'a', 1, '2026-08-02T00:00:00Z', null, null, null),
    (${code(1)}, 3, 'a/3/0', 'a', 1, '2026-08-03T00:00:00Z', 90.5, 88, 93)`;
}, 60_000);
afterAll(() => world?.end());

async function pack(n: number, soh: number | null, owner = 'pack-bank'): Promise<void> {
  await world.sql`insert into batteries (code, model, firmware, soh_pct, owner) values (${code(n)}, 'BP-50', '1', ${soh}, ${owner})`;
}

/** `at`: in Beijing. */
async function move(n: number, version: number, kind: 'vehicle' | 'slot', at: string): Promise<void> {
  const place = kind === 'vehicle' ? `vehicle/${vin(n)}` : `bj-001/slot/${n}`;
  const instant = `${at}:00+08:00`;
  await world.sql`insert into custody_moves (pack, version, to_kind, to_place, cause, occurred_at)
    values (${code(n)}, ${version}, ${kind}, ${place}, 'test', ${instant})`;
  await world.sql`insert into custody (pack, kind, place, station, version, since)
    values (${code(n)}, ${kind}, ${place}, ${kind === 'slot' ? 'bj-001' : null}, ${version}, ${instant})
    on conflict (pack) do update set kind = excluded.kind, place = excluded.place, station = excluded.station, version = excluded.version`;
}

const august = 'owners/pack-bank/packs?month=2026-08';

describe('an owner sees of its packs', () => {
  test('where they are, how long they were in cars, how often they were fitted', async () => {
    const { items } = (await world.get<{ items: OwnedPack[] }>(august, 'owner')).body;
    expect(items.map((each) => [each.code, each.place?.kind ?? null, each.utilisation, each.swaps])).toEqual([
      [code(1), 'vehicle', Math.round((15 / 31) * 10_000) / 10_000, 1],
      [code(2), 'slot', Math.round((5 / 31) * 10_000) / 10_000, 1],
      [code(3), null, 0, 0],
    ]);
  });

  test('what they earned, by the time in cars, to the fen; what was paid out is no loss', async () => {
    const { items } = (await world.get<{ items: OwnedPack[] }>(august, 'owner')).body;
    expect(items.map(({ incomeFen }) => incomeFen)).toEqual([75_000, 25_000, 0]);
    const pages = await Promise.all(
      [1, 2].map((limit) => world.get<{ items: OwnedPack[] }>(`${august}&limit=${limit}`, 'owner')),
    );
    expect(pages[0]?.body.items[0]?.incomeFen).toBe(75_000);
  });

  test('what they may be worth, as an estimate', async () => {
    const { items } = (await world.get<{ items: OwnedPack[] }>(august, 'owner')).body;
    expect(items.map(({ residual }) => residual?.valueFen ?? null)).toEqual([
      residualFen(50_000, 90),
      residualFen(50_000, 80),
      null,
    ]);
  });

  test('all of it in a summary', async () => {
    const { body } = await world.get<OwnerSummary>('owners/pack-bank/summary?month=2026-08', 'owner');
    expect(body).toMatchObject({
      packs: 3,
      places: { vehicle: 1, slot: 1, unknown: 1 },
      statuses: { inService: 3 },
      swaps: 2,
      incomeFen: 100_000,
      meanSohPct: 85,
      residualPacks: 2,
      residualFen: residualFen(50_000, 90) + residualFen(50_000, 80),
      residualPolicyVersion: residualPolicy.version,
    });
  });

  test('how they age', async () => {
    const { body } = await world.get<Ageing>(`owners/pack-bank/packs/${code(1)}/ageing`, 'owner');
    expect(body.points.map(({ sohPct }) => sohPct)).toEqual([91, 90.5]);
  });

  test('and nothing of another’s', async () => {
    for (const path of ['owners/yi-dian/summary', 'owners/yi-dian/packs', `owners/pack-bank/packs/${code(4)}/ageing`])
      expect((await world.get(path, 'owner')).status).toBe(404);
    expect((await world.get('owners/yi-dian/packs', 'admin')).status).toBe(200);
    expect((await world.get('owners/blue-taxi/summary', 'admin')).status).toBe(404);
    expect((await world.get('owners/pack-bank/summary?month=2026-13', 'owner')).status).toBe(400);
  });
});

test('of the month that runs only what has passed counts', async () => {
  const { body } = await world.get<OwnerSummary>('owners/pack-bank/summary', 'owner');
  expect(startOfDay(`${body.month}-01`)).toBeLessThanOrEqual(Date.now());
  // One of three has been in a car all the time since August.
  expect(body.utilisation).toBeCloseTo(1 / 3, 2);
});

test('the estimate falls from the price of a new pack to its material, and not below', () => {
  expect(residualFen(50_000, 100)).toBe(50 * residualPolicy.newFenPerKwh);
  expect(residualFen(50_000, residualPolicy.endSohPct)).toBe(50 * residualPolicy.recyclingFenPerKwh);
  expect(residualFen(50_000, 20)).toBe(50 * residualPolicy.recyclingFenPerKwh);
  expect(residualFen(50_000, 80)).toBe((50 * (residualPolicy.newFenPerKwh + residualPolicy.recyclingFenPerKwh)) / 2);
});

test('parts add up to the fen, also of a loss', () => {
  for (const [total, weights] of [
    [100, [1, 1, 1]],
    [-7, [2, 1]],
    [0, [1]],
    [5, [0, 0, 3]],
  ] as const)
    expect(shareFen(total, weights).reduce((sum, part) => sum + part, 0)).toBe(total);
  expect(shareFen(100, [0, 0])).toEqual([0, 0]);
});
