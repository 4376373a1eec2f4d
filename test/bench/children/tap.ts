/**
 * Loaded before the service's own program (`node --import`), the same in every variant. Reads the clock at two points of the MQTT
 * client: when it has decoded a packet from the broker (`packetreceive`) and when it has written one to its socket (`packetsend`).
 * Nothing of the service knows of it.
 */
import { Session } from 'node:inspector/promises';
import { MqttClient } from 'mqtt';
import { answerParent } from '../child-link.ts';
import { monotonicMs } from '../statistics.ts';

export interface TapSample {
  /** `station seq` of each record, when it was received. */
  received: [string, number][];
  /** Command id, when it was first written. */
  published: [string, number][];
}

interface Packet {
  cmd: string;
  payload?: Buffer | string;
}

let on = false;
let received: { payload: Buffer | string; at: number }[] = [];
let published: { payload: Buffer | string; at: number }[] = [];

const emit = MqttClient.prototype.emit as (this: unknown, event: string, ...rest: unknown[]) => boolean;
MqttClient.prototype.emit = function tapped(this: unknown, event: string, ...rest: unknown[]): boolean {
  if (on && (event === 'packetreceive' || event === 'packetsend')) {
    const { cmd, payload } = rest[0] as Packet;
    if (cmd === 'publish' && payload)
      (event === 'packetsend' ? published : received).push({ payload, at: monotonicMs() });
  }
  return emit.call(this, event, ...rest);
} as typeof MqttClient.prototype.emit;

function listen({ trace }: { trace: boolean }): void {
  on = trace;
  received = [];
  published = [];
}

/** What was seen since `listen`. The messages are read only now, so that reading them costs the window nothing. */
function sample(): TapSample {
  on = false;
  const seen: TapSample = { received: [], published: [] };
  for (const { payload, at } of received) {
    const record = JSON.parse(payload.toString()) as { kind: string; station: string; seq: number };
    if (record.kind === 'record') seen.received.push([`${record.station} ${record.seq}`, at]);
  }
  const ids = new Set<string>();
  for (const { payload, at } of published) {
    const message = JSON.parse(payload.toString()) as { kind: string; id: string };
    if (message.kind !== 'command' || ids.has(message.id)) continue;
    ids.add(message.id);
    seen.published.push([message.id, at]);
  }
  return seen;
}

let session: Session | null = null;

async function profileStart({ intervalUs }: { intervalUs: number }): Promise<void> {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: intervalUs });
  await session.post('Profiler.start');
}

async function profileStop(): Promise<unknown> {
  const result = await session?.post('Profiler.stop');
  session?.disconnect();
  session = null;
  return result?.profile;
}

answerParent({ listen, sample, profileStart, profileStop, memory: () => process.memoryUsage() });
// The service decides by itself when it ends.
process.channel?.unref();
