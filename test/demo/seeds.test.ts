import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeVin } from '../../schema/wire/vin-check.ts';
import { findKey } from '../../src/api/key-store.ts';
import { createKeyring } from '../../src/api/keys.ts';
import { type Database, database } from '../../src/db/client.ts';
import { describeSwap, endedSwaps } from '../../src/demo/announcer.ts';
import { ensureDemoKeys } from '../../src/demo/credentials.ts';
import { ownPacks, seedFleets, taxisOf } from '../../src/demo/fleets.ts';
import { seedPeople } from '../../src/demo/parties.ts';
import { prepareDemoStations } from '../../src/demo/stations.ts';
import { createPasswords } from '../../src/parties/passwords.ts';
import { hashSecret } from '../../src/plc/identity/secret.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';

let home: TestDatabase;
let sql: Sql;
let db: Database;
let folder: string;
beforeAll(async () => {
  home = await createTestDatabase();
  sql = postgres(home.url, { max: 2, onnotice: () => {} });
  db = database(sql);
  folder = await mkdtemp(join(tmpdir(), 'pitlane-demo-'));
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await home?.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('demo keys', () => {
  const verify = (key: string) => createKeyring({ find: (id) => findKey(db, id) }).verify(key);

  test('are made once, work, and are for their owner only', async () => {
    const file = join(folder, 'credentials.json');
    const keys = await ensureDemoKeys(db, file);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(keys);
    expect(Object.keys(keys).sort()).toEqual(['admin', 'fleet', 'owner', 'regulator', 'staff']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const [role, key] of Object.entries(keys)) expect(await verify(key)).toMatchObject({ role });
    expect(await ensureDemoKeys(db, file)).toEqual(keys);
    expect(await sql`select * from api_keys`).toHaveLength(5);
    expect(await verify(keys.fleet)).toMatchObject({ organisation: 'blue-taxi' });
    expect(await verify(keys.owner)).toMatchObject({ organisation: 'pack-bank' });
    const kinds = await sql`select kind, count(*)::int as n from organisations group by kind order by kind`;
    expect(kinds.map(({ kind, n }) => [kind, n])).toEqual([
      ['fleet', 2],
      ['operator', 1],
      ['owner', 1],
      ['regulator', 1],
    ]);
  });

  test('of the file work with a new database; what is spoilt in the file is made anew', async () => {
    const file = join(folder, 'credentials.json');
    const keys = JSON.parse(await readFile(file, 'utf8'));
    await sql`delete from api_keys`;
    await writeFile(file, JSON.stringify({ ...keys, staff: 'nonsense' }), { mode: 0o644 });
    const after = await ensureDemoKeys(db, file);
    expect(after.admin).toBe(keys.admin);
    expect(after.staff).not.toBe('nonsense');
    expect(await verify(after.staff)).toMatchObject({ role: 'staff' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await writeFile(file, 'not JSON');
    expect(await verify((await ensureDemoKeys(db, file)).fleet)).toMatchObject({ role: 'fleet' });
  });
});

describe('demo fleets and people', () => {
  test('are forty sound taxis of two fleets, once, shared out among the stations', async () => {
    for (let times = 0; times < 2; times++) await seedFleets(db);
    const rows = await sql<{ vin: string; plate: string; fleet: string; models: string[] }[]>`select * from vehicles`;
    expect(rows).toHaveLength(40);
    for (const { vin, models } of rows) expect([judgeVin(vin), models]).toEqual(['ok', ['PLN-E50']]);
    expect(new Set(rows.map(({ plate }) => plate)).size).toBe(40);
    expect(rows.filter(({ fleet }) => fleet === 'blue-taxi')).toHaveLength(20);
    const shared = taxisOf(['bj-001', 'bj-002']);
    expect(Object.values(shared).map((list) => list.length)).toEqual([20, 20]);
    expect(new Set(Object.values(shared).flat()).size).toBe(40);
    const fleetOf = (vin = '') => rows.find((row) => row.vin === vin)?.fleet;
    expect(Object.values(shared).map(([first]) => fleetOf(first))).toEqual(['blue-taxi', 'blue-taxi']);
  });

  test('own the packs that are seen, and leave those of others', async () => {
    const packs = ['PLNPE501111111F110000001', 'PLNPE501111111F110000002', 'PLNPE501111111F110000003'];
    for (const [at, code] of packs.entries()) {
      await sql`insert into batteries (code, model, firmware, owner) values (${code}, 'PLN-E50', '2.4.1', ${at === 1 ? 'somebody' : null})`;
      const [kind, place, station] = at === 2 ? ['truck', 'truck/1', null] : ['slot', `bj-001/slot/${at}`, 'bj-001'];
      await sql`insert into custody (pack, kind, place, station, version, since) values (${code}, ${kind}, ${place}, ${station}, 1, now())`;
    }
    expect(await ownPacks(db, ['bj-001'])).toBe(1);
    expect(await ownPacks(db, ['bj-001'])).toBe(0);
    const owners = await sql`select owner from batteries where code = any(${packs}) order by code`;
    expect(owners.map(({ owner }) => owner)).toEqual(['pack-bank', 'somebody', null]);
  });

  test('sign in with the password of the file; a lost file means another, not for whom somebody else has made', async () => {
    const file = join(folder, 'people.json');
    const made = await seedPeople(db, file, ['bj-001']);
    expect(made.people).toHaveLength(7);
    expect(await seedPeople(db, file, ['bj-001'])).toEqual(made);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const hashOf = async (role: string) =>
      (await sql`select password_hash from users where email = ${`${role}@demo.example`}`)[0]?.password_hash as string;
    const { verify } = createPasswords();
    expect(await verify(await hashOf('staff'), made.password)).toMatchObject({ right: true });
    await sql`update users set created_by = 'somebody' where role = 'owner'`;
    await rm(file);
    const again = await seedPeople(db, file, ['bj-001']);
    expect(again.password).not.toBe(made.password);
    expect(await verify(await hashOf('staff'), again.password)).toMatchObject({ right: true });
    expect(await verify(await hashOf('owner'), made.password)).toMatchObject({ right: true });
  });
});

describe('demo stations', () => {
  test('are registered in an empty database, keep their logins, and get new ones when the file is lost', async () => {
    const file = join(folder, 'logins.json');
    expect(await prepareDemoStations(db, file)).toEqual({ ids: ['bj-001', 'bj-002'], fresh: true });
    const logins = JSON.parse(await readFile(file, 'utf8'));
    const hashes = async () =>
      (await sql`select mqtt_secret_hash from stations order by id`).map((row) => row.mqtt_secret_hash);
    expect(await hashes()).toEqual([hashSecret(logins['bj-001'].password), hashSecret(logins['bj-002'].password)]);

    expect(await prepareDemoStations(db, file)).toEqual({ ids: ['bj-001', 'bj-002'], fresh: false });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(logins);

    await rm(file);
    await sql`update stations set retired_at = now() where id = 'bj-002'`;
    expect(await prepareDemoStations(db, file)).toEqual({ ids: ['bj-001'], fresh: false });
    const renewed = JSON.parse(await readFile(file, 'utf8'));
    expect((await hashes())[0]).toBe(hashSecret(renewed['bj-001'].password));
  });

  test('never join stations of somebody else', async () => {
    await sql`update stations set id = 'real-1', simulated = false where id = 'bj-001'`;
    await sql`delete from stations where id = 'bj-002'`;
    expect(await prepareDemoStations(db, join(folder, 'other.json'))).toEqual({ ids: [], fresh: false });
  });
});

describe('the announcer', () => {
  test('finds the swaps that ended in the lines of the log', () => {
    const events = [
      { decided: ['command release x', 'swap bj-001.1.7 completed', 'swap bj-001.1.8 running'] },
      { decided: null },
      { decided: ['swap bj-002.1.1 needs-person'] },
    ];
    expect(endedSwaps(events)).toEqual(['bj-001.1.7', 'bj-002.1.1']);
  });

  test('tells of a swap in one line', () => {
    const swap = {
      id: 'bj-001.1.7',
      station: 'bj-001',
      bay: '1',
      vehicle: 'LNBSCB3F6JD100001',
      fleet: null,
      state: 'completed' as const,
      reason: null,
      odometerKm: 1,
      packOut: 'PLNPB01ABCDEFGJ710000001',
      packIn: 'PLNPB01ABCDEFGJ710000002',
      packOutSocPct: 21.4,
      packInSocPct: 96.8,
      packOutEnergyWh: null,
      packInEnergyWh: null,
      enteredAt: null,
      inPositionAt: '2026-05-01T04:00:00.000Z',
      releasedAt: null,
      leftAt: null,
      endedAt: '2026-05-01T04:01:18.000Z',
      swapTimeMs: 78_400,
    };
    expect(describeSwap(swap)).toBe(
      '12:01:18  bj-001 bay 1  taxi LNBSCB3F6JD100001 swapped in 78.4 s: …000001 at 21 % out, …000002 at 97 % in  (bj-001.1.7)',
    );
    expect(describeSwap({ ...swap, state: 'refused', reason: 'noPack' })).toContain('refused: noPack');
  });
});
