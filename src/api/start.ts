import { randomBytes, randomUUID } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import { dispatchConsumer } from '../cascade/dispatch-replan.ts';
import { startAssetWatch } from '../cascade/watch.ts';
import { startFollowUps } from '../follow-ups/start.ts';
import { healthConsumer } from '../health/judge-charges.ts';
import { retirementConsumer } from '../health/retire.ts';
import type { ImportDesk } from '../imports/desk.ts';
import { startLeaseClock } from '../leases/clock.ts';
import { startOwnerFigures } from '../owners/keeper.ts';
import { forgetAttempts } from '../parties/attempt-limits.ts';
import type { PartySettings } from '../parties/party-desk.ts';
import type { FaultPoints } from '../platform/fault-points.ts';
import type { Log } from '../platform/log.ts';
import { chargeCostConsumer } from '../settlement/charge-costs.ts';
import { receiptConsumer } from '../settlement/receipts.ts';
import { startSnapshots } from '../settlement/snapshot-keeper.ts';
import { startStatementKeeper } from '../statements/keeper.ts';
import type { BayDesk } from '../stations/bay-desk.ts';
import { createLiveSource } from '../stations/live-source.ts';
import type { SimulatorLink } from '../stations/simulator-link.ts';
import { traceConsumer } from '../traceability/consumer.ts';
import { startReportWatch } from '../traceability/watch.ts';
import { startDispatcher } from '../webhooks/dispatcher.ts';
import { createWebhookMetrics } from '../webhooks/metrics.ts';
import type { WebhookReach } from '../webhooks/targets.ts';
import { createApp, createOperationApp } from './app.ts';
import type { ReadinessProbe } from './health.ts';
import { keptForMs } from './idempotency.ts';
import { forgetAnswers } from './idempotency-store.ts';
import { findKey, markKeyUsed } from './key-store.ts';
import { createKeyring } from './keys.ts';
import type { ReadDatabase } from './read-database.ts';
import { startApiServer } from './server.ts';
import { createStreamHub } from './stream/hub.ts';

export interface OperationStartOptions {
  host: string;
  port: number;
  reads: ReadDatabase;
  probe: ReadinessProbe;
  registry: Registry;
  log: Log;
}

export interface ApiStartOptions extends OperationStartOptions {
  desk: BayDesk;
  simulator: SimulatorLink;
  /** Left out by tests that bring no files in. */
  imports?: ImportDesk;
  requestsPerMinute?: number;
  webhookReach?: WebhookReach;
  parties?: Partial<PartySettings>;
  faultPoints?: FaultPoints;
  /** Stations changed in this process: streams need not wait for their poll. */
  onChange?: ((listener: (change: { station: string }) => void) => void) | undefined;
}

export interface RunningApi {
  url: string;
  /** Ends the streams with a hint to come back, then the server. */
  stop(): Promise<void>;
}

/** Some thousand answers at a time, far more often than they are made. */
const forgetEveryMs = 60_000;

/** Puts the API together and listens. */
export async function startApi(options: ApiStartOptions): Promise<RunningApi> {
  const { host, port, reads, desk, simulator, imports, probe, registry, log, onChange } = options;
  const { webhookReach = 'public' } = options;
  const { db } = reads;
  const hub = createStreamHub({
    source: createLiveSource(db, (stations) => desk.readBays(stations)),
    instance: randomBytes(6).toString('hex'),
    onError: (error) => log.warn({ err: error }, 'the live state could not be read'),
  });
  onChange?.(({ station }) => hub.changed([station]));
  const forgetting = setInterval(() => {
    forgetAnswers(db, keptForMs).catch((error) => log.warn({ err: error }, 'old answers are not forgotten'));
    forgetAttempts(db).catch((error) => log.warn({ err: error }, 'old attempts to sign in are not forgotten'));
  }, forgetEveryMs);
  countStreams(registry, hub);
  const app = createApp({
    db,
    desk,
    simulator,
    ...(imports ? { imports } : {}),
    hub,
    requestsPerMinute: options.requestsPerMinute ?? 0,
    webhookReach,
    parties: options.parties ?? {},
    faultPoints: options.faultPoints,
    keys: createKeyring({ find: (id) => findKey(db, id), markUsed: (id) => markKeyUsed(db, id) }),
    probe,
    registry,
    log,
    newRequestId: randomUUID,
    onStuck: () => {
      log.error('a request got no answer from the database: opening new connections');
      reads.replace();
    },
  });
  const server = await startApiServer({ fetch: app.fetch, host, port }).catch((error) => {
    clearInterval(forgetting);
    hub.stop();
    throw error;
  });
  const keepers = [
    startDispatcher({ db, reach: webhookReach, log, metrics: createWebhookMetrics(registry, db) }),
    startLeaseClock({ db, log }),
    startFollowUps({ db, log, consumers: consumersOf(db), registry }),
    startSnapshots({ db, log }),
    startOwnerFigures({ db, log }),
    startReportWatch({ db, log, registry }),
    startAssetWatch({ db, log, registry }),
    startStatementKeeper({ db, log, faultPoints: options.faultPoints }),
  ];
  return {
    url: server.url,
    async stop() {
      clearInterval(forgetting);
      hub.stop();
      await Promise.all([server, ...keepers].map((each) => each.stop()));
    },
  };
}

/** What follows from facts. */
const consumersOf = (db: ReadDatabase['db']) => [
  receiptConsumer(db),
  chargeCostConsumer(db),
  healthConsumer(),
  retirementConsumer(),
  traceConsumer,
  dispatchConsumer(),
];

/** For a process without the API: health and metrics alone. */
export async function startOperation(options: OperationStartOptions): Promise<RunningApi> {
  const { host, port, reads, probe, registry, log } = options;
  const keys = createKeyring({ find: (id) => findKey(reads.db, id) });
  const app = createOperationApp({ keys, probe, registry, log, newRequestId: randomUUID });
  const server = await startApiServer({ fetch: app.fetch, host, port });
  return { url: server.url, stop: () => server.stop() };
}

function countStreams(registry: Registry, hub: { clients: number; dropped: number }): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('pitlane_stream_clients', 'Live streams being served.', () => hub.clients);
  gauge(
    'pitlane_stream_dropped',
    'Streams dropped since the start because their client did not keep up.',
    () => hub.dropped,
  );
}
