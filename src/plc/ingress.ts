import { decodeTelemetry, decodeUplink, type Refusal } from '../../schema/wire/decode.ts';
import { parseTopic } from '../../schema/wire/topics.ts';
import {
  type Heartbeat,
  parseRecord,
  type RecordEnvelope,
  type StationRecord,
  type Telemetry,
  type Uplink,
} from '../../schema/wire/uplink.ts';
import type { Log } from '../platform/log.ts';

/** Why a message was dropped without a trace in the database. `forged`: it carries the name of an internal event. */
export type Dropped = Refusal | 'notOurs' | 'forged' | 'foreignJournal' | 'overflow';

export type ParsedRecord = { envelope: RecordEnvelope; lastSeq: number } & (
  | { record: StationRecord; problem: null }
  | { record: null; problem: string }
);

export interface IngressHandlers {
  onRecord(station: string, record: ParsedRecord): void;
  onMessage(station: string, message: Exclude<Uplink, { kind: 'record' }> | Heartbeat | Telemetry): void;
  onDropped(reason: Dropped, station: string | null): void;
}

/** Parses what the broker delivers, once, and hands it on. Nothing here waits: the caller is mqtt.js's own delivery. */
export function createIngress(handlers: IngressHandlers, log: Log) {
  const seen = new Set<string>();

  /** Counted each time, logged once per kind: whoever floods us must not flood the log. */
  const drop = (reason: Dropped, station: string | null, problem: string) => {
    handlers.onDropped(reason, station);
    if (seen.has(reason)) return;
    seen.add(reason);
    log.warn({ station, reason, problem }, 'message dropped; further ones of this kind are only counted');
  };

  return {
    drop,
    receive(topic: string, payload: Uint8Array): void {
      const address = parseTopic(topic);
      if (!address) {
        drop('wrongTopic', null, topic.slice(0, 80));
        return;
      }
      const { station, kind } = address;
      if (kind === 'telemetry') {
        const decoded = decodeTelemetry(topic, payload);
        if (decoded.ok) handlers.onMessage(station, decoded.message);
        else drop(decoded.refusal, station, decoded.problem);
        return;
      }
      const decoded = decodeUplink(topic, payload);
      if (!decoded.ok) {
        drop(isForged(decoded.refusal, payload) ? 'forged' : decoded.refusal, station, decoded.problem);
        return;
      }
      const { message } = decoded;
      if (message.kind === 'record') handlers.onRecord(station, toRecord(message));
      else handlers.onMessage(station, message);
    },
  };
}

/** The body is parsed here, apart from the envelope: a bad one still moves the mark. */
function toRecord(envelope: RecordEnvelope): ParsedRecord {
  const parsed = parseRecord(envelope);
  if (!parsed.ok) return { envelope, lastSeq: envelope.seq, record: null, problem: parsed.problem };
  const { record } = parsed;
  if (record.type !== 'journalLost') return { envelope, lastSeq: envelope.seq, record, problem: null };
  if (record.body.from !== envelope.seq) {
    return { envelope, lastSeq: envelope.seq, record: null, problem: 'body.from: must be the number of the record' };
  }
  return { envelope, lastSeq: record.body.to, record, problem: null };
}

function isForged(refusal: Refusal, payload: Uint8Array): boolean {
  return refusal === 'badEnvelope' && Buffer.from(payload).includes('"type":"xstate.');
}
