import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOfDay } from '../../machines/settlement/calendar.ts';
import type { OwnedPack, OwnerSummary } from '../../schema/wire/api/owner.ts';
import { countFigures, fewPacks, keepFigures, periodOf } from '../../src/owners/figures.ts';
import { dueFigures } from '../../src/owners/keeper.ts';
import { residualFen, shareFen } from '../../src/owners/residual.ts';
import { createRandom } from '../../station-sim/random.ts';
import { code } from '../api/fixture.ts';
import { createLeaseWorld } from './lease-world.ts';

// An owner of so many packs that its figures are kept: the same as if everything were read, to the fen.

const packs = fewPacks + 60;
const month = '2026-08';
const from = startOfDay('2026-08-01');
const to = startOfDay('2026-09-01');
let world: Awaited<ReturnType<typeof createLeaseWorld>>;
/** Seconds in cars and fittings of each pack, reckoned here. */
const used: { seconds: number; swaps: number; soh: number | null }[] = [];

beforeAll(async () => {
  world = await createLeaseWorld();
  const { sql } = world;
  await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values ('BP-50', 'Fifty', 'LFP', 50000, 350, 330, 'frame-a', 'plug-400')`;
  const random = createRandom('owner figures');
  const batteries: object[] = [];
  const moves: object[] = [];
  for (let n = 1; n <= packs; n += 1) {
    const soh = n % 17 === 0 ? null : 60 + Math.floor(random.next() * 400) / 10;
    batteries.push({ code: code(n), soh });
    const use = { seconds: 0, swaps: 0, soh };
    let at = from - 10 * 86_400_000 + Math.floor(random.next() * 5e8);
    let inCar = random.next() < 0.5;
    for (let version = 1; at < to + 86_400_000; version += 1) {
      moves.push({ pack: code(n), version, kind: inCar ? 'vehicle' : 'slot', at: new Date(at).toISOString() });
      const next = at + Math.floor(random.next() * 20 * 86_400_000) + 1000;
      if (inCar) use.seconds += Math.max(0, Math.min(next, to) - Math.max(at, from)) / 1000;
      if (inCar && at >= from && at < to) use.swaps += 1;
      at = next;
      inCar = !inCar;
    }
    used.push(use);
  }
  await sql`insert into batteries (code, model, firmware, owner, soh_pct) select code, 'BP-50', '1', 'pack-bank', soh
    from jsonb_to_recordset(${JSON.stringify(batteries)}::text::jsonb) as x(code text, soh float8)`;
  await sql`insert into custody_moves (pack, version, to_kind, to_place, cause, occurred_at)
    select pack, version, kind, kind || '/' || pack, 'test', at
    from jsonb_to_recordset(${JSON.stringify(moves)}::text::jsonb) as x(pack text, version int, kind text, at timestamptz)`;
  await sql`insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at) values
    ('receivable:blue-taxi', 'payable:pack-bank', 1234567, 'statement', 's-1', 1, '2026-08-31T10:00:00Z')`;
}, 60_000);
afterAll(() => world?.end());

async function allPacks(): Promise<OwnedPack[]> {
  const items: OwnedPack[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const path: string = `owners/pack-bank/packs?month=${month}&limit=100${cursor ? `&cursor=${cursor}` : ''}`;
    const { status, body } = await world.get<{ items: OwnedPack[]; nextCursor: string | null }>(path, 'owner');
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}

test('each pack has its part of the income by the time in cars, as if all were shared out at once', async () => {
  const items = await allPacks();
  expect(items.map(({ code: of }) => of)).toEqual(Array.from({ length: packs }, (_, n) => code(n + 1)));
  const parts = shareFen(
    1_234_567,
    used.map(({ seconds }) => seconds),
  );
  expect(items.map(({ incomeFen }) => incomeFen)).toEqual(parts);
  expect(items.map(({ swaps }) => swaps)).toEqual(used.map(({ swaps }) => swaps));
});

test('the summary is the sum of them', async () => {
  const { body } = await world.get<OwnerSummary>(`owners/pack-bank/summary?month=${month}`, 'owner');
  const known = used.flatMap(({ soh }) => (soh === null ? [] : soh));
  expect(body).toMatchObject({
    packs,
    asOf: new Date(to).toISOString(),
    swaps: used.reduce((sum, { swaps }) => sum + swaps, 0),
    incomeFen: 1_234_567,
    residualPacks: known.length,
    residualFen: known.reduce((sum, soh) => sum + residualFen(50_000, soh), 0),
    meanSohPct: Number((known.reduce((sum, soh) => sum + soh, 0) / known.length).toFixed(1)),
    places: { unknown: packs },
    statuses: { inService: packs },
  });
});

test('what was kept stands until it is counted anew, and an earlier count does not replace a later one', async () => {
  await world.sql`insert into transfers (debit, credit, amount_fen, cause, cause_id, line, occurred_at) values
    ('receivable:blue-taxi', 'payable:pack-bank', 433, 'statement', 's-2', 1, '2026-08-31T11:00:00Z')`;
  const summary = async () => (await world.get<OwnerSummary>(`owners/pack-bank/summary?month=${month}`, 'owner')).body;
  expect((await summary()).incomeFen).toBe(1_234_567);
  const period = periodOf(month, Date.now());
  await keepFigures(world.db, 'pack-bank', { ...period, to: to - 86_400_000 });
  expect(await summary()).toMatchObject({ incomeFen: 1_234_567, asOf: new Date(to).toISOString() });
  await Promise.all([1, 2, 3].map(() => keepFigures(world.db, 'pack-bank', period)));
  expect(await summary()).toMatchObject({ incomeFen: 1_235_000 });
  const { totals: _, ...counted } = await countFigures(world.db, 'pack-bank', period);
  expect((await allPacks()).reduce((sum, { incomeFen }) => sum + incomeFen, 0)).toBe(counted.incomeFen);
});

test('due are this month and the last of every owner of many packs, and later what became old', async () => {
  const now = Date.now();
  const due = await dueFigures(world.db, now);
  expect(due.map(({ owner }) => owner)).toEqual(due.map(() => 'pack-bank'));
  for (const { owner, month: of } of due) await keepFigures(world.db, owner, periodOf(of, now));
  expect(await dueFigures(world.db, now)).toEqual([]);
  expect((await dueFigures(world.db, now + 11 * 60_000)).length).toBeGreaterThan(0);
});
