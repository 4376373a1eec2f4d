import { afterAll, beforeAll, expect, test } from 'vitest';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { healthConsumer } from '../../src/health/judge-charges.ts';
import { createRandom } from '../../station-sim/random.ts';
import type { Pack } from '../../station-sim/world/model.ts';
import { addCharge, createPack, drainTo, packModel, readBms, socOf, trueHealth } from '../../station-sim/world/pack.ts';
import { createReadWorld, seedStation } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
const station = 'bj-001';
let eventN = 0;
let at = Date.parse('2026-08-01T00:00:00Z');
beforeAll(async () => {
  world = await createReadWorld();
  await seedStation(world.sql, station);
  await world.sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values (${packModel}, 'Pitlane 50', 'NCM', 55000, 352, 330, 'frame-a', 'plug-400') on conflict do nothing`;
});
afterAll(() => world?.end());

const options = () => ({ db: world.db, log: world.options.log, claimMs: 0, waitMs: () => 0 });
const left = async () =>
  Number((await world.sql`select count(*)::int as n from follow_ups where consumer = 'health'`)[0]?.n);
async function judgeAll(): Promise<void> {
  for (let rounds = 0; rounds < 200 && (await left()) > 0; rounds += 1) await workOnce(options(), healthConsumer());
  expect(await left()).toBe(0);
}

async function known(serial: number): Promise<Pack> {
  const pack = createPack(`soh-${serial}`, serial, createRandom(`pack/${serial}`), 90);
  await world.sql`insert into batteries (code, model, firmware) values (${pack.code}, ${packModel}, '1') on conflict do nothing`;
  return pack;
}

const record = (pack: Pack, phase: 'started' | 'ended', registerWh: number, reading: object | null, slot = 1) => {
  eventN += 1;
  return world.sql`insert into charges (station, event_n, position, slot, pack, phase, register_wh, reading, occurred_at)
    values (${station}, ${eventN}, 0, ${slot}, ${pack.code}, ${phase}, ${registerWh}, ${world.sql.json(reading as never)}, ${new Date(at)})`;
};

/** A taxi has driven; the pack is charged in a slot, as the simulator's BMS tells of it. */
async function charge(pack: Pack, random = createRandom(`charge/${pack.code}/${eventN}`)): Promise<void> {
  drainTo(pack, random.between(10, 40), 0, random);
  await record(pack, 'started', 1_000, readBms(pack, 0));
  while (socOf(pack) < 94) addCharge(pack, 1_000);
  at += 4_000_000;
  await record(pack, 'ended', 41_000, readBms(pack, 0));
  at += 20_000_000;
}

interface Stored {
  soh_pct: number | null;
  low_pct: number;
  high_pct: number;
  readings: number;
  used: number;
  resistance_mohm: number;
  reference_mohm: number;
}
const healthOf = async ({ code }: Pack): Promise<Stored> => {
  const [row] = await world.sql<Stored[]>`select * from battery_health where pack = ${code}`;
  if (!row) throw new Error(`nothing is believed of ${code}`);
  return row;
};
const historyOf = ({ code }: Pack) => world.sql`select * from battery_health_readings where pack = ${code} order by n`;

test('every charge leaves a belief and one line, near the truth and with its interval', async () => {
  const packs = await Promise.all([1, 2, 3, 4, 5, 6].map(known));
  for (let n = 0; n < 12; n += 1) for (const pack of packs) await charge(pack);
  await judgeAll();
  for (const pack of packs) {
    const { soh_pct, low_pct, high_pct, readings, used } = await healthOf(pack);
    expect({ readings, used }).toEqual({ readings: 12, used: 12 });
    expect(Math.abs((soh_pct ?? 0) - 100 * trueHealth(pack))).toBeLessThan(5);
    expect(low_pct).toBeLessThan(100 * trueHealth(pack));
    expect(high_pct).toBeGreaterThan(100 * trueHealth(pack));
    const lines = await historyOf(pack);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    for (const line of lines)
      expect(line).toMatchObject({ ignored: null, noise_pct: expect.any(Number), metered_wh: '40000' });
    expect(Number(lines.at(-1)?.high_pct) - Number(lines.at(-1)?.low_pct)).toBeLessThan(
      Number(lines[0]?.high_pct) - Number(lines[0]?.low_pct),
    );
  }
});

test('several processes at once, and the same again: each charge counts once, in order', async () => {
  const packs = await Promise.all([11, 12, 13].map(known));
  for (let n = 0; n < 6; n += 1) for (const pack of packs) await charge(pack);
  // A claim that runs out at once: all take the same facts again and again.
  while ((await left()) > 0) await Promise.all([1, 2, 3].map(() => workOnce(options(), healthConsumer())));
  for (const pack of packs) {
    expect(await healthOf(pack)).toMatchObject({ readings: 6, used: 6 });
    const lines = await historyOf(pack);
    expect(lines.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(lines.map(({ ended_at }) => ended_at)).toEqual(lines.map(({ ended_at }) => ended_at).sort((a, b) => a - b));
    expect(new Set(lines.map((line) => line.charge)).size).toBe(6);
  }
});

test('a charge outside the limits leaves a line that says why, and the belief', async () => {
  const pack = await known(21);
  await charge(pack);
  await judgeAll();
  const before = await healthOf(pack);
  // Nobody has told of the start; the reading is none; a start in another slot; of another charge.
  at += 1_000_000;
  await record(pack, 'ended', 5, { socPct: 90, throughputAh: 5 });
  await record(pack, 'started', 5, null);
  at += 4_000_000;
  await record(pack, 'ended', 5, { socPct: 90, throughputAh: 5 });
  await record(pack, 'started', 5, readBms(pack, 0), 2);
  at += 4_000_000;
  await record(pack, 'ended', 5, readBms(pack, 0), 3);
  await record(pack, 'started', 5, { socPct: 50, throughputAh: 5, maxCellC: 20 });
  at += 4_000_000;
  await record(pack, 'ended', 5, { socPct: 60, throughputAh: 25, maxCellC: 20 });
  await judgeAll();
  const lines = await historyOf(pack);
  expect(lines.map(({ ignored }) => ignored)).toEqual([null, 'noStart', 'nothingCounted', 'noStart', 'spanTooSmall']);
  const after = await healthOf(pack);
  expect(after).toMatchObject({ readings: 5, used: 1, soh_pct: before.soh_pct });
  // It has only grown older, so less sure.
  expect(after.high_pct).toBeGreaterThanOrEqual(before.high_pct);
});

test('a pack of which nobody has said what it is rated for has no estimate, and no invented one', async () => {
  const pack = await known(31);
  await world.sql`update batteries set model = 'who-knows' where code = ${pack.code}`;
  await charge(pack);
  await judgeAll();
  expect(await healthOf(pack)).toMatchObject({ soh_pct: null, low_pct: null, readings: 1, used: 0 });
  expect((await historyOf(pack))[0]).toMatchObject({ ignored: 'ratedCapacityUnknown', read_pct: null, soh_pct: null });
});

test('resistance is held against the first that was read', async () => {
  const pack = await known(41);
  await charge(pack);
  await judgeAll();
  const first = (await healthOf(pack)).resistance_mohm;
  pack.resistanceMohm *= 1.5;
  await charge(pack);
  await judgeAll();
  const { reference_mohm, resistance_mohm } = await healthOf(pack);
  expect(reference_mohm).toBe(first);
  expect(resistance_mohm / reference_mohm).toBeCloseTo(1.5, 1);
});

test('the station is told of an estimate that is new, not of every charge', async () => {
  const version = async () =>
    Number((await world.sql`select version from station_marks where station = ${station}`)[0]?.version);
  const pack = await known(51);
  const start = await version();
  await charge(pack);
  await judgeAll();
  expect(await version()).toBe(start + 1);
  for (let n = 0; n < 15; n += 1) await charge(pack);
  await judgeAll();
  expect(await version()).toBeLessThan(start + 10);
  const told = await version();
  for (let n = 0; n < 3; n += 1) await charge(pack);
  await judgeAll();
  expect(await version()).toBe(told);
});

test('lines are never changed, and a charge nobody knows is a problem, not a line', async () => {
  await expect(world.sql`update battery_health_readings set ignored = 'x'`).rejects.toThrow();
  await expect(world.sql`delete from battery_health_readings`).rejects.toThrow();
  await world.sql`insert into follow_ups (consumer, subject) values ('health', 'bj-001/999999/0')`;
  await workOnce(options(), healthConsumer());
  expect(await world.sql`select problem from follow_ups where subject = 'bj-001/999999/0'`).toEqual([
    { problem: 'chargeUnknown: there is no charge bj-001/999999/0' },
  ]);
  await world.sql`delete from follow_ups where subject = 'bj-001/999999/0'`;
});
