import { z } from 'zod';
import { commandId } from './command-id.ts';
import { type EventBody, type EventType, eventBodies } from './events.ts';
import { helloBody } from './hello.ts';
import { journalId, slotNumber, stationId } from './ids.ts';
import { contractVersion } from './topics.ts';

const head = { v: z.literal(contractVersion), station: stationId, journalId, boot: z.int().min(1) };

/** Envelope of one journal record. The body is parsed apart: a good envelope with a bad body still moves the mark. */
export const recordEnvelope = z.strictObject({
  ...head,
  kind: z.literal('record'),
  /** Gap-free for the life of the journal, across boots, from 1. */
  seq: z.int().min(1),
  /** Equipment milliseconds since boot. */
  atMs: z.int().min(0),
  /** Camel case without dots, so that nothing from outside can pass for an event of the machine library (`xstate.*`). */
  type: z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'must be an event type such as packRead'),
  body: z.unknown(),
});

export const hello = z.strictObject({ ...head, kind: z.literal('hello'), body: helloBody });

/** A command came with an epoch below the highest obeyed. Nothing was journaled, nothing moved. */
export const fenced = z.strictObject({
  ...head,
  kind: z.literal('fenced'),
  id: commandId.nullable(),
  epoch: z.int().min(0),
});

/** The station's last will, published by the broker on the station's own up topic. */
export const will = z.strictObject({ ...head, kind: z.literal('will') });

/** Once a second of wall time, QoS 0. `lastSeq` shows a lost tail, `epoch` a foreign owner. */
export const heartbeat = z.strictObject({
  ...head,
  kind: z.literal('heartbeat'),
  /** Wall seconds since boot. Command validity is counted in these. */
  beat: z.int().min(0),
  atMs: z.int().min(0),
  lastSeq: z.int().min(0),
  epoch: z.int().min(0),
});

/** One message per station and period, QoS 0, lossy by design. */
export const telemetry = z.strictObject({
  ...head,
  kind: z.literal('telemetry'),
  atMs: z.int().min(0),
  /** Power drawn by all chargers, W. */
  powerW: z.number().min(0),
  slots: z
    .array(
      z.strictObject({
        slot: slotNumber,
        socPct: z.number().min(0).max(100).nullable(),
        powerW: z.number().min(0),
        maxCellC: z.number().nullable(),
      }),
    )
    .max(400),
});

/** Everything that may arrive on a station's up topic. */
export const uplink = z.discriminatedUnion('kind', [recordEnvelope, hello, fenced, will]);
/** Everything that may arrive on a station's telemetry topic. */
export const telemetryUplink = z.discriminatedUnion('kind', [heartbeat, telemetry]);

export type RecordEnvelope = z.infer<typeof recordEnvelope>;
export type Hello = z.infer<typeof hello>;
export type Fenced = z.infer<typeof fenced>;
export type Will = z.infer<typeof will>;
export type Heartbeat = z.infer<typeof heartbeat>;
export type Telemetry = z.infer<typeof telemetry>;
export type Uplink = z.infer<typeof uplink>;

/** A record whose body has been parsed. */
export type StationRecord = {
  [T in EventType]: Omit<RecordEnvelope, 'type' | 'body'> & { type: T; body: EventBody<T> };
}[EventType];

export type RecordParse = { ok: true; record: StationRecord } | { ok: false; problem: string };

/** Parses a record's body by its type. Unknown types and bad bodies give the field and the reason. */
export function parseRecord(envelope: RecordEnvelope): RecordParse {
  if (!Object.hasOwn(eventBodies, envelope.type)) return { ok: false, problem: `type: unknown event type` };
  const parsed = eventBodies[envelope.type as EventType].safeParse(envelope.body);
  if (parsed.success) return { ok: true, record: { ...envelope, body: parsed.data } as StationRecord };
  const issue = parsed.error.issues[0];
  return { ok: false, problem: `body.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` };
}
