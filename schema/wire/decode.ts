import type { z } from 'zod';
import { type Downlink, downlink } from './downlink.ts';
import { type SimControl, type SimReport, simControl, simReport } from './simulator.ts';
import { contractVersion, maxPayloadBytes, parseTopic, type TopicKind } from './topics.ts';
import { type Heartbeat, type Telemetry, telemetryUplink, type Uplink, uplink } from './uplink.ts';

/** Why a message is not one of this contract. Such a message is counted and dropped: it writes nothing and moves nothing. */
export type Refusal =
  | 'oversize'
  | 'notUtf8'
  | 'notJson'
  | 'wrongTopic'
  | 'wrongVersion'
  | 'wrongStation'
  | 'badEnvelope';

export type Decoded<T> = { ok: true; message: T } | { ok: false; refusal: Refusal; problem: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A message from a station's up topic. A record's body is still raw: parse it with `parseRecord`. */
export const decodeUplink = (topic: string, payload: Uint8Array): Decoded<Uplink> =>
  decode(topic, 'up', payload, uplink);

export const decodeTelemetry = (topic: string, payload: Uint8Array): Decoded<Heartbeat | Telemetry> =>
  decode(topic, 'telemetry', payload, telemetryUplink);

export const decodeDownlink = (topic: string, payload: Uint8Array): Decoded<Downlink> =>
  decode(topic, 'down', payload, downlink);

export const decodeSimControl = (topic: string, payload: Uint8Array): Decoded<SimControl> =>
  decode(topic, 'control', payload, simControl);

export const decodeSimReport = (topic: string, payload: Uint8Array): Decoded<SimReport> =>
  decode(topic, 'report', payload, simReport);

/** The checks stand in order of cost and trust: size, encoding, topic against payload, version, then the schema. */
function decode<T>(topic: string, kind: TopicKind, payload: Uint8Array, schema: z.ZodType<T>): Decoded<T> {
  const address = parseTopic(topic);
  if (address?.kind !== kind) return refuse('wrongTopic', topic.slice(0, 80));
  const json = parseJson(payload);
  if (!json.ok) return json;
  const { v, station } = Object(json.message) as { v?: unknown; station?: unknown };
  if (v !== contractVersion) return refuse('wrongVersion', `v must be ${contractVersion}`);
  if (station !== address.station) return refuse('wrongStation', `station must be ${address.station}, as in the topic`);
  const parsed = schema.safeParse(json.message);
  if (parsed.success) return { ok: true, message: parsed.data };
  const issue = parsed.error.issues[0];
  return refuse('badEnvelope', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/** JSON text from the wire. UTF-8 without byte order mark, within the size limit. */
export function parseJson(payload: Uint8Array): Decoded<unknown> {
  if (payload.byteLength > maxPayloadBytes) return refuse('oversize', `${payload.byteLength} bytes`);
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return refuse('notUtf8', 'payload is not UTF-8');
  }
  try {
    return { ok: true, message: JSON.parse(text) };
  } catch {
    return refuse('notJson', 'payload is not JSON');
  }
}

const refuse = (refusal: Refusal, problem: string): { ok: false; refusal: Refusal; problem: string } => ({
  ok: false,
  refusal,
  problem,
});
