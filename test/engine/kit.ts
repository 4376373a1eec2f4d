import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import postgres, { type Sql } from 'postgres';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { defaultStationType } from '../../machines/station-type.ts';
import type { Downlink } from '../../schema/wire/downlink.ts';
import type { HelloBody } from '../../schema/wire/hello.ts';
import { downTopic, telemetryTopic, upTopic } from '../../schema/wire/topics.ts';
import { createPool } from '../../src/db/pool.ts';
import { createEngine, type Engine, type EngineOptions, engineSettings } from '../../src/engine/index.ts';
import { openAcl, startTestBroker, type TestBroker } from '../helpers/broker.ts';
import type { TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type Memory, newFakeBay, stepFake } from './fake-core.ts';

export interface Kit {
  sql: Sql;
  broker: TestBroker;
  databaseUrl: string;
  /** Stations of this test, commissioned and not yet connected. */
  stations: string[];
  station: string;
  /** Starts a worker on the partitions of this test's stations. */
  startEngine(options?: StartOptions): Promise<Engine & { registry: Registry }>;
  connect(station?: string, options?: Partial<PlcOptions>): Promise<Plc>;
}

export interface StartOptions
  extends Partial<Pick<EngineOptions, 'faultPoints' | 'plantedBugs' | 'stepStation' | 'newBay' | 'clock'>> {
  config?: Partial<EngineOptions['config']>;
  databaseUrl?: string;
}

let tests = 0;
let workers = 0;

/** Quick; but a lease never ends because the machine is busy: that would be another story than the test's. */
const quick = {
  leaseTtlMs: 60_000,
  leaseRenewMs: 250,
  leaseMarginMs: 1_000,
  ackDelayMs: 30,
  commandResendMs: 250,
  outboxPollMs: 60,
  reorderWaitMs: 600,
  linkLostMs: 60_000,
  unhurriedMs: 20,
};

/** A broker, stations in one partition of their own, and means to start workers and stations. Everything ends with the test. */
export async function createKit(
  db: TestDatabase,
  options: { stations?: number; simulated?: boolean } = {},
): Promise<Kit> {
  const { stations: count = 1, simulated = true } = options;
  tests += 1;
  const partition = tests % 64;
  const stations = Array.from({ length: count }, (_, index) => `t${tests}-${String(index).padStart(3, '0')}`);
  const sql = postgres(db.url, { max: 3, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 1 }));
  const type = JSON.stringify({ ...defaultStationType, slots: 4 });
  for (const id of stations) {
    await sql`insert into stations (id, name, city, lat, lon, partition, type, simulated)
      values (${id}, ${id}, 'Beijing', 0, 0, ${partition}, ${type}::text::jsonb, ${simulated})`;
    await sql`insert into station_marks (station) values (${id})`;
  }
  const heard = new Set<string>();
  const maySubscribe = (_: string, topic: string) => Boolean(heard.add(topic));
  const broker = await startTestBroker({ acl: { ...openAcl, maySubscribe } });
  const station = stations[0] as string;
  return {
    sql,
    broker,
    databaseUrl: db.url,
    stations,
    station,
    async startEngine(start = {}) {
      workers += 1;
      const pool = await createPool({
        databaseUrl: start.databaseUrl ?? db.url,
        max: 4,
        name: `engine-${tests}`,
        settings: engineSettings,
      });
      const registry = new Registry();
      const engine = createEngine({
        pool,
        broker: { url: broker.url },
        stepStation: stepFake,
        newBay: newFakeBay,
        ...start,
        partitions: [partition],
        config: { owner: `worker-${workers}`, ...quick, ...start.config },
        log: pino({ level: process.env.LOG ?? 'silent' }),
        registry,
      });
      let stopped: Promise<void> | null = null;
      const stop = () => {
        stopped ??= engine.stop().then(() => pool.end());
        return stopped;
      };
      onTestFinished(stop);
      await engine.start();
      await waitFor('the worker is connected', () => engine.status().connected);
      // What a station says before is lost, and would have to be asked for.
      await waitFor('every station is heard', () => stations.every((each) => heard.has(upTopic(each))));
      return { ...engine, stop, registry };
    },
    connect: (of = station, plc = {}) => connectPlc(broker.url, of, plc),
  };
}

export interface PlcOptions {
  journalId: string;
  boot: number;
  /** Say hello at once and whenever asked. */
  greets: boolean;
  epoch: number;
}

/** A station of which the test decides every word. */
export interface Plc {
  received: Downlink[];
  /** Raw text of what was received, in the same order. */
  texts: string[];
  client: MqttClient;
  journalId: string;
  boot: number;
  /** Last seq used by `say`. */
  seq: number;
  epoch: number;
  hello(change?: Partial<HelloBody>): void;
  /** The next record of the journal. */
  say(type: string, body: unknown): number;
  /** A record with a number of one's choice. */
  record(seq: number, type: string, body: unknown): void;
  raw(topic: string, payload: string | Buffer): void;
  heartbeat(change?: object): void;
  /** Waits for a message of this kind, the n-th one. */
  gets<K extends Downlink['kind']>(kind: K, nth?: number): Promise<Extract<Downlink, { kind: K }>>;
  acked(seq: number): Promise<unknown>;
  close(): Promise<void>;
}

export const sensors = {
  vehiclePresent: false,
  clamps: 'open',
  vehicleLift: 'down',
  packLock: 'noPack',
  packLift: 'down',
  shuttle: 'atSlot',
  exitLight: 'red',
  emergencyStop: false,
} as const;

const startedMs = Date.now();

async function connectPlc(url: string, station: string, options: Partial<PlcOptions>): Promise<Plc> {
  const { greets = true } = options;
  const client = await connectAsync(url, {
    clientId: `${station}-${Math.random()}`,
    username: station,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const received: Downlink[] = [];
  const texts: string[] = [];
  const head = () => ({ v: 1, station, journalId: plc.journalId, boot: plc.boot });
  const up = (message: object) =>
    client.publish(upTopic(station), JSON.stringify({ ...head(), ...message }), { qos: 1 });
  const journal = new Map<number, object>();
  const publishFrom = (seq: number) => {
    for (const [each, record] of journal) if (each >= seq) up(record);
  };
  let acked = 0;
  // As the contract has it: what is not acknowledged is published again.
  const again = setInterval(() => publishFrom(acked + 1), 1_000);
  const plc: Plc = {
    received,
    texts,
    client,
    journalId: options.journalId ?? `journal-${station}`,
    boot: options.boot ?? 1,
    epoch: options.epoch ?? 0,
    seq: 0,
    hello: (change) => up({ kind: 'hello', body: { ...helloBody(plc), ...change } }),
    say(type, body) {
      plc.seq += 1;
      plc.record(plc.seq, type, body);
      return plc.seq;
    },
    record(seq, type, body) {
      const record = { kind: 'record', seq, atMs: Date.now() - startedMs, type, body };
      journal.set(seq, record);
      up(record);
    },
    raw: (topic, payload) => client.publish(topic, payload, { qos: 1 }),
    heartbeat: (change = {}) =>
      client.publish(
        telemetryTopic(station),
        JSON.stringify({
          ...head(),
          kind: 'heartbeat',
          beat: 5,
          atMs: 5000,
          lastSeq: plc.seq,
          epoch: plc.epoch,
          ...change,
        }),
      ),
    gets: (kind, nth = 1) =>
      waitFor(
        `${kind} number ${nth} at ${station}`,
        () => received.filter((message) => message.kind === kind)[nth - 1],
      ) as never,
    acked: (seq) =>
      waitFor(`the acknowledgement of ${seq}`, () =>
        received.some(({ ack }) => ack?.seq === seq && ack.journalId === plc.journalId),
      ),
    async close() {
      clearInterval(again);
      await client.endAsync(true);
    },
  };
  client.on('message', (_, payload) => {
    const text = payload.toString('utf8');
    const message = JSON.parse(text) as Downlink;
    received.push(message);
    texts.push(text);
    if (message.epoch > plc.epoch) plc.epoch = message.epoch;
    if (message.ack && message.ack.journalId === plc.journalId) acked = Math.max(acked, message.ack.seq);
    if (message.kind === 'resend') publishFrom(message.fromSeq);
    if (message.kind === 'helloRequest' && greets) plc.hello();
  });
  await client.subscribeAsync(downTopic(station), { qos: 1 });
  onTestFinished(() => plc.close());
  if (greets) plc.hello();
  return plc;
}

function helloBody(plc: Plc): HelloBody {
  return {
    asOfSeq: plc.seq,
    oldestSeq: plc.seq === 0 ? 0 : 1,
    epoch: plc.epoch,
    firmware: '1.0',
    anchor: { atMs: Date.now() - startedMs, utc: new Date().toISOString() },
    timeScale: 1,
    beat: 3,
    stationPowerLimitW: 1_600_000,
    bays: [
      {
        bay: '1',
        berths: 2,
        sensors,
        safety: 'ready',
        active: [],
        vehicle: null,
        places: ['bay/1/berth/1', 'bay/1/berth/2', 'bay/1/lift', 'bay/1/vehicle'].map((place) => ({
          place,
          code: null,
        })),
      },
    ],
    slots: [1, 2, 3, 4].map((slot) => ({ slot, code: null, socPct: null, charging: false, ready: false })),
    isolation: [],
    results: [],
    alarms: [],
  };
}

/** Log lines of a station, oldest first, in short. */
export async function logOf(sql: Sql, station: string): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select concat_ws(' ', source, type, seq) as line from events where station = ${station} order by n`;
  return rows.map(({ line }) => line);
}

export async function markOf(sql: Sql, station: string) {
  const [row] = await sql<
    { version: number; n: number; seq: number; reconciled: boolean; linkUp: boolean; journalId: string | null }[]
  >`
    select version::int, event_n::int as n, seq::int, reconciled, link_up as "linkUp", journal_id as "journalId"
    from station_marks where station = ${station}`;
  if (!row) throw new Error(`no mark of ${station}`);
  return row;
}

export async function metric(registry: Registry, name: string, labels: Record<string, string> = {}): Promise<number> {
  const found = await registry.getSingleMetric(name)?.get();
  const value = found?.values.find((each) =>
    Object.entries(labels).every(([key, wanted]) => each.labels[key] === wanted),
  );
  return value?.value ?? 0;
}

export const completed = (id: string) => ({
  id,
  hash: 'h'.repeat(16),
  outcome: 'completed',
  reason: null,
  detail: null,
  durationMs: 5,
  sensors,
});

/** What the fake core of this station was stepped with, as it is stored. */
export async function seenBy(sql: Sql, station: string): Promise<string[]> {
  const [row] = await sql<{ snapshot: Memory }[]>`select snapshot from machines where station = ${station}`;
  return row?.snapshot.seen ?? [];
}
