import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { newBay, stepStation } from '../../machines/step-station.ts';
import { everything } from '../../src/api/scope.ts';
import { readBattery } from '../../src/batteries/queries.ts';
import { changeBattery, seenAt } from '../../src/batteries/write.ts';
import { connect, database } from '../../src/db/client.ts';
import { runStatement } from '../../src/db/statement.ts';
import type { FaultPoints } from '../../src/platform/fault-points.ts';
import { packCodeOf, vinOf } from '../../station-sim/codes.ts';
import { createRandom } from '../../station-sim/random.ts';
import { createKit, sensors } from '../engine/kit.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const random = createRandom('wakes');
let cars = 0;

/** A station with a full pack in slot 1 and an empty one in slot 2, and a car in its bay. From then on the station says nothing more. */
async function stationWithCar(rest: { before?: 'resting'; faultPoints?: FaultPoints } = {}) {
  const kit = await createKit(db);
  const { sql, station } = kit;
  const [full, empty, own] = [1, 2, 9].map((n) => packCodeOf(station, n)) as [string, string, string];
  await kit.startEngine({ stepStation, newBay, ...(rest.faultPoints ? { faultPoints: rest.faultPoints } : {}) });
  const plc = await kit.connect(station, { greets: false });
  plc.hello({
    slots: [1, 2, 3, 4].map((slot) => ({
      slot,
      code: slot === 1 ? full : slot === 2 ? empty : null,
      socPct: slot === 1 ? 95 : slot === 2 ? 30 : null,
      charging: slot === 2,
      ready: slot === 1,
    })),
  });
  plc.say('packReady', { slot: 1, pack: full, registerWh: 1_000, reading: { socPct: 95 } });
  await plc.acked(plc.seq);
  const client = (await connect({ databaseUrl: db.url, max: 1, name: 'people' }))();
  onTestFinished(() => client.end({ timeout: 1 }));
  const people = database(client);

  /** As `PATCH batteries/{code}` does. */
  async function becomes(code: string, status: 'inService' | 'resting' | 'quarantined' | 'retired') {
    const pack = await readBattery(people, everything, code);
    if (!pack) throw new Error(`${code} is not there`);
    const by = { by: 'ann', expected: null, seenAt: await seenAt(people, pack) };
    expect(await runStatement(people, changeBattery(pack, { status, reason: 'a test' }, by))).not.toBeNull();
  }
  const learnt = () =>
    waitFor(
      'the owner has taken the word',
      async () => (await sql`select from wakeups where station = ${station}`).length === 0,
    );
  if (rest.before) {
    await becomes(full, rest.before);
    await learnt();
  }
  cars += 1;
  const vin = vinOf(random, cars);
  const car = { vin, odometerKm: 1, firmware: '7', parked: true, hvOff: true, consent: true, pack: own, socPct: 20 };
  plc.say('vehicleEntered', { bay: '1' });
  plc.say('vehicleInPosition', { bay: '1', vehicle: car });
  await plc.acked(plc.seq);
  const commands = async () =>
    (await sql<{ type: string }[]>`select type from outbox where station = ${station} order by event_n, id`).map(
      ({ type }) => type,
    );
  return { ...kit, plc, full, empty, own, vin, becomes, learnt, commands };
}

test('a car that waits for a pack gets the one that a person puts back into service, at once', async () => {
  const { sql, station, plc, full, becomes, commands } = await stationWithCar({ before: 'resting' });
  expect(await commands()).toEqual([]);
  await becomes(full, 'inService');
  expect((await plc.gets('command')).type).toBe('authorise');
  const [line] = await sql`
    select source, type, bay, swap, decided from events where station = ${station} order by n desc limit 1`;
  expect(line).toMatchObject({ source: 'staff', type: 'lookedAgain', bay: '1', swap: `${station}.1.1` });
  expect(JSON.stringify(line?.decided)).toContain('command authorise');
});

test('a car that waits is let go when the last pack that could be given to it is taken out of service', async () => {
  const { sql, station, plc, empty, becomes } = await stationWithCar({ before: 'resting' });
  await becomes(empty, 'quarantined');
  const command = await plc.gets('command');
  expect(command.type).toBe('release');
  const done = { outcome: 'completed', reason: null, detail: null, durationMs: 5 };
  const { id, hash } = command;
  plc.say('commandResult', { id, hash, ...done, sensors: { ...sensors, exitLight: 'green' } });
  const swap = await waitFor('the swap ends', async () => {
    const [row] = await sql`select state, reason from swaps where station = ${station} and ended_at is not null`;
    return row;
  });
  expect(swap).toEqual({ state: 'refused', reason: 'noCompatiblePack' });
});

test.each(['quarantined', 'retired'] as const)(
  'the pack in the car that stands in the bay becomes %s: its station hears of it at once',
  async (status) => {
    const { sql, station, plc, own, becomes, commands } = await stationWithCar({ before: 'resting' });
    expect(await commands()).toEqual([]);
    await becomes(own, status);
    if (status === 'retired') expect((await plc.gets('command')).type).toBe('release');
    const lines = await waitFor('a line in the log of the station', async () => {
      const rows =
        await sql`select body from events where station = ${station} and type = 'batteryChanged' and body ->> 'code' = ${own}`;
      return rows.length > 0 && rows;
    });
    expect(lines).toEqual([{ body: { code: own, reason: 'a test', status } }]);
  },
);

test('a pack that was chosen and is to retire is exchanged for another before the car is opened', async () => {
  const { sql, station, plc, full, empty, learnt } = await stationWithCar();
  expect((await plc.gets('command')).type).toBe('authorise');
  expect(await sql`select reserved_by from batteries where code = ${full}`).toEqual([
    { reserved_by: `${station}.1.1` },
  ]);
  plc.say('packReady', { slot: 2, pack: empty, registerWh: 2_000, reading: { socPct: 95 } });
  await plc.acked(plc.seq);
  // As the policy decides it, under the gate of the station.
  await sql`
    with gate as (update station_marks set version = version + 1 where station = ${station} returning station, version),
      marked as (update batteries set retiring = true where code = ${full}),
      wake as (insert into wakeups (station, version) select station, version from gate
        on conflict (station) do update set version = excluded.version returning station)
    select pg_notify('pitlane_wake', station) from wake`;
  await learnt();
  await waitFor('the other pack to be set aside', async () => {
    const [other] = await sql`select reserved_by from batteries where code = ${empty}`;
    return other?.reserved_by === `${station}.1.1`;
  });
});
