import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DemoPeople } from '../../src/demo/parties.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { type Program, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pitlane-start-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const start = async (env: Record<string, string>): Promise<Program> =>
  startProgram('src/main', {
    env: { DATA_DIR: await folder(), PORT: '0', EMBEDDED_MQTT_PORT: '0', LOG_LEVEL: 'warn', ...env },
  });

/** What a program that does not start says, and how it ends. */
async function failing(env: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const program = await start(env);
  const code = await program.exited;
  return {
    code,
    said: program
      .output()
      .split('\n')
      .filter((line) => !line.startsWith('{'))
      .join('\n')
      .trim(),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The processes it started: the simulator and the database server. */
async function childrenOf(dataDir: string): Promise<number[]> {
  const simulator = await readFile(join(dataDir, 'simulator/simulator.pid'), 'utf8');
  const server = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8');
  return [Number(simulator), Number(server.split('\n')[0])];
}

test('from an empty folder to a swapped taxi within 15 s, through a kill of everything, and down within 5 s', async () => {
  const dataDir = await folder();
  const first = await start({ DATA_DIR: dataDir });
  const [, url = ''] = await first.saw(/Open (http:\/\/127\.0\.0\.1:\d+) in a browser/, 60_000);
  const readyAt = performance.now();
  const file = join(dataDir, 'credentials.json');
  const keys = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  expect(Object.keys(keys).sort()).toEqual(['admin', 'fleet', 'owner', 'regulator', 'staff']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { password, people } = JSON.parse(await readFile(join(dataDir, 'people.json'), 'utf8')) as DemoPeople;
  await first.saw(new RegExp(`Sign in with the password ${password} as`));
  for (const email of people) await first.saw(new RegExp(`^  ${email} +[a-z]`, 'm'));
  expect(first.output().match(/http:\/\//g), 'one address is enough').toHaveLength(1);
  await first.saw(/taxi \S+ swapped in [\d.]+ s/, 15_000);
  expect(performance.now() - readyAt).toBeLessThan(15_000);
  const ask = (path: string, as = 'regulator') =>
    fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${keys[as]}` } });
  const itemsOf = async (path: string, as?: string) =>
    ((await (await ask(path, as)).json()) as { items: Record<string, unknown>[] }).items;
  expect((await itemsOf('/api/v1/swaps?state=completed')).at(-1)).toMatchObject({ state: 'completed' });
  // The first taxi is of the fleet whose key is in the file, and its pack is the owner's.
  expect((await itemsOf('/api/v1/swaps?state=completed', 'fleet')).at(-1)).toMatchObject({ fleet: 'blue-taxi' });
  expect(await itemsOf('/api/v1/vehicles?limit=200', 'fleet')).toHaveLength(20);
  expect(await itemsOf('/api/v1/vehicles?limit=200')).toHaveLength(40);
  const [owned] = await itemsOf('/api/v1/batteries?limit=1', 'owner');
  expect(owned).toMatchObject({ owner: 'pack-bank', model: 'PLN-E50' });

  const children = await childrenOf(dataDir);
  for (const pid of [...children, first.pid]) process.kill(pid, 'SIGKILL');
  expect(await first.exited).toBe('SIGKILL');

  const second = await start({ DATA_DIR: dataDir });
  await second.saw(/Pitlane is ready/, 60_000);
  await second.saw(/taxi \S+ swapped in [\d.]+ s/, 15_000);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(keys);
  expect(second.output()).not.toMatch(/^\s+at /m);

  const later = await childrenOf(dataDir);
  const stopping = performance.now();
  expect(await second.stop('SIGINT')).toBe(0);
  expect(performance.now() - stopping).toBeLessThan(5_000);
  await waitFor('everything it started to be gone', () => [...children, ...later].every((pid) => !isAlive(pid)));
}, 180_000);

describe('what keeps it from starting is one sentence', () => {
  test('a busy port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    expect(await failing({ PORT: String(port) })).toEqual({
      code: 1,
      said: `Port ${port} is in use by another program: stop it, or set PORT to another one.`,
    });
  });

  test('a database or broker that is not there', async () => {
    const nowhere = await failing({
      DATABASE_URL: 'postgres://u:secret@127.0.0.1:9/x',
      MQTT_URL: 'mqtt://127.0.0.1:9',
    });
    expect(nowhere).toEqual({
      code: 1,
      said: 'The database at 127.0.0.1:9 cannot be used: nothing listens there. Check DATABASE_URL and whether the server runs.',
    });
    const { url, drop } = await createTestDatabase();
    onTestFinished(drop);
    const brokerless = await failing({ DATABASE_URL: url, MQTT_URL: 'mqtt://127.0.0.1:9' });
    expect(brokerless.code).toBe(1);
    expect(brokerless.said).toMatch(/^The MQTT broker at 127\.0\.0\.1:9 cannot be used: nothing listens there\. .*$/);
  });

  test('a database without the schema, or with a newer one', async () => {
    const { url, drop } = await createTestDatabase();
    onTestFinished(drop);
    const broker = await startTestBroker();
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    onTestFinished(() => sql.end({ timeout: 1 }));
    await sql`insert into schema_migrations (tag, hash) values ('9999_future', 'x')`;
    const newer = await failing({ DATABASE_URL: url, MQTT_URL: broker.url });
    expect([newer.code, newer.said]).toEqual([
      1,
      expect.stringMatching(/^The database has migration 9999_future, .*$/),
    ]);
    await sql`drop table schema_migrations`;
    const older = await failing({ DATABASE_URL: url, MQTT_URL: broker.url });
    expect([older.code, older.said]).toEqual([
      1,
      expect.stringMatching(/^The database lacks .*"npm run db:migrate" first\.$/),
    ]);
  });

  test('a wrong setting', async () => {
    expect(await failing({ TIME_SCALE: 'fast' })).toMatchObject({
      code: 1,
      said: 'TIME_SCALE must be a number from 1 to 1000, but it is "fast".',
    });
  });
}, 60_000);

test('processes may be split by role: one runs the stations, another answers for them', async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const broker = await startTestBroker();
  const shared = { DATABASE_URL: url, MQTT_URL: broker.url };
  const engine = await start({ ...shared, PITLANE_ROLES: 'engine' });
  await engine.saw(/Pitlane is ready/);
  expect(engine.output()).not.toContain('browser');
  const [, health = ''] = await engine.saw(/(http:\/\/127\.0\.0\.1:\d+)\/healthz/);
  const get = async (path: string) => (await fetch(`${health}${path}`)).status;
  expect(await get('/healthz')).toBe(200);
  await waitFor('the engine to be ready', async () => (await get('/readyz')) === 200);
  expect([await get('/metrics'), await get('/api/v1/stations'), await get('/')]).toEqual([401, 404, 404]);
  const dataDir = await folder();
  const { MQTT_URL: _, ...withoutBroker } = shared;
  const api = await start({ ...withoutBroker, PITLANE_ROLES: 'api', DATA_DIR: dataDir });
  const [, at = ''] = await api.saw(/Open (http:\/\/127\.0\.0\.1:\d+) in a browser/);
  const ready = await fetch(`${at}/readyz`);
  expect(Object.keys(((await ready.json()) as { checks: object }).checks)).toEqual(['database', 'schema']);
  expect(ready.status).toBe(200);
  expect(await api.stop('SIGTERM')).toBe(0);
  expect(await engine.stop('SIGTERM')).toBe(0);
}, 60_000);
