import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { newBay, stepStation } from '../machines/step-station.ts';
import { bayView } from '../machines/view.ts';
import { createReadDatabase, type ReadDatabase } from './api/read-database.ts';
import { createReadinessProbe } from './api/readiness.ts';
import { requireFreePort } from './api/server.ts';
import { startApi, startOperation } from './api/start.ts';
import { connect } from './db/client.ts';
import { migrate, requireSchema } from './db/migrate.ts';
import { createPool, type Pool } from './db/pool.ts';
import { type DemoKeys, ensureDemoKeys, ensureFirstKeys } from './demo/credentials.ts';
import { createSwapAnnouncer, type Demo, startDemo } from './demo/demo.ts';
import { seedPast } from './demo/seed.ts';
import {
  createEngine,
  createStepper,
  type Engine,
  engineDefaults,
  engineSettings,
  readPlantedBugs,
  type Stepper,
  systemClock,
} from './engine/index.ts';
import { createImportDesk, type ImportDesk, importSession } from './imports/desk.ts';
import { startInventoryWatch } from './inventory/watch.ts';
import { partySettings } from './parties/settings.ts';
import { type Config, readConfig } from './platform/config.ts';
import { startEmbeddedBroker } from './platform/embedded-broker.ts';
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { OperatorError, sentenceOf } from './platform/errors.ts';
import { createFaultPoints } from './platform/fault-points.ts';
import { lockDataDir } from './platform/instance-lock.ts';
import { createLife } from './platform/life.ts';
import { createLog } from './platform/log.ts';
import {
  type BrokerAddress,
  brokerAddress,
  readBrokerTls,
  requireBroker,
  requireDatabase,
} from './platform/reachable.ts';
import { stopOnSignals } from './platform/shutdown.ts';
import { createBrokerAcl, serviceUser } from './plc/identity/acl.ts';
import { newSecret } from './plc/identity/secret.ts';
import { createPlanner } from './reservations/planner.ts';
import { type BayDesk, createBayDesk } from './stations/bay-desk.ts';
import { findSecretHash } from './stations/queries.ts';
import { createSimulatorLink, type SimulatorLink } from './stations/simulator-link.ts';
import { startTelemetryKeeper } from './stations/telemetry.ts';

const config = await configured();
const embedded = config.databaseUrl === undefined;
const logFile = embedded && process.stderr.isTTY ? join(config.dataDir, 'pitlane.log') : undefined;
const owner = `${hostname().slice(0, 40)}-${process.pid}-${randomBytes(3).toString('hex')}`;
const log = createLog({ level: config.logLevel, to: logFile ?? 2, fields: { worker: owner } });
const life = createLife(log);
const registry = new Registry();
const faultPoints = createFaultPoints(process.env.PITLANE_FAULT_POINT);

const say = (line: string): void => console.log(line);

/** Ends the program because a part of it has failed; one sentence for people, everything else for the log. */
async function fail(error: unknown, sentence = sentenceOf(error)): Promise<never> {
  // A part that fails because we are stopping is no news.
  if (!life.ending) {
    console.error(sentence);
    log.fatal({ err: error instanceof OperatorError ? undefined : error }, sentence);
  }
  await life.end();
  process.exit(1);
}

async function configured(): Promise<Config> {
  try {
    return readConfig(process.env);
  } catch (error) {
    console.error(sentenceOf(error));
    process.exit(1);
  }
}

async function start(): Promise<void> {
  const embeddedBroker = config.mqttUrl === undefined && config.roles.has('engine');
  life.onEnd('simulator', async () => simulatorStopped);
  if (config.port > 0) await requireFreePort(config.host, config.port);
  if (embedded || embeddedBroker) await lockFolder();
  const databaseUrl = config.databaseUrl ?? (await startDatabase());
  if (!embedded) await requireDatabase(databaseUrl);
  const { pool, reads } = await openPools(databaseUrl);
  if (!embedded) await requireSchema(pool.sql);
  const keys = await (embedded ? ensureDemoKeys : ensureFirstKeys)(reads.db, join(config.dataDir, 'credentials.json'));
  const broker = embeddedBroker ? await startBroker(reads) : await findBroker();
  if (embeddedBroker) await seedPast({ db: reads.db, pool, log, say, now: Date.now });
  const engine = config.roles.has('engine') && broker ? await startEngine(pool, broker, embedded) : null;
  const simulator = createSimulatorLink(broker);
  life.onEnd('simulator link', () => simulator.stop());
  const stepper = engine ?? ownStepper(pool);
  const desk = createBayDesk({ pool, stepper, newBay, view: bayView, onChange: engine?.onChange });
  if (engine) startPlanner(reads, desk, stepper);
  if (engine) {
    watchInventory(reads);
    keepTelemetry(reads, engine);
  }
  const url = await serve({ databaseUrl, pool, reads, engine, desk, simulator });
  const demo = embeddedBroker && broker ? await playDemo(reads, broker, desk, simulator) : null;
  if (demo && engine) engine.onChange(createSwapAnnouncer(reads.db, say, log));
  welcome(url, keys, demo);
}

async function lockFolder(): Promise<void> {
  const lock = await lockDataDir(config.dataDir, say);
  life.onEnd('lock', () => lock.release());
  life.onEnding(() => lock.announceStop());
}

async function startDatabase(): Promise<string> {
  const server = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    say,
    onLog: (line) => log.debug({ line }, 'postgres'),
    onUnexpectedExit: () => void fail(null, 'The embedded PostgreSQL ended unexpectedly.'),
  });
  life.onEnd('database', () => server.stop());
  await migrate({ databaseUrl: server.url, say });
  return server.url;
}

/** Connections for commits, tuned for them, and others for reads: a slow list never makes a commit wait. */
async function openPools(databaseUrl: string): Promise<{ pool: Pool; reads: ReadDatabase }> {
  const { databasePoolSize, statementTimeoutMs } = config;
  const forReads = Math.max(1, Math.floor(databasePoolSize * 0.4));
  const pool = await createPool({
    databaseUrl,
    // One per lane and two for loads and polls: each session plans and caches the statements anew, so more would cost.
    max: Math.min(databasePoolSize - forReads, config.commitLanes + 2),
    name: 'pitlane-engine',
    statementTimeoutMs,
    settings: engineSettings,
  });
  life.onEnd('engine connections', () => pool.end());
  const reads = createReadDatabase(
    await connect({ databaseUrl, max: forReads, name: 'pitlane-api', statementTimeoutMs }),
  );
  life.onEnd('read connections', () => reads.end());
  return { pool, reads };
}

const usualMqttPort = 1883;

async function startBroker({ db }: ReadDatabase): Promise<BrokerAddress> {
  const secret = newSecret();
  const acl = createBrokerAcl({ findSecretHash: (station) => findSecretHash(db, station), serviceHash: secret.hash });
  const onRefused = (refusal: object) => log.warn(refusal, 'the embedded broker refused a client');
  const listen = (port: number) => startEmbeddedBroker({ acl, port, onRefused });
  const { embeddedMqttPort } = config;
  const broker = await listen(embeddedMqttPort ?? usualMqttPort).catch((error) => {
    if (embeddedMqttPort !== undefined) throw error;
    return listen(0);
  });
  life.onEnd('broker', () => broker.stop());
  return { url: broker.url, username: serviceUser, password: secret.secret };
}

async function findBroker(): Promise<BrokerAddress | null> {
  if (config.mqttUrl === undefined) return null;
  const tls = await readBrokerTls({ ca: config.mqttCa, cert: config.mqttCert, key: config.mqttKey });
  const broker = brokerAddress(config.mqttUrl, tls);
  if (config.roles.has('engine')) await requireBroker(broker, `${owner}-probe`);
  return broker;
}

async function startEngine(pool: Pool, broker: BrokerAddress, exclusive: boolean): Promise<Engine> {
  const engine = createEngine({
    pool,
    broker,
    stepStation,
    newBay,
    config: {
      owner,
      lanes: config.commitLanes,
      maxStationsPerCommit: config.commitMaxStations,
      maxInputsPerCommit: config.commitMaxEvents,
      leaseTtlMs: config.leaseTtlMs,
      leaseRenewMs: config.leaseRenewMs,
      leaseMarginMs: config.leaseMarginMs,
      ackDelayMs: config.ackDelayMs,
      commandResendMs: config.commandResendMs,
      outboxPollMs: config.outboxPollMs,
      reorderWindow: config.reorderWindow,
      reorderWaitMs: config.reorderWaitMs,
      linkLostMs: config.linkLostMs,
    },
    log,
    registry,
    exclusive,
    faultPoints,
    plantedBugs: readPlantedBugs(process.env, (sentence) => console.error(sentence)),
  });
  life.onEnd('engine', () => engine.stop());
  await engine.start();
  return engine;
}

function keepTelemetry({ db }: ReadDatabase, { onTelemetry }: Engine): void {
  const keeper = startTelemetryKeeper({ db, log, onTelemetry });
  life.onEnd('telemetry', () => keeper.stop());
}

interface Served {
  databaseUrl: string;
  pool: Pool;
  reads: ReadDatabase;
  engine: Engine | null;
  desk: BayDesk;
  simulator: SimulatorLink;
}

/** Beside the stations it plans for; any number of processes may have one. */
function startPlanner({ db }: ReadDatabase, desk: BayDesk, stepper: Stepper): void {
  const planner = createPlanner({ db, desk, stepper, log, faultPoints });
  life.onEnd('planner', () => planner.stop());
  planner.start();
}

/** Likewise: whoever looks finds only what is still to be done. */
function watchInventory({ db }: ReadDatabase): void {
  const watch = startInventoryWatch({ db, log });
  life.onEnd('inventory watch', () => watch.stop());
}

/** For a process that runs no stations and yet takes requests for them. */
const ownStepper = (pool: Pool): Stepper =>
  createStepper({ pool, stepStation, newBay, clock: systemClock, log, validBeats: engineDefaults.validBeats });

/** Files are brought in over connections of their own: their statements last, and nothing else waits for them. */
async function startImports(databaseUrl: string): Promise<ImportDesk> {
  const { db, replace, end } = createReadDatabase(
    await connect({ databaseUrl, max: 2, name: 'pitlane-import', ...importSession }),
  );
  const imports = createImportDesk({ db, log, faultPoints, onStuck: replace });
  life.onEnd('import connections', end);
  life.onEnd('imports', () => imports.stop());
  imports.start();
  return imports;
}

async function serve({ databaseUrl, pool, reads, engine, desk, simulator }: Served): Promise<string> {
  collectDefaultMetrics({ register: registry });
  const { host, port, roles } = config;
  const probe = createReadinessProbe({ pool, engine: engine && (() => engine.status()), stopping: () => life.ending });
  const common = { host, port, reads, probe, registry, log };
  const api = await (roles.has('api')
    ? startApi({
        ...common,
        desk,
        imports: await startImports(databaseUrl),
        simulator,
        requestsPerMinute: config.requestsPerMinute,
        webhookReach: config.webhookTargets ?? (embedded ? 'loopback' : 'public'),
        parties: partySettings(config),
        faultPoints,
        onChange: engine?.onChange,
      })
    : startOperation(common));
  life.onEnd('api', () => api.stop());
  return api.url;
}

let simulatorStopped: Promise<void> | undefined;

async function playDemo(
  { db }: ReadDatabase,
  broker: BrokerAddress,
  desk: BayDesk,
  simulator: SimulatorLink,
): Promise<Demo> {
  const { dataDir, timeScale, simSeed: seed, simFaults: faults } = config;
  const demo = await startDemo({
    db,
    dataDir,
    brokerUrl: broker.url,
    timeScale,
    seed,
    faults,
    simulator,
    desk,
    say,
    log,
  });
  // It says goodbye to the broker and writes its worlds: that goes on beside everything else that stops.
  life.onEnding(() => {
    simulatorStopped = demo.stop();
  });
  return demo;
}

/** What each person of the demo comes for. */
const comesFor: Readonly<Record<string, string>> = {
  admin: 'everything, people and keys',
  operations: 'the network, swaps and batteries',
  staff: 'the stations, and a simulator to break things with',
  maintenance: 'the stations, and batteries in the workshop',
  fleet: 'cars, reservations and statements of Blue Taxi',
  owner: 'packs and income of Pack Bank',
  regulator: 'figures and the life of every pack, to read',
};

function welcome(url: string, keys: DemoKeys | null, demo: Demo | null): void {
  const shown = (path: string) => {
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : short;
  };
  if (config.roles.has('api')) say(`Pitlane is ready. Open ${url} in a browser.`);
  else say(`Pitlane is ready. Health is at ${url}/healthz, ${url}/readyz and ${url}/metrics; no API in this process.`);
  if (demo?.people) {
    const { people, password } = demo.people;
    say(`Sign in with the password ${password} as`);
    for (const email of people) say(`  ${email.padEnd(24)} ${comesFor[email.replace(/@.*/, '')] ?? ''}`.trimEnd());
  }
  if (keys) say(`Programs have keys (${shown(join(config.dataDir, 'credentials.json'))}) and a reference at /docs.`);
  if (demo && demo.stations.length > 0)
    say(`Stations ${demo.stations.join(', ')} are simulated, ${config.timeScale} times faster than the clock.`);
  if (logFile) say(`The log is ${shown(logFile)}.`);
  if (demo) say(demo.stations.length > 0 ? 'Taxis come and go. Ctrl-C stops everything.' : 'Ctrl-C stops everything.');
}

process.on('uncaughtException', (error) => void fail(error, `Pitlane failed: ${sentenceOf(error)}.`));
stopOnSignals(async (signal) => {
  say(signal === 'SIGINT' ? '\nStopping.' : 'Stopping.');
  await life.end();
});
await start().catch(fail);
