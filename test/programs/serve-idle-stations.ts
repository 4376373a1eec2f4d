import { Registry } from 'prom-client';
import { newBay, stepStation } from '../../machines/step-station.ts';
import { createReadDatabase } from '../../src/api/read-database.ts';
import { startApi } from '../../src/api/start.ts';
import { connect } from '../../src/db/client.ts';
import { createPool } from '../../src/db/pool.ts';
import { createStepper, engineDefaults, engineSettings, systemClock } from '../../src/engine/index.ts';
import { createFaultPoints } from '../../src/platform/fault-points.ts';
import { createLog } from '../../src/platform/log.ts';
import { createPlanner } from '../../src/reservations/planner.ts';
import { createBayDesk } from '../../src/stations/bay-desk.ts';
import { createSimulatorLink } from '../../src/stations/simulator-link.ts';
import { idleView } from './idle-view.ts';

/** The API and the planner over stations that nobody runs, to be killed: `DATABASE_URL`, `PITLANE_FAULT_POINT`. Prints its URL. */
const databaseUrl = process.env.DATABASE_URL ?? '';
const name = 'test-idle-stations';
const pool = await createPool({ databaseUrl, max: 3, name, settings: engineSettings });
const reads = createReadDatabase(await connect({ databaseUrl, max: 4, name }));
const log = createLog({ level: 'warn' });
const faultPoints = createFaultPoints(process.env.PITLANE_FAULT_POINT);
const { validBeats } = engineDefaults;
const stepper = createStepper({ pool, stepStation, newBay, clock: systemClock, log, validBeats });
const desk = createBayDesk({ pool, stepper, newBay, view: idleView });
const api = await startApi({
  host: '127.0.0.1',
  port: 0,
  reads,
  desk,
  simulator: createSimulatorLink(null),
  probe: async () => ({ database: { ok: true, detail: 'answers' } }),
  registry: new Registry(),
  log,
  faultPoints,
});
createPlanner({ db: reads.db, desk, stepper, log, faultPoints, everyMs: 200 }).start();
console.log(api.url);
