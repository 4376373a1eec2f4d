import { createServer } from 'node:net';
import postgres from 'postgres';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTestBroker } from '../helpers/broker.ts';
import { emptyFolder, startMain } from '../helpers/main-program.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What a program that does not start says, and how it ends. */
async function failing(env: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const program = await startMain(env);
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
  const engine = await startMain({ ...shared, PITLANE_ROLES: 'engine' });
  await engine.saw(/Pitlane is ready/);
  expect(engine.output()).not.toContain('browser');
  const [, health = ''] = await engine.saw(/(http:\/\/127\.0\.0\.1:\d+)\/healthz/);
  const get = async (path: string) => (await fetch(`${health}${path}`)).status;
  expect(await get('/healthz')).toBe(200);
  await waitFor('the engine to be ready', async () => (await get('/readyz')) === 200);
  expect([await get('/metrics'), await get('/api/v1/stations'), await get('/')]).toEqual([401, 404, 404]);
  const dataDir = await emptyFolder();
  const { MQTT_URL: _, ...withoutBroker } = shared;
  const api = await startMain({ ...withoutBroker, PITLANE_ROLES: 'api', DATA_DIR: dataDir });
  const [, at = ''] = await api.saw(/Open (http:\/\/127\.0\.0\.1:\d+) in a browser/);
  const ready = await fetch(`${at}/readyz`);
  expect(Object.keys(((await ready.json()) as { checks: object }).checks)).toEqual(['database', 'schema']);
  expect(ready.status).toBe(200);
  expect(await api.stop('SIGTERM')).toBe(0);
  expect(await engine.stop('SIGTERM')).toBe(0);
}, 60_000);
