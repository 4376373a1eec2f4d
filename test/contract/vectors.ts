import { readdirSync, readFileSync } from 'node:fs';
import {
  type Decoded,
  decodeDownlink,
  decodeSimControl,
  decodeSimReport,
  decodeTelemetry,
  decodeUplink,
} from '../../schema/wire/decode.ts';
import { parseRecord } from '../../schema/wire/uplink.ts';

const folder = new URL('./vectors/', import.meta.url);

/**
 * One golden message. `reason` names why a receiver rejects it: a refusal of `schema/wire/decode.ts`, or `badBody` for a record whose
 * envelope is good and whose body is not (the mark moves, a dead letter is kept).
 */
export interface Vector {
  name: string;
  direction: 'up' | 'telemetry' | 'down' | 'simControl' | 'simReport';
  topic: string;
  /** The message as text; or as base64 where it is not text. */
  payload?: string;
  payloadBase64?: string;
  /** Fill the payload with spaces up to this many bytes. */
  padTo?: number;
  expect: 'accept' | 'reject';
  reason: string | null;
}

export function loadVectors(): Vector[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vector[]);
}

export function payloadOf(vector: Vector): Buffer {
  if (vector.payloadBase64 !== undefined) return Buffer.from(vector.payloadBase64, 'base64');
  const bytes = Buffer.from(vector.payload ?? '', 'utf8');
  if (vector.padTo === undefined) return bytes;
  return Buffer.concat([bytes, Buffer.alloc(vector.padTo - bytes.length, ' ')]);
}

const decoders: Record<Vector['direction'], (topic: string, payload: Uint8Array) => Decoded<unknown>> = {
  up: decodeUplink,
  telemetry: decodeTelemetry,
  down: decodeDownlink,
  simControl: decodeSimControl,
  simReport: decodeSimReport,
};

/** What the wire schemas make of a vector: null when they accept it, otherwise the reason in the vectors' words. */
export function judge(vector: Vector): string | null {
  if (vector.direction === 'up') return judgeUplink(vector);
  const decoded = decoders[vector.direction](vector.topic, payloadOf(vector));
  return decoded.ok ? null : decoded.refusal;
}

function judgeUplink(vector: Vector): string | null {
  const decoded = decodeUplink(vector.topic, payloadOf(vector));
  if (!decoded.ok) return decoded.refusal;
  if (decoded.message.kind !== 'record') return null;
  return parseRecord(decoded.message).ok ? null : 'badBody';
}
