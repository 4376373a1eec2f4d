import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { newBay, stepStation } from '../../machines/step-station.ts';
import { stationRegistration } from '../../schema/wire/api/registration.ts';
import { connect, type Database, database, type Sql } from '../../src/db/client.ts';
import { createPool } from '../../src/db/pool.ts';
import { createEngine, engineSettings } from '../../src/engine/index.ts';
import { registerStation, retireStation, rotateSecret } from '../../src/stations/register.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';

let server: TestDatabase;
let sql: Sql;
let db: Database;
beforeAll(async () => {
  server = await createTestDatabase();
  sql = (await connect({ databaseUrl: server.url, max: 2, name: 'test-roster' }))();
  db = database(sql);
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await server.drop();
});

async function startEngine() {
  const broker = await startTestBroker();
  const pool = await createPool({ databaseUrl: server.url, max: 4, name: 'engine', settings: engineSettings });
  const engine = createEngine({
    pool,
    broker: { url: broker.url },
    stepStation,
    newBay,
    config: { owner: 'roster' },
    log: pino({ level: 'silent' }),
    registry: new Registry(),
    exclusive: true,
  });
  onTestFinished(async () => {
    await engine.stop();
    await pool.end();
  });
  await engine.start();
  return engine;
}

/** Well below the five seconds after which a worker would look by itself. */
const soon = { withinMs: 2_500 };

test('a running service takes a station on when it is registered, and lets it go when it is closed', async () => {
  const engine = await startEngine();
  const by = 'operator';
  const one = { id: 'bj-601', name: 'New', location: { lat: 39.9, lon: 116.4 } };
  expect(engine.status().stations).toBe(0);
  await registerStation(db, stationRegistration.parse(one), { by });
  await waitFor('the engine runs the station', () => engine.status().stations === 1, soon);
  await rotateSecret(db, 'bj-601', { by });
  expect(await retireStation(db, 'bj-601', { by })).toBe(true);
  await waitFor('the engine has let it go', () => engine.status().stations === 0, soon);
  await waitFor('no wake-up is left', async () => (await sql`select from wakeups`).length === 0, soon);
});
