import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stationRegistration } from '../../schema/wire/api/registration.ts';
import { connect, type Database, database, type Sql } from '../../src/db/client.ts';
import { hashSecret } from '../../src/plc/identity/secret.ts';
import { registerStation, retireStation, rotateSecret } from '../../src/stations/register.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';

let server: TestDatabase;
let sql: Sql;
let own: Sql;
let db: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  const open = await connect({ databaseUrl: server.url, max: 4, name: 'test-register' });
  [sql, own] = [open(), open()];
  db = database(own);
});
afterAll(async () => {
  await Promise.all([sql, own].map((client) => client.end({ timeout: 1 })));
  await server.drop();
});

const registration = (id: string, changes: Record<string, unknown> = {}) =>
  stationRegistration.parse({ id, name: `Station ${id}`, location: { lat: 39.9, lon: 116.4 }, ...changes });

const by = 'operator';

describe('a registered station', () => {
  test('has its row, a mark, its slots, a line in the log and a wake-up for its owner', async () => {
    const login = await registerStation(db, registration('bj-101', { slots: 12, powerLimitW: 320_000 }), { by });
    const [station] = await sql`select * from stations where id = 'bj-101'`;
    expect(station).toMatchObject({ city: 'Beijing', simulated: false, retired_at: null });
    expect(station?.mqtt_secret_hash).toBe(hashSecret(login?.password ?? ''));
    expect(station?.mqtt_password_entry).toMatch(/^\$7\$101\$/);
    expect(station?.type).toMatchObject({ slots: 12, stationPowerW: 320_000, bays: [{ bay: '1', berths: 2 }] });
    expect(await sql`select event_n::int, seq::int, version::int from station_marks where station = 'bj-101'`).toEqual([
      { event_n: 1, seq: 0, version: 0 },
    ]);
    expect(await sql`select count(*)::int as n from slots where station = 'bj-101'`).toEqual([{ n: 12 }]);
    expect(await sql`select n::int, source, type, cause from events where station = 'bj-101'`).toEqual([
      { n: 1, source: 'staff', type: 'stationRegistered', cause: 'operator' },
    ]);
    expect(await sql`select version::int from wakeups where station = 'bj-101'`).toEqual([{ version: 0 }]);
    expect(login).toEqual({ username: 'bj-101', password: expect.any(String), clientId: 'bj-101' });
  });

  test('keeps its id for ever: a second one is refused and changes nothing', async () => {
    await registerStation(db, registration('bj-102'), { by });
    expect(await registerStation(db, registration('bj-102', { name: 'Other' }), { by })).toBeNull();
    await retireStation(db, 'bj-102', { by });
    expect(await registerStation(db, registration('bj-102', { name: 'Other' }), { by })).toBeNull();
    expect(await sql`select name from stations where id = 'bj-102'`).toEqual([{ name: 'Station bj-102' }]);
  });

  test('goes to the partition with the fewest stations', async () => {
    for (let n = 0; n < 70; n += 1) await registerStation(db, registration(`sz-${n}`), { by });
    const rows =
      await sql`select partition, count(*)::int as n from stations where retired_at is null group by partition`;
    expect(rows).toHaveLength(64);
    expect(
      rows
        .map(({ n }) => n)
        .sort()
        .slice(0, 1),
    ).toEqual([1]);
    expect(Math.max(...rows.map(({ n }) => n))).toBe(2);
  });

  test('registered twice at once is registered once', async () => {
    const both = await Promise.all([1, 2].map(() => registerStation(db, registration('bj-103'), { by })));
    expect(both.filter((login) => login !== null)).toHaveLength(1);
  });
});

describe('a new password', () => {
  test('replaces the old one, under the gate, with a line in the log', async () => {
    const first = await registerStation(db, registration('bj-104'), { by });
    const second = await rotateSecret(db, 'bj-104', { by: 'key-1' });
    expect(second?.password).not.toBe(first?.password);
    expect(await sql`select mqtt_secret_hash from stations where id = 'bj-104'`).toEqual([
      { mqtt_secret_hash: hashSecret(second?.password ?? '') },
    ]);
    expect(await sql`select version::int, event_n::int from station_marks where station = 'bj-104'`).toEqual([
      { version: 1, event_n: 2 },
    ]);
    expect(await sql`select n::int, type, cause from events where station = 'bj-104' order by n`).toEqual([
      { n: 1, type: 'stationRegistered', cause: 'operator' },
      { n: 2, type: 'credentialsRotated', cause: 'key-1' },
    ]);
    expect(await sql`select version::int from wakeups where station = 'bj-104'`).toEqual([{ version: 1 }]);
  });

  test('is not given to a station that is unknown or closed', async () => {
    expect(await rotateSecret(db, 'bj-999', { by })).toBeNull();
    await registerStation(db, registration('bj-105'), { by });
    expect(await retireStation(db, 'bj-105', { by })).toBe(true);
    expect(await rotateSecret(db, 'bj-105', { by })).toBeNull();
    expect(await retireStation(db, 'bj-105', { by })).toBe(false);
    expect(
      await sql`select mqtt_secret_hash, mqtt_password_entry, retired_at is not null as retired from stations where id = 'bj-105'`,
    ).toEqual([{ mqtt_secret_hash: null, mqtt_password_entry: null, retired: true }]);
  });
});
