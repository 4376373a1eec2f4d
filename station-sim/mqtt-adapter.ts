import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import {
  downTopic,
  maxPayloadBytes,
  simControlTopic,
  simReportTopic,
  telemetryTopic,
  upTopic,
} from '../schema/wire/topics.ts';
import type { OutMessage } from './core.ts';
import type { FleetTransport, SimFleet } from './sim-fleet.ts';
import type { SimStation } from './sim-station.ts';

export interface StationLogin {
  username: string;
  password: string;
}

export interface MqttTransportOptions {
  url: string;
  /** Login of a station; null connects without. */
  login: (station: string) => StationLogin | null;
  tls?: Pick<IClientOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>;
  now: () => number;
  /** Spread of reconnects: 0 to 1. */
  jitter: () => number;
  log: (event: { station: string; what: string; problem?: string }) => void;
}

export interface MqttTransport extends FleetTransport {
  /** Call once, before the fleet runs: where incoming messages go. */
  attach(fleet: SimFleet): void;
  /** Ends every connection with a goodbye. */
  close(): Promise<void>;
}

const firstRetryMs = 500;
const longestRetryMs = 8_000;
const connackWithinMs = 10_000;
/** A broker that takes nothing any more does not keep a line from breaking. */
const mostToFlushMs = 1_000;

interface Line {
  station: SimStation;
  wanted: boolean;
  client: MqttClient | null;
  retry: NodeJS.Timeout | null;
  retryMs: number;
  /** Last problem logged: the same one is not logged at every retry. */
  problem: string | null;
}

/**
 * One MQTT 3.1.1 connection per station: clean session, QoS 1 up, QoS 0 telemetry, will, no delay. It reconnects by itself, with
 * growing and scattered pauses, and never resends: the station's journal does that.
 */
export function createMqttTransport(options: MqttTransportOptions): MqttTransport {
  const lines = new Map<string, Line>();
  let fleet: SimFleet | null = null;
  let closing = false;

  function lineOf(station: SimStation): Line {
    let line = lines.get(station.id);
    if (!line) {
      line = { station, wanted: false, client: null, retry: null, retryMs: firstRetryMs, problem: null };
      lines.set(station.id, line);
    }
    return line;
  }

  function dial(line: Line): void {
    const { station } = line;
    line.retry = null;
    if (!line.wanted || line.client || closing) return;
    const client = connect(options.url, clientOptions(station, options));
    line.client = client;
    client.on('connect', () => subscribe(line, client));
    client.on('message', (topic, payload, packet) => {
      if (line.client === client) hear(station, topic, payload, packet);
    });
    client.on('error', (error) => complain(line, 'connection failed', error.message));
    client.on('close', () => lost(line, client));
  }

  function complain(line: Line, what: string, problem: string): void {
    if (line.problem !== problem) options.log({ station: line.station.id, what, problem });
    line.problem = problem;
  }

  function subscribe(line: Line, client: MqttClient): void {
    const { station } = line;
    // Without it the kernel gathers small packets for 40 ms.
    if ('setNoDelay' in client.stream) (client.stream as { setNoDelay(on: boolean): void }).setNoDelay(true);
    // A broker may refuse this one: then the station cannot be controlled, and swaps all the same.
    client.subscribe(simControlTopic(station.id), { qos: 1 }, () => {});
    client.subscribe(downTopic(station.id), { qos: 1 }, (error, granted) => {
      if (line.client !== client) return;
      if (error || (granted?.[0]?.qos ?? 128) > 2) {
        complain(line, 'subscription refused', error?.message ?? 'not granted');
        client.stream.destroy();
        return;
      }
      line.retryMs = firstRetryMs;
      line.problem = null;
      options.log({ station: station.id, what: 'connected' });
      fleet?.connected(station.id, options.now());
    });
  }

  function hear(station: SimStation, topic: string, payload: Buffer, packet: IPublishPacket): void {
    if (packet.retain || payload.byteLength > maxPayloadBytes) return;
    const message = parseOrNull(payload);
    if (message === null) return;
    if (topic === downTopic(station.id)) fleet?.receive(station.id, message, options.now());
    if (topic === simControlTopic(station.id)) fleet?.control(station.id, message, options.now());
  }

  function lost(line: Line, client: MqttClient): void {
    if (line.client !== client) return;
    line.client = null;
    client.end(true);
    fleet?.disconnected(line.station.id, options.now());
    if (!line.wanted || closing || line.retry) return;
    line.retry = setTimeout(() => dial(line), line.retryMs * (0.5 + options.jitter()));
    line.retryMs = Math.min(longestRetryMs, line.retryMs * 2);
  }

  return {
    attach: (given) => {
      fleet = given;
    },
    open(station) {
      const line = lineOf(station);
      line.wanted = true;
      if (!line.retry) dial(line);
    },
    cut(station) {
      const line = lineOf(station);
      line.wanted = false;
      if (line.retry) clearTimeout(line.retry);
      line.retry = null;
      const { client } = line;
      line.client = null;
      if (!client) return;
      // What was said before still goes out, as the report of the very fault does; there is no goodbye, so that the broker publishes the will.
      const over = setTimeout(() => client.end(true), mostToFlushMs);
      client.stream.end(() => {
        clearTimeout(over);
        client.end(true);
      });
    },
    publish(station, message) {
      const { client } = lineOf(station);
      if (client?.connected) send(client, station.id, message);
    },
    async close() {
      closing = true;
      await Promise.all([...lines.values()].map((line) => hangUp(line)));
    },
  };
}

async function hangUp(line: Line): Promise<void> {
  if (line.retry) clearTimeout(line.retry);
  const { client } = line;
  line.client = null;
  line.wanted = false;
  if (!client) return;
  const patience = new Promise<void>((done) => setTimeout(done, 1_000).unref());
  await Promise.race([client.endAsync().catch(() => {}), patience]);
  client.end(true);
}

function clientOptions(station: SimStation, options: MqttTransportOptions): IClientOptions {
  const login = options.login(station.id);
  return {
    protocolVersion: 4,
    clientId: station.id,
    clean: true,
    keepalive: 15,
    reconnectPeriod: 0,
    connectTimeout: connackWithinMs,
    queueQoSZero: false,
    ...(login ?? {}),
    ...(options.tls ?? {}),
    will: { topic: upTopic(station.id), payload: Buffer.from(JSON.stringify(station.will())), qos: 1, retain: false },
  };
}

function send(client: MqttClient, station: string, { topic, message }: OutMessage): void {
  const payload = JSON.stringify(message);
  if (topic === 'up') client.publish(upTopic(station), payload, { qos: 1 });
  else client.publish(topic === 'telemetry' ? telemetryTopic(station) : simReportTopic(station), payload, { qos: 0 });
}

function parseOrNull(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
}
