import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Log } from '../platform/log.ts';

export interface LinkOptions {
  url: string;
  clientId: string;
  username?: string | undefined;
  password?: string | undefined;
  /** Certificates and the like, for `mqtts:`. */
  tls?: Pick<IClientOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>;
  log: Log;
  /** A number from 0 up to 1, for the jitter of reconnects. */
  random: () => number;
  /** Publishes without PUBACK above this are refused: the broker does not keep up, and what matters is sent again. */
  maxUnacknowledged?: number;
}

/** The worker's one connection to the broker. It connects again for ever; what was lost meanwhile is not its business. */
export interface Link {
  start(): void;
  stop(): Promise<void>;
  readonly connected: boolean;
  /** False: not sent. QoS 1, and yet no promise of arrival. */
  publish(topic: string, payload: string): boolean;
  /** The topics wanted from now on; kept over reconnects. */
  subscribe(topics: readonly string[]): void;
  unsubscribe(topics: readonly string[]): void;
  onMessage(listener: (topic: string, payload: Uint8Array, retained: boolean) => void): void;
  /** Called when connected and everything wanted is subscribed. */
  onReady(listener: () => void): void;
}

const connackWithinMs = 10_000;
const leastPauseMs = 500;
const mostPauseMs = 8_000;
const topicsPerSubscribe = 100;

/**
 * Clean session, and a new client object for each connection: mqtt.js keeps unacknowledged publishes in memory and would send them again in bulk
 * after a reconnect, when their epoch may be over.
 */
export function createLink(options: LinkOptions): Link {
  const { log, random, maxUnacknowledged = 20_000 } = options;
  const wanted = new Set<string>();
  let onMessage: (topic: string, payload: Uint8Array, retained: boolean) => void = () => {};
  let onReady: () => void = () => {};
  let client: MqttClient | null = null;
  let connected = false;
  let stopped = true;
  let failures = 0;
  let unacknowledged = 0;
  let retry: NodeJS.Timeout | undefined;

  function open(): void {
    const opened = connect(options.url, {
      clientId: options.clientId,
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      ...options.tls,
      protocolVersion: 4,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: connackWithinMs,
      keepalive: 15,
      queueQoSZero: false,
      resubscribe: false,
    });
    client = opened;
    unacknowledged = 0;
    // mqtt.js has its own time-out for CONNACK; there are paths on which it never fires.
    const watchdog = setTimeout(() => close(opened, 'no CONNACK'), connackWithinMs + 500);
    opened.on('connect', () => {
      clearTimeout(watchdog);
      if (client !== opened) return;
      // Without it small messages wait for each other: p50 66 ms instead of 1.3 ms at 130 events/s.
      (opened.stream as unknown as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
      connected = true;
      failures = 0;
      log.info({ url: options.url.replace(/\/\/.*@/, '//') }, 'connected to the broker');
      subscribeAll(opened, [...wanted], () => {
        if (client === opened && connected) onReady();
      });
    });
    opened.on('message', (topic, payload, packet) => {
      if (client === opened) onMessage(topic, payload, packet.retain);
    });
    opened.on('error', (error) => close(opened, error.message));
    opened.on('close', () => {
      clearTimeout(watchdog);
      close(opened, 'connection closed');
    });
  }

  function close(closed: MqttClient, why: string): void {
    if (client !== closed) return;
    client = null;
    connected = false;
    closed.end(true);
    if (stopped) return;
    failures += 1;
    const ceiling = Math.min(mostPauseMs, leastPauseMs * 2 ** (failures - 1));
    const pauseMs = leastPauseMs + random() * (ceiling - leastPauseMs / 2);
    log.warn({ why, pauseMs: Math.round(pauseMs) }, 'no connection to the broker');
    retry = setTimeout(open, pauseMs);
  }

  function subscribeAll(to: MqttClient, topics: readonly string[], done: () => void): void {
    const chunks: string[][] = [];
    for (let at = 0; at < topics.length; at += topicsPerSubscribe)
      chunks.push(topics.slice(at, at + topicsPerSubscribe));
    let left = chunks.length;
    if (left === 0) return done();
    for (const chunk of chunks) {
      to.subscribe(chunk, { qos: 1 }, (error, granted) => {
        if (client !== to) return;
        const refused = granted?.filter(({ qos }) => qos > 2).map(({ topic }) => topic) ?? [];
        if (refused.length > 0) log.error({ topics: refused.slice(0, 5) }, 'the broker refuses subscriptions');
        if (error && refused.length === 0) return close(to, error.message);
        left -= 1;
        if (left === 0) done();
      });
    }
  }

  return {
    start() {
      if (!stopped) return;
      stopped = false;
      open();
    },
    async stop() {
      stopped = true;
      connected = false;
      clearTimeout(retry);
      const last = client;
      client = null;
      if (!last) return;
      await new Promise<void>((resolve) => {
        const give = setTimeout(() => {
          last.end(true);
          resolve();
        }, 1_000);
        last.end(false, {}, () => {
          clearTimeout(give);
          resolve();
        });
      });
    },
    get connected() {
      return connected;
    },
    publish(topic, payload) {
      if (!connected || !client || unacknowledged >= maxUnacknowledged) return false;
      const through = client;
      unacknowledged += 1;
      through.publish(topic, payload, { qos: 1 }, () => {
        if (client === through) unacknowledged -= 1;
      });
      return true;
    },
    subscribe(topics) {
      const fresh = topics.filter((topic) => !wanted.has(topic));
      for (const topic of fresh) wanted.add(topic);
      if (connected && client && fresh.length > 0) subscribeAll(client, fresh, onReady);
    },
    unsubscribe(topics) {
      const gone = topics.filter((topic) => wanted.delete(topic));
      if (connected && client && gone.length > 0) client.unsubscribe(gone);
    },
    onMessage(listener) {
      onMessage = listener;
    },
    onReady(listener) {
      onReady = listener;
    },
  };
}
