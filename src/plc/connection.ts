import { type IClientOptions, type MqttClient, connect as mqttConnect } from 'mqtt';
import type { Logger } from 'pino';
import { type GatheredWrites, gatherWrites } from './gather-writes.ts';

export interface ConnectionOptions {
  url: string;
  username?: string;
  password?: string;
  /** Unique per process: a second client of the same id throws the first one out. */
  clientId: string;
  /** PEM texts for `mqtts://`. */
  tls?: { ca?: string; cert?: string; key?: string };
  /** Called for every message, at once and never awaited. It must not block: put the message into a bounded queue or drop it. */
  onMessage: (topic: string, payload: Buffer) => void;
  /** Connected and subscribed to everything wanted. */
  onUp?: () => void;
  onDown?: () => void;
  log: Logger;
  /** 0 to 1, for the spread of reconnects. */
  random?: () => number;
}

/** One client of the broker. What it publishes may get lost; who needs certainty asks the station. */
export interface BrokerConnection {
  readonly connected: boolean;
  /** Hands the message to the socket and reports whether there was one. A PUBACK proves nothing, so none is awaited. */
  publish(topic: string, payload: string, qos: 0 | 1): boolean;
  /** Wanted from now on, also after every reconnect. */
  subscribe(topics: readonly string[], qos: 0 | 1): void;
  unsubscribe(topics: readonly string[]): void;
  stop(): Promise<void>;
}

const connackMs = 10_000;
const leastPauseMs = 500;
const mostPauseMs = 8_000;

/**
 * mqtt.js under our own reconnect loop: every connect is a new client object, so nothing of an earlier session (its outgoing store, a stuck
 * reconnect, MQTT.js#2052) can come back. Sessions are clean; the station's journal and our outbox repeat what was lost.
 */
export function connectBroker(options: ConnectionOptions): BrokerConnection {
  const { log, random = Math.random } = options;
  const wanted = new Map<string, 0 | 1>();
  let client: MqttClient | null = null;
  let writes: GatheredWrites | null = null;
  let up = false;
  let stopped = false;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;

  const open = () => {
    const opened = openClient(options);
    client = opened;
    // A socket that connects and then says nothing: no event of mqtt.js covers it in every version.
    const watchdog = setTimeout(() => opened.end(true), connackMs);
    opened.on('connect', () => {
      clearTimeout(watchdog);
      failures = 0;
      setNoDelay(opened);
      writes = 'cork' in opened.stream ? gatherWrites(opened.stream) : null;
      subscribeAll(opened, wanted, log, () => {
        if (client !== opened || !opened.connected) return;
        up = true;
        log.info({ broker: options.url }, 'broker connected');
        options.onUp?.();
      });
    });
    opened.on('message', (topic, payload, packet) => {
      // A retained message is old news, whoever left it there.
      if (packet.qos > 0) writes?.hold();
      if (!packet.retain) options.onMessage(topic, payload);
    });
    opened.on('error', (error) => log.debug({ err: error }, 'broker connection failed'));
    opened.once('close', () => {
      clearTimeout(watchdog);
      opened.end(true);
      if (client === opened) closed();
    });
  };

  const closed = () => {
    client = null;
    writes = null;
    const wasUp = up;
    up = false;
    if (stopped) return;
    failures += 1;
    const most = Math.min(mostPauseMs, leastPauseMs * 2 ** Math.min(failures - 1, 4));
    const pauseMs = Math.round(leastPauseMs + random() * (most - leastPauseMs));
    if (wasUp || failures === 1) log.warn({ broker: options.url, pauseMs }, 'broker not connected; trying again');
    retry = setTimeout(open, pauseMs);
    if (wasUp) options.onDown?.();
  };

  open();
  return {
    get connected() {
      return up;
    },
    publish(topic, payload, qos) {
      if (!up || client === null || bufferedBytes(client) > mostBufferedBytes) return false;
      client.publish(topic, payload, { qos });
      writes?.flush();
      return true;
    },
    subscribe(topics, qos) {
      for (const topic of topics) wanted.set(topic, qos);
      if (up && client) subscribeAll(client, new Map(topics.map((topic) => [topic, qos])), log);
    },
    unsubscribe(topics) {
      for (const topic of topics) wanted.delete(topic);
      if (up && client && topics.length > 0) client.unsubscribe([...topics], () => {});
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      const last = client;
      client = null;
      up = false;
      if (last) await endClient(last);
    },
  };
}

function openClient({ url, username, password, clientId, tls }: ConnectionOptions): MqttClient {
  const settings: IClientOptions = {
    protocolVersion: 4,
    clean: true,
    clientId,
    keepalive: 15,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: connackMs,
    ...tls,
  };
  if (username !== undefined) settings.username = username;
  if (password !== undefined) settings.password = password;
  return mqttConnect(url, settings);
}

/** mqtt.js never does it itself; without it small messages wait for earlier acknowledgements (66 ms instead of 1.3 ms). */
function setNoDelay(client: MqttClient): void {
  const { stream } = client as unknown as { stream: { setNoDelay?: (on: boolean) => void } };
  stream.setNoDelay?.(true);
}

/** A broker that does not read: more would only fill our memory, and everything is sent again anyway. */
const mostBufferedBytes = 16 * 1024 * 1024;

function bufferedBytes(client: MqttClient): number {
  const { stream } = client as unknown as { stream: { writableLength?: number } };
  return stream.writableLength ?? 0;
}

/** SUBSCRIBE packets of bounded size: a broker may limit them, and thousands of stations are subscribed one by one. */
const topicsPerSubscribe = 200;

function subscribeAll(client: MqttClient, topics: ReadonlyMap<string, 0 | 1>, log: Logger, done?: () => void): void {
  const all = [...topics];
  let open = Math.ceil(all.length / topicsPerSubscribe);
  if (open === 0) done?.();
  for (let from = 0; from < all.length; from += topicsPerSubscribe) {
    const some = all.slice(from, from + topicsPerSubscribe);
    client.subscribe(Object.fromEntries(some.map(([topic, qos]) => [topic, { qos }])), (error, granted) => {
      const refused = granted?.filter(({ qos }) => qos > 2).map(({ topic }) => topic) ?? [];
      if (error) log.warn({ err: error }, 'broker did not take a subscription');
      if (refused.length > 0) log.error({ topics: refused }, 'broker refuses these topics: check its access rules');
      open -= 1;
      if (open === 0 && !error) done?.();
      // Half a subscription is worse than a fresh start.
      else if (error) client.end(true);
    });
  }
}

/** Says DISCONNECT where that works within half a second. */
async function endClient(client: MqttClient): Promise<void> {
  const polite = new Promise<void>((resolve) => client.end(false, {}, () => resolve()));
  const late = new Promise<void>((resolve) => {
    setTimeout(() => {
      client.end(true);
      resolve();
    }, 500).unref();
  });
  await Promise.race([polite, late]);
}
