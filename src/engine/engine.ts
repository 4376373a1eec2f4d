import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { StepStation } from '../../machines/contract.ts';
import type { Heartbeat, Telemetry } from '../../schema/wire/uplink.ts';
import type { Pool } from '../db/pool.ts';
import { type FaultPoints, noFaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import { type BrokerConnection, type ConnectionOptions, connectBroker } from '../plc/connection.ts';
import { createAfterCommit, type DueTimer } from './after-commit.ts';
import { createCommitter } from './commit/commit.ts';
import { type EngineConfig, engineDefaults } from './config.ts';
import { type BrokerLink, type Change, type Clock, type EngineContext, systemClock } from './context.ts';
import { createForeignWatch } from './foreign.ts';
import { createIntake, type Intake } from './intake.ts';
import { createLane, type Lane } from './lane.ts';
import { createLeases } from './leases.ts';
import { createEngineMetrics } from './metrics.ts';
import { createOwnership } from './ownership.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { createProfile, type Profile } from './profile.ts';
import { createPublisher } from './publisher.ts';
import type { Runtime } from './runtime.ts';
import type { NewBay } from './station/load.ts';
import type { Reply, Stepped, Work } from './station/work.ts';
import { BusyError, createStepper, type Stepper } from './stepper.ts';
import { createTimerQueue } from './timer-queue.ts';

export interface EngineOptions {
  /** Its sessions must run with `engineSettings`. */
  pool: Pool;
  broker: Pick<ConnectionOptions, 'url' | 'username' | 'password' | 'tls'>;
  stepStation: StepStation;
  newBay: NewBay;
  /** What differs from `engineDefaults`. `owner` must differ between running workers, also between two lives of one process. */
  config: Partial<EngineConfig> & Pick<EngineConfig, 'owner'>;
  log: Log;
  registry: Registry;
  /** Partitions this worker may take; all 64 when left out. */
  partitions?: readonly number[];
  /** Nobody else works on this database: leases of a killed process are not waited for. */
  exclusive?: boolean;
  clock?: Clock;
  faultPoints?: FaultPoints;
  plantedBugs?: ReadonlySet<PlantedBug>;
}

export interface Engine {
  /** Resolves when the first leases have been asked for and the stations that followed are loaded. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Steps a station with a request of a person or program, here or in the owner's stead, and answers when it is committed. */
  stepNow: Stepper['stepNow'];
  /** Staff say that a new journal is the station's own. */
  adoptJournal: Stepper['adoptJournal'];
  /** Every committed change of a station made by this process. Returns what ends it. */
  onChange(listener: (change: Change) => void): () => void;
  onTelemetry(listener: (station: string, telemetry: Telemetry) => void): () => void;
  onHeartbeat(listener: (station: string, heartbeat: Heartbeat) => void): () => void;
  /** Stations were commissioned or closed: look now instead of within seconds. */
  rescan(): void;
  status(): { connected: boolean; partitions: number; stations: number; waiting: number };
  readonly profile: Profile;
}

const sweepMs = 200;
const rescanMs = 15_000;
const monthsAhead = 3;
const dayMs = 24 * 60 * 60 * 1000;

export function createEngine(options: EngineOptions): Engine {
  const { pool, log, faultPoints = noFaultPoints, clock = systemClock } = options;
  const config: EngineConfig = { ...engineDefaults, ...options.config };
  const bugs = options.plantedBugs ?? new Set<PlantedBug>();
  const stations = new Map<string, Runtime>();
  const changes = createListeners<[Change]>(log);
  const telemetry = createListeners<[string, Telemetry]>(log);
  const heartbeats = createListeners<[string, Heartbeat]>(log);
  const lanes: Lane[] = [];
  const waiting = () => lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  const metrics = createEngineMetrics(options.registry, {
    mailboxes: waiting,
    stations: () => stations.size,
    partitions: () => leases.held.size,
  });

  const leases = createLeases({
    pool,
    owner: config.owner,
    partitions: options.partitions ?? Array.from({ length: 64 }, (_, partition) => partition),
    ttlMs: config.leaseTtlMs,
    renewMs: config.leaseRenewMs,
    marginMs: config.leaseMarginMs,
    exclusive: options.exclusive ?? false,
    faultPoints,
    log,
    monotonic: () => clock.monotonic(),
    onTaken: (partition) => ownership.take(partition),
    onLost: (partition) => ownership.lose(partition),
  });

  let connection: BrokerConnection | null = null;
  let stopping = false;
  const link: BrokerLink = {
    get connected() {
      return connection?.connected ?? false;
    },
    publish: (topic, payload, qos) => connection?.publish(topic, payload, qos) ?? false,
    subscribe: (topics, qos) => connection?.subscribe(topics, qos),
    unsubscribe: (topics) => connection?.unsubscribe(topics),
  };
  const context: EngineContext = {
    config,
    pool,
    link,
    log,
    clock,
    faultPoints,
    stepStation: options.stepStation,
    newBay: options.newBay,
    metrics,
    profile: createProfile(),
    bugs,
    leases,
    stations,
    push(runtime, work) {
      if (runtime.dropped || stopping) return;
      runtime.mailbox.push(work);
      lanes[runtime.lane]?.wake(runtime, work);
    },
    announce: (change) => changes.tell(change),
  };

  const publisher = createPublisher(context);
  const timers = createTimerQueue<DueTimer>(() => clock.wall(), fireTimers);
  const hooks = createAfterCommit(context, publisher, timers, () => intake);
  const intake: Intake = createIntake(context, publisher, {
    onTelemetry: telemetry.tell,
    onHeartbeat: heartbeats.tell,
  });
  const ownership = createOwnership(context, publisher, hooks.onLoaded);
  const foreign = createForeignWatch(context, ownership.rescan);
  const commit = createCommitter({
    pool,
    faultPoints,
    onAttempt: ({ ms, result }) => {
      metrics.commitSeconds.observe(ms / 1000);
      if (result !== 'done') metrics.outcomes.inc({ outcome: result });
    },
    onTrouble: (failure, attempt) => log.warn({ failure, attempt }, 'commit in trouble'),
    plantedInDoubtIsFailed: bugs.has('inDoubtIsFailed'),
  });
  for (let lane = 0; lane < config.lanes; lane++) lanes.push(createLane(context, commit, publisher, hooks));
  const stepper = createStepper({
    pool,
    stepStation: options.stepStation,
    newBay: options.newBay,
    clock,
    log,
    validBeats: config.validBeats,
    faultPoints,
    announce: context.announce,
  });

  function fireTimers(due: DueTimer[]): void {
    faultPoints.pass('timer-fired-before-commit');
    for (const { runtime, timer } of due) if (!runtime.dropped) context.push(runtime, { kind: 'timer', timer });
  }

  /** In the owner's mailbox when that is us, so that it waits its turn instead of racing with the lane. */
  function ask(
    station: string,
    work: (reply: Reply<Stepped>) => Work,
    elsewhere: () => Promise<Stepped>,
  ): Promise<Stepped> {
    const runtime = stations.get(station);
    if (!runtime || !leases.holds(runtime.partition)) return elsewhere();
    if (runtime.mailbox.length >= config.mailboxLimit) {
      return Promise.reject(new BusyError(`station ${station} has too much waiting`));
    }
    return new Promise((resolve, reject) => context.push(runtime, work({ resolve, reject })));
  }

  const intervals: NodeJS.Timeout[] = [];
  const makePartitions = () =>
    pool
      .run((sql) => sql`select make_event_partitions(${monthsAhead})`)
      .catch((error) => log.error({ err: error }, 'partitions of the log not made'));

  return {
    async start() {
      connection = connectBroker({
        ...options.broker,
        clientId: `pitlane-${config.owner}`,
        onMessage: intake.receive,
        onUp: () => {
          for (const runtime of stations.values()) if (!runtime.greeted) publisher.askHello(runtime);
        },
        log,
      });
      await makePartitions();
      await leases.start();
      await ownership.settled();
      foreign.start();
      intervals.push(
        setInterval(() => {
          publisher.sweep();
          intake.sweep();
        }, sweepMs),
        setInterval(ownership.rescan, rescanMs),
        setInterval(makePartitions, dayMs),
      );
    },
    async stop() {
      for (const interval of intervals) clearInterval(interval);
      stopping = true;
      timers.clear();
      await foreign.stop();
      await Promise.all(lanes.map((lane) => lane.stop()));
      publisher.stop();
      await connection?.stop();
      await leases.stop().catch((error) => log.warn({ err: error }, 'leases not given back'));
      ownership.dropAll();
    },
    stepNow(station, input, request = {}) {
      const { requestId = randomUUID(), key, act } = request;
      const work = (reply: Reply<Stepped>): Work => ({ kind: 'input', input, requestId, key, act, reply });
      return ask(station, work, () => stepper.stepNow(station, input, request));
    },
    adoptJournal(station, journalId, by, key, act) {
      const work = (reply: Reply<Stepped>): Work => ({ kind: 'adopt', journalId, by, key, act, reply });
      return ask(station, work, () => stepper.adoptJournal(station, journalId, by, key, act));
    },
    onChange: changes.add,
    onTelemetry: telemetry.add,
    onHeartbeat: heartbeats.add,
    rescan: ownership.rescan,
    status: () => ({
      connected: link.connected,
      partitions: leases.held.size,
      stations: stations.size,
      waiting: waiting(),
    }),
    profile: context.profile,
  };
}

/** A listener that throws harms neither the engine nor the others. */
function createListeners<T extends unknown[]>(log: Log) {
  const listeners = new Set<(...args: T) => void>();
  return {
    add(listener: (...args: T) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(...args: T) {
      for (const listener of listeners) {
        try {
          listener(...args);
        } catch (error) {
          log.error({ err: error }, 'a listener failed');
        }
      }
    },
  };
}
