import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/db/client.ts';
import { migrate, requireSchema } from '../../src/db/migrate.ts';
import { migrationsFolder, readMigrations } from '../../src/db/migrations-folder.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';

let db: TestDatabase;
let owner: Sql;
let runtime: Sql;
beforeAll(async () => {
  db = await createTestDatabase();
  owner = postgres(db.url, { max: 2, onnotice: () => {} });
  runtime = (await connect({ databaseUrl: db.url, max: 2, name: 'test' }))();
});
afterAll(async () => {
  await owner.end({ timeout: 1 });
  await runtime.end({ timeout: 1 });
  await db.drop();
});

const addEvent = (sql: Sql, n: number, recordedAt = new Date()) =>
  sql`insert into events (station, n, recorded_at, occurred_at, source, type)
      values ('bj-001', ${n}, ${recordedAt}, now(), 'record', 'booted')`;

describe('migrations', () => {
  it('stand in ascending order of time, each with its file', async () => {
    const migrations = await readMigrations();
    expect(migrations.length).toBeGreaterThanOrEqual(2);
    const journal = JSON.parse(await readFile(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'));
    const times = journal.entries.map(({ when }: { when: number }) => when);
    expect(times).toEqual([...times].sort((a: number, b: number) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });

  it('are applied once, also by two processes at the same moment', async () => {
    const [{ name } = { name: '' }] = await owner<{ name: string }[]>`select current_database() || '_twice' as name`;
    await owner.unsafe(`create database ${name}`);
    onTestFinished(async () => {
      await owner.unsafe(`drop database ${name} with (force)`);
    });
    const databaseUrl = db.url.replace(/[^/]*$/, name);
    const [first, second] = await Promise.all([migrate({ databaseUrl }), migrate({ databaseUrl })]);
    const all = (await readMigrations()).map(({ tag }) => tag);
    expect([...first, ...second].sort()).toEqual(all);
    expect(await migrate({ databaseUrl })).toEqual([]);
  });

  it('are asked for by a sentence when they are missing, and refused when they are not ours', async () => {
    const migrations = await readMigrations();
    await expect(requireSchema(owner)).resolves.toBeUndefined();
    const later = { tag: '9999_later', hash: 'x', text: 'select 1' };
    await expect(requireSchema(owner, [...migrations, later])).rejects.toThrow(
      'The database lacks 9999_later: run "npm run db:migrate" first.',
    );
    await expect(requireSchema(owner, migrations.slice(0, -1))).rejects.toThrow('use a newer program');
    const changed = migrations.map((migration, index) => (index === 0 ? { ...migration, hash: 'other' } : migration));
    await expect(requireSchema(owner, changed)).rejects.toThrow('differs from the one this database was made with');
    const early = [later, ...migrations];
    await expect(requireSchema(owner, early)).rejects.toThrow(
      'is missing in the database although later ones are there',
    );
  });
});

describe('the log', () => {
  it('takes rows and never changes or loses one, whoever asks', async () => {
    await addEvent(runtime, 1);
    await expect(runtime`update events set type = 'x'`).rejects.toThrow('permission denied');
    await expect(runtime`delete from events`).rejects.toThrow('permission denied');
    await expect(runtime`delete from custody_moves`).rejects.toThrow('permission denied');
    await expect(owner`update events set type = 'x'`).rejects.toThrow('is append-only');
    await expect(owner`delete from events`).rejects.toThrow('is append-only');
    await expect(owner`truncate events`).rejects.toThrow('is append-only');
    await expect(owner`truncate custody_moves`).rejects.toThrow('is append-only');
  });

  it('has a partition for each of the coming months, and loses nothing where there is none', async () => {
    const months = await owner<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass`;
    expect(months.length).toBeGreaterThanOrEqual(6);
    await addEvent(runtime, 2, new Date('2051-03-04T05:06:07Z'));
    const [far] = await owner<{ place: string }[]>`select tableoid::regclass::text as place from events where n = 2`;
    expect(far?.place).toBe('events_default');
    // The month whose row lies there already is left alone; the others are made.
    const [made] = await runtime<{ n: number }[]>`select make_event_partitions(8) as n`;
    expect(made?.n).toBe(5);
    const [again] = await runtime<{ n: number }[]>`select make_event_partitions(8) as n`;
    expect(again?.n).toBe(0);
  });
});

describe('custody', () => {
  const put = (pack: string, kind: string, place: string) =>
    owner`insert into custody (pack, kind, place, version, since) values (${pack}, ${kind}, ${place}, 1, now())`;

  it('never holds two packs at one place, lets two change places at once, and any number at places for many', async () => {
    await put('A', 'slot', 'bj-001/slot/1');
    await put('B', 'slot', 'bj-001/slot/2');
    await expect(put('C', 'slot', 'bj-001/slot/1')).rejects.toMatchObject({ code: '23P01' });
    await owner`
      update custody set place = case pack when 'A' then 'bj-001/slot/2' else 'bj-001/slot/1' end where pack in ('A', 'B')`;
    await put('D', 'unknown', 'unknown');
    await put('E', 'unknown', 'unknown');
    await expect(put('F', 'pocket', 'x')).rejects.toMatchObject({ code: '23514' });
    await expect(put('A', 'unknown', 'unknown')).rejects.toMatchObject({ code: '23505' });
  });
});

describe('connections', () => {
  it('carry arrays both ways without asking the server what they are', async () => {
    const texts = ['plain', 'with "quotes"', 'back\\slash', 'comma, brace }', '', 'NULL', '换电'];
    const [row] = await runtime<{ texts: string[]; numbers: number[]; nothing: string[]; some: (string | null)[] }[]>`
      select ${texts}::text[] as texts, ${[1, -2, 3]}::smallint[] as numbers, ${[]}::text[] as nothing,
        array['a', null] as some`;
    expect(row).toEqual({ texts, numbers: [1, -2, 3], nothing: [], some: ['a', null] });
    expect(await runtime`select 1 where 'plain' = any(${texts})`).toHaveLength(1);
  });
});

describe('runtime role', () => {
  it('is what the service works as', async () => {
    const [row] =
      await runtime`select current_user as role, current_setting('statement_timeout') as "statementTimeout"`;
    expect(row).toEqual({ role: 'pitlane_runtime', statementTimeout: '4s' });
    await expect(runtime`create table mine (x int)`).rejects.toThrow('permission denied');
    await expect(runtime`select count(*) from api_keys`).resolves.toHaveLength(1);
  });
});
