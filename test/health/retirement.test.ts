import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RetirementInputs } from '../../schema/wire/cascade/retirement.ts';
import { finish } from '../../src/follow-ups/store.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { retirementConsumer } from '../../src/health/retire.ts';
import { watchSlots } from '../../src/inventory/blocked-slots.ts';
import { code, createReadWorld, seedStation, vin } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
const station = 'bj-001';
const other = 'bj-002';
let swaps = 0;
beforeAll(async () => {
  world = await createReadWorld();
  await seedStation(world.sql, station, 1);
  await seedStation(world.sql, other, 1);
});
afterAll(() => world?.end());
beforeEach(() => world.sql`delete from follow_ups`);

const options = () => ({ db: world.db, log: world.options.log, claimMs: 0, waitMs: () => 0 });
const round = () => workOnce(options(), retirementConsumer());
const soon = () => world.sql`update follow_ups set due_at = now() - interval '1 second'`;

interface Seed {
  sohPct?: number;
  kind?: string;
  place?: string;
  at?: string | null;
  reservedBy?: string;
}

let serial = 5000;
/** A pack with its place, worn out unless it is said how healthy. */
async function seed({ sohPct = 70, kind = 'slot', place, at = station, reservedBy }: Seed = {}): Promise<string> {
  serial += 1;
  const pack = code(serial);
  const where = place ?? (kind === 'slot' ? `${at}/slot/${serial - 5000}` : `${kind}/${serial}`);
  await world.sql`insert into batteries (code, model, firmware, soh_pct, ready, reserved_by)
    values (${pack}, 'PLN-E50', '1', ${sohPct}, true, ${reservedBy ?? null})`;
  await world.sql`insert into custody (pack, kind, place, station, version, since) values (${pack}, ${kind}, ${where}, ${at}, 1, now())`;
  return pack;
}

/** A swap that has just been completed, the pack having come back. */
async function complete(pack: string | null): Promise<string> {
  swaps += 1;
  const id = `${station}.1.${swaps}`;
  await world.sql`insert into swaps (id, station, bay, vin, state, odometer_km, pack_out, in_position_at, released_at, ended_at)
    values (${id}, ${station}, '1', ${vin(1)}, 'completed', 1, ${pack}, now(), now(), now())`;
  await world.sql`delete from follow_ups where consumer = 'receipt'`;
  return id;
}

const packOf = async (pack: string) => {
  const [row] = await world.sql`select status, retiring, ready, changed_by from batteries where code = ${pack}`;
  return row;
};
const decisionOf = async (swap: string) => {
  const [row] = await world.sql<
    { retire: boolean; reasons: string[]; inputs: RetirementInputs; policy_version: number }[]
  >`
    select retire, reasons, inputs, policy_version from retirement_decisions where swap = ${swap}`;
  return row;
};
const ordersOf = (pack: string) => world.sql`select station, slot, state, reason from work_orders where pack = ${pack}`;
const versionOf = async (id: string) =>
  Number((await world.sql`select version from station_marks where station = ${id}`)[0]?.version);
const left = () => world.sql`select consumer, subject from follow_ups where consumer = 'retirement' order by subject`;

describe('the pack that came back', () => {
  test('stays when the policy has nothing against it; the decision and its inputs are on record', async () => {
    const pack = await seed({ sohPct: 91 });
    const swap = await complete(pack);
    const before = await versionOf(station);
    await round();
    expect(await decisionOf(swap)).toMatchObject({
      retire: false,
      reasons: [],
      policy_version: 1,
      inputs: { bmsSohPct: 91 },
    });
    expect(await packOf(pack)).toMatchObject({ status: 'inService', retiring: false, ready: true });
    expect(await versionOf(station)).toBe(before);
    expect(await left()).toEqual([]);
  });

  test('retires in its slot, with a removal order that stays, a line of the log, and its engine told', async () => {
    const pack = await seed();
    const swap = await complete(pack);
    const before = await versionOf(station);
    await round();
    // Given to nobody from here on.
    expect(await packOf(pack)).toMatchObject({ status: 'inService', retiring: true });
    expect(await versionOf(station)).toBe(before + 1);
    await round();
    expect(await packOf(pack)).toEqual({ status: 'retired', retiring: false, ready: false, changed_by: 'retirement' });
    expect(await decisionOf(swap)).toMatchObject({ retire: true, reasons: ['soh'] });
    expect(await ordersOf(pack)).toEqual([
      { station, slot: serial - 5000, state: 'open', reason: 'retired by policy: soh' },
    ]);
    expect(await left()).toEqual([]);
    await watchSlots(world.db);
    expect((await ordersOf(pack))[0]).toMatchObject({ state: 'open' });
    const lines =
      await world.sql`select type, body from events where station = ${station} and cause = 'retirement' order by n`;
    expect(lines.slice(-2)).toEqual([
      { type: 'packToRetire', body: { packs: [{ pack, swap, reasons: ['soh'] }] } },
      { type: 'packRetired', body: { packs: [{ pack, place: `${station}/slot/${serial - 5000}`, reasons: 'soh' }] } },
    ]);
    expect(await world.sql`select status, by from battery_history where code = ${pack} order by id`).toMatchObject([
      { status: 'inService' },
      { status: 'retired', by: 'retirement' },
    ]);
  });

  test('what its charges say stands above what its BMS says, once there are enough of them', async () => {
    const say = async (pack: string, sohPct: number, used: number) =>
      world.sql`insert into battery_health (pack, belief, soh_pct, low_pct, high_pct, readings, used, resistance_mohm, reference_mohm, judged_at)
        values (${pack}, '{}', ${sohPct}, ${sohPct - 3}, ${sohPct + 3}, ${used}, ${used}, 90, 70, now())`;
    const [young, worn] = [await seed({ sohPct: 95 }), await seed({ sohPct: 95 })];
    await say(young, 60, 2);
    await say(worn, 79, 3);
    const [first, second] = [await complete(young), await complete(worn)];
    await round();
    expect(await decisionOf(first)).toMatchObject({ retire: false, inputs: { estimate: { sohPct: 60, charges: 2 } } });
    expect(await decisionOf(second)).toMatchObject({ retire: true, inputs: { estimate: { sohPct: 79, charges: 3 } } });
  });

  test('a thermal event, or too great a difference between its cells at the hand-over, retires it', async () => {
    const [burnt, uneven] = [await seed({ sohPct: 95 }), await seed({ sohPct: 95 })];
    await world.sql`insert into thermal_events (pack, source, n, detail, occurred_at) values (${burnt}, 'bj-001/x', 1, 'smoke', now())`;
    const [first, second] = [await complete(burnt), await complete(uneven)];
    await world.sql`insert into custody_moves (pack, version, from_kind, from_place, to_kind, to_place, swap, cause, reading, occurred_at)
      values (${uneven}, 1, 'vehicle', 'x', 'lift', 'y', ${second}, 'packRead', ${world.sql.json({ socPct: 20, cellSpreadMv: 151 })}, now())`;
    await round();
    expect(await decisionOf(first)).toMatchObject({ reasons: ['thermalEvents'] });
    expect(await decisionOf(second)).toMatchObject({ reasons: ['cellSpread'], inputs: { cellSpreadMv: 151 } });
  });

  test('a swap of which nobody knows what came back is no decision, and no obstacle', async () => {
    await complete(null);
    await round();
    expect(await left()).toEqual([]);
  });
});

describe('never in a car, never while it moves', () => {
  test.each([
    ['vehicle', null],
    ['lift', station],
    ['berth', station],
    ['unknown', station],
  ])('on %s it waits, marked, and retires where it comes to rest', async (kind, at) => {
    const pack = await seed({ kind, at });
    await complete(pack);
    await round();
    for (let n = 0; n < 3; n += 1) {
      await soon();
      await round();
      expect(await packOf(pack)).toMatchObject({ status: 'inService', retiring: true });
      expect(await ordersOf(pack)).toEqual([]);
    }
    await world.sql`update custody set kind = 'slot', place = ${`${other}/slot/${serial - 5000}`}, station = ${other}, version = 2 where pack = ${pack}`;
    const before = await versionOf(other);
    await soon();
    await round();
    expect(await packOf(pack)).toMatchObject({ status: 'retired', retiring: false });
    expect(await ordersOf(pack)).toMatchObject([{ station: other, state: 'open' }]);
    expect(await versionOf(other)).toBe(before + 1);
    expect(await left()).toEqual([]);
  });

  test('a pack that moves between the look and the lock does not retire on the way, and is not forgotten', async () => {
    const pack = await seed();
    await complete(pack);
    await round();
    const subject = `pack/${pack}/1`;
    const handled = await retirementConsumer().handle(world.db, [subject]);
    await world.sql`update custody set kind = 'berth', place = 'bj-001/bay/1/berth/1', version = 2 where pack = ${pack}`;
    expect(await finish(world.db, 'retirement', handled)).toBe(1);
    expect(await packOf(pack)).toMatchObject({ status: 'inService', retiring: true });
    expect(await left()).toEqual([{ consumer: 'retirement', subject: `pack/${pack}/2` }]);
    await world.sql`update custody set kind = 'slot', place = ${`${station}/slot/40`}, version = 3 where pack = ${pack}`;
    await round();
    expect(await packOf(pack)).toMatchObject({ status: 'retired' });
  });

  test('one that is set aside for a reservation retires all the same; one that a person has retired is left alone', async () => {
    const [promised, done] = [await seed({ reservedBy: 'r-0000000000000001' }), await seed()];
    await complete(promised);
    await complete(done);
    await world.sql`update batteries set status = 'retired', changed_by = 'ann' where code = ${done}`;
    await round();
    await round();
    expect(await packOf(promised)).toMatchObject({ status: 'retired' });
    expect(await packOf(done)).toMatchObject({ status: 'retired', changed_by: 'ann', retiring: false });
  });
});

test('killed between reading and writing, done twice, done by three at once: one decision, one retirement, one order', async () => {
  const packs = await Promise.all([seed(), seed(), seed({ sohPct: 99 })]);
  const done = [];
  for (const pack of packs) done.push(await complete(pack));
  // Read and decided, and then nothing more is heard of that process.
  await retirementConsumer().handle(world.db, done);
  const before = await versionOf(station);
  for (let n = 0; n < 8; n += 1) {
    await soon();
    await Promise.all([round(), round(), round()]);
  }
  expect(await left()).toEqual([]);
  for (const swap of done) expect(await decisionOf(swap)).toBeDefined();
  for (const pack of packs.slice(0, 2)) {
    expect(await ordersOf(pack)).toHaveLength(1);
    expect(
      await world.sql`select status from battery_history where code = ${pack} and status = 'retired'`,
    ).toHaveLength(1);
  }
  expect(await packOf(packs[2] ?? '')).toMatchObject({ status: 'inService', retiring: false });
  expect(await versionOf(station)).toBeLessThanOrEqual(before + 4);
  // The same fact again, as after a restore: what was decided stands.
  await world.sql`insert into follow_ups (consumer, subject) values ('retirement', ${done[0] ?? ''})`;
  await round();
  expect(await world.sql`select count(*)::int as n from retirement_decisions where swap = ${done[0] ?? ''}`).toEqual([
    { n: 1 },
  ]);
  expect(await left()).toEqual([]);
});

test('decisions and policies are never changed', async () => {
  for (const table of ['retirement_decisions', 'retirement_policies']) {
    await expect(world.sql`delete from ${world.sql(table)}`).rejects.toThrow();
  }
});
