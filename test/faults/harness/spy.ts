import { connect, type MqttClient } from 'mqtt';
import type { CommandMessage, Downlink } from '../../../schema/wire/downlink.ts';
import { type SimControl, simReport } from '../../../schema/wire/simulator.ts';
import { downTopic, simControlTopic } from '../../../schema/wire/topics.ts';
import type { RecordEnvelope, Uplink } from '../../../schema/wire/uplink.ts';

/** One message on the wire, as a third party saw it. */
export type Seen = { station: string } & ({ way: 'down'; message: Downlink } | { way: 'up'; message: Uplink });

/** Listens to everything the broker carries and speaks to the simulator's control topic. */
export interface Spy {
  /**
   * The first message from now on that fits. `act` runs in the same turn of the event loop in which the message arrived: nothing is
   * nearer to the moment from outside the processes.
   */
  next<T>(what: string, fits: (seen: Seen) => T | false | null | undefined, options?: NextOptions<T>): Promise<T>;
  control(station: string, order: SimOrder): Promise<void>;
  /** Speaks to a station as a service would, under the epoch it last heard or another one. */
  say(station: string, message: Spoken, epoch?: number): void;
  /** Highest epoch that has been spoken under to this station. */
  epoch(station: string): number;
  /** Highest record number this station has put on the wire, or named in a heartbeat. */
  lastSeq(station: string): number;
  /** Highest commit acknowledgement any service has sent to this station. */
  lastAck(station: string): number;
  connected(): Promise<void>;
  end(): Promise<void>;
}

export interface NextOptions<T> {
  withinMs?: number;
  act?: (found: T) => void;
}

export type Spoken = { kind: 'ack' } | { kind: 'resend'; fromSeq: number };

type WithoutHead<T> = T extends unknown ? Omit<T, 'v' | 'station' | 'id'> : never;
export type SimOrder = WithoutHead<SimControl>;

export function startSpy(url: string): Spy {
  const client = connect(url, { clean: true, reconnectPeriod: 100, connectTimeout: 2000, keepalive: 30 });
  const watchers = new Set<(seen: Seen) => void>();
  const reports = new Map<string, (problem: string | null) => void>();
  const seqs = new Map<string, number>();
  const acks = new Map<string, number>();
  const epochs = new Map<string, number>();
  client.on('error', () => {});
  client.on('connect', () => {
    client.stream.on('error', () => {});
    client.subscribe(['pitlane/v1/+/+', 'pitlane/sim/+/report'], { qos: 0 });
  });
  client.on('message', (topic, payload) => {
    const message = parse(payload);
    if (typeof message !== 'object' || message === null) return;
    const [, kind, station = '', way] = topic.split('/');
    if (kind === 'sim') return answer(reports, message);
    note(way === 'down' ? acks : seqs, station, numberIn(message));
    if (way === 'down') note(epochs, station, (message as Downlink).epoch);
    if (way === 'up' || way === 'down') for (const watch of watchers) watch({ station, way, message } as Seen);
  });
  return {
    next: (what, fits, options) => next(watchers, what, fits, options),
    control: (station, order) => control(client, reports, station, order),
    say(station, message, epoch = epochs.get(station) ?? 0) {
      client.publish(downTopic(station), JSON.stringify({ v: 1, station, epoch, ack: null, ...message }), { qos: 1 });
    },
    epoch: (station) => epochs.get(station) ?? 0,
    lastSeq: (station) => seqs.get(station) ?? 0,
    lastAck: (station) => acks.get(station) ?? 0,
    connected: () =>
      client.connected ? Promise.resolve() : new Promise((done) => client.once('connect', () => done())),
    async end() {
      await client.endAsync(true);
    },
  };
}

function note(highest: Map<string, number>, station: string, number: number): void {
  highest.set(station, Math.max(highest.get(station) ?? 0, number));
}

/** The record number a message speaks of; 0 when it speaks of none. */
function numberIn(message: unknown): number {
  const { seq, lastSeq, ack } = message as { seq?: number; lastSeq?: number; ack?: { seq: number } | null };
  return seq ?? lastSeq ?? ack?.seq ?? 0;
}

function next<T>(
  watchers: Set<(seen: Seen) => void>,
  what: string,
  fits: (seen: Seen) => T | false | null | undefined,
  { withinMs = 30_000, act }: NextOptions<T> = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      watchers.delete(watch);
      reject(new Error(`waited ${withinMs} ms in vain on the wire for: ${what}`));
    }, withinMs);
    const watch = (seen: Seen) => {
      const found = fits(seen);
      if (!found) return;
      watchers.delete(watch);
      clearTimeout(timer);
      act?.(found);
      resolve(found);
    };
    watchers.add(watch);
  });
}

let orders = 0;

/**
 * Publishes the order until the simulator has answered it: a station that is not connected yet misses it. What breaks the link cannot be
 * answered and is published once.
 */
async function control(
  client: MqttClient,
  reports: Map<string, (problem: string | null) => void>,
  station: string,
  order: SimOrder,
): Promise<void> {
  orders += 1;
  const id = `order-${process.pid}-${orders}`;
  const message = JSON.stringify({ v: 1, station, id, ...order });
  const publish = () => client.publish(simControlTopic(station), message, { qos: 1 });
  if (breaksTheLink(order)) return void publish();
  const problem = await new Promise<string | null>((resolve) => {
    const end = (found: string | null) => {
      clearInterval(again);
      clearTimeout(timer);
      reports.delete(id);
      resolve(found);
    };
    const timer = setTimeout(() => end('no answer within 30 s'), 30_000);
    const again = setInterval(publish, 1_000);
    reports.set(id, end);
    publish();
  });
  if (problem !== null) throw new Error(`the simulator refused ${JSON.stringify(order)}: ${problem}`);
}

const breaksTheLink = (order: SimOrder): boolean =>
  order.type === 'fault' && (order.fault.kind === 'linkLoss' || ('when' in order.fault && order.fault.when === 'now'));

function answer(reports: Map<string, (problem: string | null) => void>, message: unknown): void {
  const parsed = simReport.safeParse(message);
  if (parsed.success) reports.get(parsed.data.id)?.(parsed.data.ok ? null : (parsed.data.error ?? 'refused'));
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
}

/** The command of this type to this station, when that is what was seen. */
export function commandOf(seen: Seen, type: string, station?: string): CommandMessage | null {
  if (seen.way !== 'down' || seen.message.kind !== 'command' || seen.message.type !== type) return null;
  return station === undefined || seen.station === station ? seen.message : null;
}

/** The record of this type from this station, when that is what was seen. */
export function recordOf(seen: Seen, type: string, station?: string): RecordEnvelope | null {
  if (seen.way !== 'up' || seen.message.kind !== 'record' || seen.message.type !== type) return null;
  return station === undefined || seen.station === station ? seen.message : null;
}
