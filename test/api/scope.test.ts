import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustodyAudit } from '../../schema/wire/api/battery.ts';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { StreamState } from '../../schema/wire/api/stream.ts';
import { issueKey } from '../../src/api/key-store.ts';
import type { BayDesk } from '../../src/stations/bay-desk.ts';
import { code, createReadWorld, type Listed, seedPack, seedStation, seedSwap, vin } from './fixture.ts';
import { framesOf, readUntil } from './sse.ts';

const bayOf = (station: string, swap: string, vehicle: string): Bay => ({
  station,
  bay: '1',
  state: 'swapping',
  swap,
  vehicle,
  robotStep: null,
  shuttleStep: null,
  waitingFor: null,
  safety: 'ready',
  sensors: null,
  allowed: [],
});
const bays = [bayOf('bj-001', 'bj-001.1.9', vin(9)), bayOf('bj-002', 'bj-002.1.9', vin(8))];
const desk: BayDesk = {
  readBays: async (stations) => bays.filter(({ station }) => stations.includes(station)),
  readStates: async () => [],
  act: () => Promise.reject(new Error('reached')),
  adopt: () => Promise.reject(new Error('reached')),
};

let world: Awaited<ReturnType<typeof createReadWorld>>;
/** Staff of bj-001; a fleet with one car, which is being swapped at bj-002. */
let staff: string;
let fleet: string;

beforeAll(async () => {
  world = await createReadWorld({ desk });
  const { sql, db } = world;
  for (const [id, serial] of [
    ['bj-001', 1],
    ['bj-002', 100],
  ] as const) {
    await seedStation(sql, id, 3, serial);
    await sql`insert into alarms (station, key, level, code, detail, raised_at, raised_n) values (${id}, 'k', 1, 'c', '', now(), 1)`;
    await sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n) values (${id}, 'k', 'packMoved', '[]', '', now(), 1)`;
    await sql`insert into dead_letters (station, journal_id, seq, boot, type, problem, payload, event_n) values (${id}, 'j', 1, 1, 't', 'p', '{}', 1)`;
    await sql`insert into events (station, n, occurred_at, source, type, bay, body) values (${id}, 1, now(), 'action', 'hold', '1', '{"reason":"r"}')`;
    await sql`insert into outbox (id, station, bay, machine, instance, swap, type, hash, message, decided_epoch, valid_boot, valid_until_beat, state, event_n)
      values (${`${id}/1/cycle/${id}.1.9/1.3.0`}, ${id}, '1', 'cycle', ${`${id}.1.9`}, ${`${id}.1.9`}, 'lock', 'h', '{"params":{}}', 1, 1, 20, 'sent', 4)`;
  }
  // A car of nobody's at bj-001, the fleet's at bj-002; each with its pack.
  await sql`insert into vehicles (vin, fleet) values (${vin(8)}, 'yinjian'), (${vin(9)}, null)`;
  await seedPack(sql, code(208), 'vehicle', `vehicle/${vin(8)}`, null);
  await seedPack(sql, code(209), 'vehicle', `vehicle/${vin(9)}`, null);
  await seedSwap(sql, { id: 'bj-001.1.9', vin: vin(9), state: 'running', minute: 9 });
  await seedSwap(sql, { id: 'bj-002.1.9', vin: vin(8), state: 'running', minute: 8 });
  await sql`update swaps set fleet = 'yinjian', pack_out = ${code(208)} where id = 'bj-002.1.9'`;
  await sql`update swaps set pack_out = ${code(209)} where id = 'bj-001.1.9'`;
  await sql`update slots set reserved_by = station || '.1.9' where slot = 1`;
  staff = await issueKey(db, 'staff', 'staff of bj-001', { stations: ['bj-001'] });
  fleet = await issueKey(db, 'fleet', 'a fleet', { organisation: 'yinjian' });
});
afterAll(() => world?.end());

async function ask<T = Listed>(key: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const answer = await world.app.request(`/api/v1/${path}`, {
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T };
}
const items = async (key: string, path: string) => (await ask(key, path)).body.items;

const lists = ['stations', 'swaps', 'batteries', 'events', 'alarms', 'incidents', 'dead-letters'];
describe('a key of one station', () => {
  test.each(lists)('%s: lists what is at its station', async (list) => {
    const all = await items(world.keys.staff, list);
    const seen = await items(staff, list);
    expect(all.length).toBeGreaterThan(seen.length);
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(seen)).not.toContain('bj-002');
    expect(await items(staff, `${list}?limit=1`)).toHaveLength(1);
    if (list !== 'stations') expect(await items(staff, `${list}?station=bj-002`)).toEqual([]);
  });

  test('sees the pack of a car that is being swapped there, and of no other', async () => {
    expect((await ask(staff, `batteries/${code(209)}`)).status).toBe(200);
    expect((await ask(staff, `batteries/${code(208)}`)).status).toBe(404);
  });

  test('examines its station only', async () => {
    const audit = async (query = '') => (await ask<CustodyAudit>(staff, `audit/custody${query}`)).body;
    expect(await audit()).toMatchObject({ examined: 2, stations: 1 });
    expect(await audit('?station=bj-001')).toEqual(await audit());
    expect(await audit('?station=bj-002')).toMatchObject({ examined: 0, stations: 0, violations: [] });
  });

  test('registers no station, whatever its role', async () => {
    const bound = await issueKey(world.db, 'admin', 'odd', { stations: ['bj-001'] });
    const registration = { id: 'bj-003', name: 'n', location: { lat: 39.9, lon: 116.4 } };
    expect(await ask<{ code: string }>(bound, 'stations', registration)).toMatchObject({ status: 403 });
  });
});

describe("a fleet's key", () => {
  test('sees its swaps, and the packs in its cars', async () => {
    expect((await items(fleet, 'swaps')).map(({ id }) => id)).toEqual(['bj-002.1.9']);
    expect((await ask(fleet, 'swaps/bj-002.1.9')).status).toBe(200);
    expect((await ask(fleet, 'swaps/bj-001.1.9')).status).toBe(404);
    expect((await items(fleet, 'batteries')).map((pack) => pack.code)).toEqual([code(208)]);
    expect((await ask(fleet, `batteries/${code(208)}`)).status).toBe(200);
    for (const foreign of [code(209), code(1)]) {
      expect((await ask(fleet, `batteries/${foreign}`)).status).toBe(404);
      expect((await ask(fleet, `batteries/${foreign}/custody`)).status).toBe(404);
    }
    expect(await items(fleet, `swaps?vehicle=${vin(9)}`)).toEqual([]);
  });

  test('sees all stations, and of others nothing but that a bay is busy', async () => {
    expect(await items(fleet, 'stations')).toHaveLength(2);
    expect(await items(fleet, 'stations/bj-002/bays')).toMatchObject([{ swap: 'bj-002.1.9', vehicle: vin(8) }]);
    expect((await ask<Bay>(fleet, 'stations/bj-001/bays/1')).body).toMatchObject({
      state: 'swapping',
      swap: null,
      vehicle: null,
    });
    expect((await items(fleet, 'stations/bj-002/slots'))[0]).toMatchObject({ reservedBy: 'bj-002.1.9' });
    expect((await items(fleet, 'stations/bj-001/slots'))[0]).toMatchObject({ reservedBy: null });
  });

  test('sees of a pack only the moves in its own swaps', async () => {
    await world.sql`insert into custody_moves (pack, version, to_kind, to_place, station, swap, cause, occurred_at)
      values (${code(208)}, 2, 'vehicle', ${`vehicle/${vin(9)}`}, 'bj-001', 'bj-001.1.9', 'read', now()),
             (${code(208)}, 3, 'vehicle', ${`vehicle/${vin(8)}`}, 'bj-002', 'bj-002.1.9', 'read', now())`;
    const moves = await items(fleet, `batteries/${code(208)}/custody`);
    expect(moves.map(({ version }) => version)).toEqual([3]);
  });
});

describe('the stream', () => {
  const listen = async (key: string) => {
    const leaving = new AbortController();
    const answer = await world.app.request('/api/v1/stream', {
      headers: { Authorization: `Bearer ${key}` },
      signal: leaving.signal,
    });
    if (!answer.body) throw new Error('no body');
    const reader = answer.body.getReader();
    const text = await readUntil(reader, (so) => so.includes('event: state') && so.endsWith('\n\n'));
    return { reader, state: framesOf(text)[0]?.data as StreamState, leave: () => leaving.abort() };
  };

  test('shows a key of one station that one', async () => {
    const { reader, state, leave } = await listen(staff);
    expect(JSON.stringify(state)).not.toContain('bj-002');
    expect(state).toMatchObject({
      stations: [{ id: 'bj-001' }],
      alarms: [{ key: 'k' }],
      swaps: [{ id: 'bj-001.1.9' }],
    });
    await world.sql`update alarms set level = 2`;
    await world.sql`update station_marks set version = version + 1`;
    const text = await readUntil(reader, (so) => so.includes('event: alarm') && so.endsWith('\n\n'));
    expect(text).toContain('bj-001');
    expect(text).not.toContain('bj-002');
    leave();
  });

  test("shows a fleet its own swaps, and others' cars to nobody", async () => {
    const { reader, state, leave } = await listen(fleet);
    expect(state.stations).toHaveLength(2);
    expect(state.swaps.map(({ id }) => id)).toEqual(['bj-002.1.9']);
    expect(JSON.stringify(state)).not.toContain('bj-001.1.9');
    await world.sql`update slots set locked = true where slot = 1`;
    await world.sql`update swaps set reason = 'r'`;
    await world.sql`update station_marks set version = version + 1`;
    const text = await readUntil(reader, (so) => so.includes('event: swap') && so.endsWith('\n\n'));
    expect(text).toContain('bj-002.1.9');
    expect(text).not.toContain('bj-001.1.9');
    leave();
  });
});
