import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { newBay, stepStation } from '../../machines/step-station.ts';
import { connect, database } from '../../src/db/client.ts';
import { runStatement } from '../../src/db/statement.ts';
import { tellOtherSide } from '../../src/inventory/blocked-slots.ts';
import { moveStatement, readMovement } from '../../src/inventory/move.ts';
import { packCodeOf, vinOf } from '../../station-sim/codes.ts';
import { createRandom } from '../../station-sim/random.ts';
import { createKit, type Plc, sensors } from '../engine/kit.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const random = createRandom('engine');
const everybody = { role: 'admin', organisation: null, stations: null } as const;

/** A station with one ready pack in slot 1, or an empty one. */
async function stationWithPack({ empty = false } = {}) {
  const kit = await createKit(db);
  const pack = packCodeOf(kit.station, 1);
  await kit.startEngine({ stepStation, newBay });
  const plc = await kit.connect(kit.station, { greets: false });
  plc.hello({
    slots: [1, 2, 3, 4].map((slot) => ({
      slot,
      code: slot === 1 && !empty ? pack : null,
      socPct: slot === 1 && !empty ? 95 : null,
      charging: false,
      ready: slot === 1 && !empty,
    })),
  });
  const reading = { socPct: 95, maxCellC: 31, firmware: '3.0.0', model: 'PLN-E50' };
  if (!empty) {
    plc.say('packReady', { slot: 1, pack, registerWh: 1_000, reading });
    await plc.acked(plc.seq);
  }
  const client = (await connect({ databaseUrl: db.url, max: 1, name: 'people' }))();
  onTestFinished(() => client.end({ timeout: 1 }));
  const learnt = () =>
    waitFor(
      'the owner has taken the word',
      async () => (await kit.sql`select from wakeups where station = ${kit.station}`).length === 0,
    );
  return { ...kit, plc, pack, people: database(client), learnt };
}

function arrive(plc: Plc, vin: string, own: string) {
  plc.say('vehicleEntered', { bay: '1' });
  const vehicle = {
    vin,
    odometerKm: 1,
    firmware: '7',
    parked: true,
    hvOff: true,
    consent: true,
    pack: own,
    socPct: 20,
  };
  plc.say('vehicleInPosition', { bay: '1', vehicle });
  return plc.acked(plc.seq);
}

const swapOf = (sql: Awaited<ReturnType<typeof stationWithPack>>['sql'], station: string) =>
  waitFor('the swap ends', async () => {
    const [swap] = await sql`select state, reason from swaps where station = ${station} and ended_at is not null`;
    return swap;
  });

test('a new pack that fits and whose firmware the car does not accept: the swap is refused and nothing has moved', async () => {
  const { sql, station, plc, pack } = await stationWithPack();
  const vin = vinOf(random, 1);
  await sql`insert into vehicles (vin, firmwares) values (${vin}, '{2.4.1}') on conflict (vin) do update set firmwares = excluded.firmwares`;
  await arrive(plc, vin, packCodeOf(station, 9));
  expect((await plc.gets('command')).type).toBe('release');
  const [swap] = await sql`select state, reason from swaps where station = ${station}`;
  expect(swap).toEqual({ state: 'requested', reason: null });
  plc.say('commandResult', {
    id: (await plc.gets('command')).id,
    hash: (await plc.gets('command')).hash,
    outcome: 'completed',
    reason: null,
    detail: null,
    durationMs: 5,
    sensors: { ...sensors, exitLight: 'green' },
  });
  expect(await swapOf(sql, station)).toEqual({ state: 'refused', reason: 'firmwareMismatch' });
  expect(await sql`select type from outbox where station = ${station}`).toEqual([{ type: 'release' }]);
  const [facts] = await sql`select firmware, model, min_cell_c, max_cell_c, ready from batteries where code = ${pack}`;
  expect(facts).toEqual({ firmware: '3.0.0', model: 'PLN-E50', min_cell_c: 31, max_cell_c: 31, ready: true });
});

test('an engine learns of what people have moved before it decides again', async () => {
  const { sql, station, plc, pack, people, learnt } = await stationWithPack();
  const body = { pack, to: { kind: 'workshop' as const }, reason: 'worn' };
  const held = await readMovement(people, everybody, body);
  if (!held) throw new Error('the pack is not there');
  const made = await runStatement(people, moveStatement(held, { ...body, by: 'ann', at: new Date().toISOString() }));
  expect(made?.refusal).toBeNull();
  await learnt();
  await arrive(plc, vinOf(random, 2), packCodeOf(station, 9));
  expect((await plc.gets('command')).type).toBe('release');
  const lines = await sql`select source, type from events where station = ${station} order by n`;
  expect(lines).toContainEqual({ source: 'staff', type: 'packMoved' });
  expect(lines.at(-1)).not.toEqual({ source: 'staff', type: 'packMoved' });
});

test('charges are counted in the commit that records them', async () => {
  const { sql, plc, pack } = await stationWithPack();
  plc.say('chargeStarted', { slot: 1, pack, registerWh: 2_000, reading: { socPct: 30, maxCellC: 20 } });
  plc.say('chargeEnded', {
    slot: 1,
    pack,
    registerWh: 32_500,
    reason: 'full',
    reading: { socPct: 95, maxCellC: 44, throughputAh: 9_000 },
  });
  await plc.acked(plc.seq);
  const [counted] = await sql`
    select charge_wh, charge_ah, charge_from_wh, min_cell_c, max_cell_c from batteries where code = ${pack}`;
  expect(counted).toEqual({
    charge_wh: 30_500,
    charge_ah: 9_000,
    charge_from_wh: null,
    min_cell_c: 20,
    max_cell_c: 44,
  });
});

const incidentsOf = (sql: Awaited<ReturnType<typeof stationWithPack>>['sql'], station: string) =>
  waitFor('an incident', async () => {
    const rows = await sql`select code, packs, detail from incidents where station = ${station} and closed_at is null`;
    return rows.length > 0 && rows;
  });

test('a pack that two stations read: an incident with both places, set aside, and no car is opened for it', async () => {
  const one = await stationWithPack();
  const other = await stationWithPack();
  // What the first has in its slot is read in the second's isolation box.
  other.plc.say('packRead', { place: 'isolation/1', code: one.pack, commandId: null, reading: null });
  await other.plc.acked(other.plc.seq);
  const [incident] = await incidentsOf(other.sql, other.station);
  expect(incident).toMatchObject({ code: 'packInTwoPlaces', packs: [one.pack] });
  expect(incident?.detail).toContain(`isolation/1`);
  expect(incident?.detail).toContain(`${one.station}/slot/1`);
  const [facts] = await one.sql`select status, ready from batteries where code = ${one.pack}`;
  expect(facts).toEqual({ status: 'quarantined', ready: false });
  // The first is told of it by whoever looks after the inventory, and gives the pack to nobody.
  expect(await tellOtherSide(one.people)).toBe(1);
  await one.learnt();
  await arrive(one.plc, vinOf(random, 3), packCodeOf(one.station, 9));
  expect((await one.plc.gets('command')).type).toBe('release');
  expect(await one.sql`select type from outbox where station = ${one.station}`).toEqual([{ type: 'release' }]);
});

test.each(['retired', 'secondLife', 'recycled'])(
  'a %s pack that is read in a slot: an incident, and it is given to nobody',
  async (status) => {
    const { sql, station, plc } = await stationWithPack({ empty: true });
    const pack = packCodeOf(station, 2);
    await sql`insert into batteries (code, model, firmware, status) values (${pack}, 'PLN-E50', '3.0.0', ${status})`;
    await sql`insert into custody (pack, version, kind, place, since) values (${pack}, 1, 'truck', 'truck', now())`;
    plc.say('packRead', { place: 'slot/2', code: pack, commandId: null, reading: { socPct: 95 } });
    plc.say('packReady', { slot: 2, pack, registerWh: 1, reading: { socPct: 95 } });
    await plc.acked(plc.seq);
    const incidents = await incidentsOf(sql, station);
    expect(incidents).toContainEqual(
      expect.objectContaining({
        code: 'packNotForService',
        packs: [pack],
        detail: `${pack} is ${status} and has come to ${station}/slot/2, from truck`,
      }),
    );
    await arrive(plc, vinOf(random, 4), packCodeOf(station, 9));
    expect((await plc.gets('command')).type).toBe('release');
    expect(await sql`select type from outbox where station = ${station}`).toEqual([{ type: 'release' }]);
  },
);
