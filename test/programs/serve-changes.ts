import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { newBay, stepStation } from '../../machines/step-station.ts';
import { createApp } from '../../src/api/app.ts';
import { findKey, markKeyUsed } from '../../src/api/key-store.ts';
import { createKeyring } from '../../src/api/keys.ts';
import { startApiServer } from '../../src/api/server.ts';
import { createStreamHub } from '../../src/api/stream/hub.ts';
import { connect, database } from '../../src/db/client.ts';
import { createPool } from '../../src/db/pool.ts';
import { createStepper, engineDefaults, engineSettings, systemClock } from '../../src/engine/index.ts';
import { createFaultPoints } from '../../src/platform/fault-points.ts';
import { createLog } from '../../src/platform/log.ts';
import { createBayDesk } from '../../src/stations/bay-desk.ts';
import { createLiveSource } from '../../src/stations/live-source.ts';
import { createSimulatorLink } from '../../src/stations/simulator-link.ts';
import { idleView } from './idle-view.ts';

/**
 * The API and nothing else, to be killed with many requests under way: `DATABASE_URL`, `PITLANE_FAULT_POINT`. Prints its URL, and a line for each
 * passage of a fault point.
 */
const databaseUrl = process.env.DATABASE_URL ?? '';
const pool = await createPool({ databaseUrl, max: 2, name: 'test-changes-engine', settings: engineSettings });
const db = database((await connect({ databaseUrl, max: 40, name: 'test-changes' }))());
const log = createLog({ level: 'error' });
const { validBeats } = engineDefaults;
const stepper = createStepper({ pool, stepStation, newBay, clock: systemClock, log, validBeats });
const app = createApp({
  db,
  keys: createKeyring({ find: (id) => findKey(db, id), markUsed: (id) => markKeyUsed(db, id) }),
  hub: createStreamHub({ source: createLiveSource(db, async () => []), instance: 'test', onError: () => {} }),
  desk: createBayDesk({ pool, stepper, newBay, view: idleView }),
  simulator: createSimulatorLink(null),
  onStuck: () => {},
  // Whoever is held by a test is not given up.
  answerWithinMs: 600_000,
  probe: async () => ({ database: { ok: true, detail: 'answers' } }),
  registry: new Registry(),
  log,
  newRequestId: randomUUID,
  faultPoints: createFaultPoints(process.env.PITLANE_FAULT_POINT, (name) => console.log(`at ${name}`)),
});
const server = await startApiServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
console.log(server.url);
