import { Registry } from 'prom-client';
import { newBay, stepStation } from '../../machines/step-station.ts';
import { bayView } from '../../machines/view.ts';
import { stationRegistration } from '../../schema/wire/api/registration.ts';
import { createReadDatabase } from '../../src/api/read-database.ts';
import { createReadinessProbe } from '../../src/api/readiness.ts';
import { startApi } from '../../src/api/start.ts';
import { connect } from '../../src/db/client.ts';
import { createPool } from '../../src/db/pool.ts';
import { createEngine, createStepper, engineDefaults, engineSettings, systemClock } from '../../src/engine/index.ts';
import { createLog } from '../../src/platform/log.ts';
import { createBrokerAcl, serviceUser } from '../../src/plc/identity/acl.ts';
import { newSecret } from '../../src/plc/identity/secret.ts';
import { createPlanner } from '../../src/reservations/planner.ts';
import { createBayDesk } from '../../src/stations/bay-desk.ts';
import { findSecretHash } from '../../src/stations/queries.ts';
import { registerStation } from '../../src/stations/register.ts';
import { createSimulatorLink } from '../../src/stations/simulator-link.ts';
import { createMqttTransport } from '../../station-sim/mqtt-adapter.ts';
import { createSimFleet, runRealTime } from '../../station-sim/sim-fleet.ts';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { issueKeys, type Listed } from './fixture.ts';

/** The product as it runs, in this process: database, broker with its access rules, engine, API on a socket, a simulated station. */
export async function createLiveWorld(station: string, speed: number) {
  const endings: (() => Promise<unknown>)[] = [];
  const { url: databaseUrl, drop } = await createTestDatabase();
  endings.push(drop);
  const pool = await createPool({ databaseUrl, max: 4, name: 'test-live', settings: engineSettings });
  endings.push(() => pool.end());
  const reads = createReadDatabase(await connect({ databaseUrl, max: 3, name: 'test-live-api' }));
  endings.push(() => reads.end());
  const registration = stationRegistration.parse({
    id: station,
    name: station,
    location: { lat: 39.9, lon: 116.4 },
    simulated: true,
  });
  const login = await registerStation(reads.db, registration, { by: 'test' });
  if (!login) throw new Error('not registered');
  const keys = await issueKeys(reads.db);

  const secret = newSecret();
  const broker = await startTestBroker({
    owner: 'caller',
    acl: createBrokerAcl({ findSecretHash: (id) => findSecretHash(reads.db, id), serviceHash: secret.hash }),
  });
  endings.push(() => broker.stop());
  const service = { url: broker.url, username: serviceUser, password: secret.secret };
  const log = createLog({ level: 'error' });
  const registry = new Registry();
  const core = { stepStation, newBay };
  const engine = createEngine({
    pool,
    broker: service,
    ...core,
    config: { owner: 'live' },
    log,
    registry,
    exclusive: true,
  });
  await engine.start();
  endings.push(() => engine.stop());
  const planner = createPlanner({
    db: reads.db,
    desk: createBayDesk({ pool, stepper: engine, newBay, view: bayView, onChange: engine.onChange }),
    stepper: engine,
    log,
    everyMs: 200,
  });
  planner.start();
  endings.push(() => planner.stop());
  const simulator = createSimulatorLink(service);
  endings.push(() => simulator.stop());
  const open = (
    stepper: Parameters<typeof createBayDesk>[0]['stepper'],
    own: Registry,
    onChange?: typeof engine.onChange,
  ) =>
    startApi({
      host: '127.0.0.1',
      port: 0,
      reads,
      desk: createBayDesk({ pool, stepper, newBay, view: bayView, onChange }),
      simulator,
      probe: createReadinessProbe({ pool, engine: () => engine.status(), stopping: () => false }),
      registry: own,
      log,
      onChange,
    });
  const api = await open(engine, registry, engine.onChange);
  endings.push(() => api.stop());
  // A second process that runs no stations and takes requests for them all the same.
  const { validBeats } = engineDefaults;
  const elsewhere = await open(createStepper({ pool, ...core, clock: systemClock, log, validBeats }), new Registry());
  endings.push(() => elsewhere.stop());

  const now = () => performance.timeOrigin + performance.now();
  const sim = createSimStation({
    id: station,
    seed: 'first-swap',
    traffic: 'none',
    timeScale: speed,
    startWallMs: now(),
  });
  const transport = createMqttTransport({
    url: broker.url,
    login: () => login,
    now,
    jitter: Math.random,
    log: () => {},
  });
  const fleet = createSimFleet([sim], transport);
  transport.attach(fleet);
  const stopClock = runRealTime(fleet, now);
  endings.push(async () => {
    stopClock();
    await transport.close();
    sim.close(now());
  });

  const ask = async <T = Listed>(
    path: string,
    options: { role?: keyof typeof keys; body?: unknown; at?: string } = {},
  ) => {
    const { role = 'staff', body, at = api.url } = options;
    const answer = await fetch(`${at}${path}`, {
      headers: { Authorization: `Bearer ${keys[role]}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as T };
  };
  return {
    keys,
    databaseUrl,
    url: api.url,
    elsewhere: elsewhere.url,
    sim,
    reads,
    ask,
    async end() {
      for (const ending of endings.reverse()) await ending();
    },
  };
}

export type LiveWorld = Awaited<ReturnType<typeof createLiveWorld>>;
