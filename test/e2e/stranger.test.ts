import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultStationType } from '../../machines/station-type.ts';
import { pythonIsHere, startStranger } from '../contract/station-under-test.ts';
import { startTestBroker, type TestBroker } from '../helpers/broker.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { type Program, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';

const wanted = 3;

/** Commissions the station as an operator would. Its packs become known by the first hello. */
async function commission(id: string, berths: 1 | 2): Promise<void> {
  const slots = 8;
  const type = JSON.stringify({ ...defaultStationType, slots, bays: [{ bay: '1', berths }], isolationBoxes: 1 });
  await sql`
    insert into stations (id, name, city, lat, lon, partition, type, simulated)
    values (${id}, 'The stranger', 'Beijing', 39.9, 116.4, 7, ${type}::text::jsonb, true)`;
  await sql`insert into station_marks (station) values (${id}) on conflict do nothing`;
  await sql`insert into slots (station, slot) select ${id}, generate_series(1, ${slots}::int) on conflict do nothing`;
}

let sql: Sql;
let broker: TestBroker;
let service: Program;
const endings: (() => unknown)[] = [];
/** Database, broker and service as they are in earnest, and no station of ours. */
beforeAll(async () => {
  const database = await createTestDatabase();
  endings.push(() => database.drop());
  sql = postgres(database.url, { max: 2, onnotice: () => {} });
  endings.push(() => sql.end({ timeout: 1 }));
  broker = await startTestBroker({ owner: 'caller' });
  endings.push(() => broker.stop());
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-stranger-service-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  await commission('py-001', 1);
  await commission('py-002', 2);
  const env = { PORT: '0', DATA_DIR: folder, DATABASE_URL: database.url, MQTT_URL: broker.url, LOG_LEVEL: 'warn' };
  service = await startProgram('src/main', { env, owner: 'caller' });
  endings.push(() => service.stop('SIGKILL'));
}, 120_000);
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

// Both at once, by one service.
describe.concurrent('a station written from the contract alone', () => {
  for (const berths of [2, 1] as const) {
    test.skipIf(!pythonIsHere)(
      `its shuttle with ${berths === 2 ? 'two berths' : 'one berth'}, completes swaps with the real service`,
      { timeout: 180_000 },
      async ({ onTestFinished }) => {
        const id = `py-00${berths}`;
        const station = await startStranger({ id, brokerPort: broker.port, berths, taxis: wanted, timeScale: 20 });
        onTestFinished(() => station.stop());
        const swapsOf = () =>
          sql<{ state: string; reason: string | null }[]>`select state, reason from swaps where station = ${id}`;
        const ended = async () => (await swapsOf()).filter(({ state }) => state !== 'requested' && state !== 'running');
        await waitFor(`${wanted} swaps to end`, async () => (await ended()).length >= wanted, {
          withinMs: 150_000,
          everyMs: 250,
        });
        expect(await ended(), service.output()).toEqual(
          Array.from({ length: wanted }, () => ({ state: 'completed', reason: null })),
        );
      },
    );
  }
});
