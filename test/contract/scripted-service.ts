import { isDeepStrictEqual } from 'node:util';
import mqtt, { type MqttClient } from 'mqtt';
import { decodeTelemetry, decodeUplink } from '../../schema/wire/decode.ts';
import type { CommitAck } from '../../schema/wire/downlink.ts';
import { downTopic, telemetryTopic, upTopic } from '../../schema/wire/topics.ts';
import { type Hello, parseRecord, type RecordEnvelope } from '../../schema/wire/uplink.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** Anything a station sent, decoded. */
export type Received = Record<string, unknown> & { kind: string };

export interface ScriptedService {
  station: string;
  /** Everything the station sent that the contract accepts, in order of arrival. */
  received: Received[];
  /** Records taken, gap-free: each once. */
  records: RecordEnvelope[];
  /** What a station must never do: messages that do not decode, records that changed, too many under way. */
  violations: string[];
  /** Highest beat heard, and the boot it belongs to. */
  pulse: { boot: number; beat: number };
  epoch: number;
  /** False: the service takes records and keeps silent about it. */
  acknowledges: boolean;
  /** Newest record that any message has acknowledged. */
  ackedSeq: number;
  ack(): CommitAck;
  send(message: Record<string, unknown>): void;
  sendRaw(payload: string | Uint8Array): void;
  /** The newest hello, asked for. */
  askHello(): Promise<Hello>;
  stop(): Promise<void>;
}

export interface ScriptedServiceOptions {
  url: string;
  station: string;
  /** Gives 0 ≤ x < 1. When set, 30 % of the messages are dropped and 30 % doubled, both ways. */
  chaos?: () => number;
}

const dropShare = 0.3;
const doubleShare = 0.3;
/** Records a station may have under way beyond the last one acknowledged. */
export const windowRecords = 64;

/**
 * A service of a few lines for tests of a station: it takes only the next record, acknowledges, asks again for what is missing and
 * notes every breach of the contract. It decides nothing.
 */
export async function startScriptedService(options: ScriptedServiceOptions): Promise<ScriptedService> {
  const { station } = options;
  const client = await mqtt.connectAsync(options.url, {
    protocolVersion: 4,
    clean: true,
    clientId: `service-${station}`,
  });
  const service: ScriptedService = {
    station,
    received: [],
    records: [],
    violations: [],
    pulse: { boot: 0, beat: 0 },
    epoch: 1,
    acknowledges: true,
    ackedSeq: 0,
    ack: () => acknowledgement(service),
    send: (message) => service.sendRaw(JSON.stringify(complete(service, message))),
    sendRaw: (payload) => publish(client, options, Buffer.from(payload as string)),
    askHello: () => askHello(service),
    async stop() {
      clearInterval(beat);
      await client.endAsync(true);
    },
  };
  client.on('message', (topic, payload) => {
    for (let copies = copiesOf(options.chaos); copies > 0; copies -= 1) receive(service, topic, payload);
  });
  await client.subscribeAsync([upTopic(station), telemetryTopic(station)], { qos: 1 });
  const beat = setInterval(() => nudge(service), 200);
  return service;
}

function copiesOf(chaos?: () => number): number {
  const x = chaos?.() ?? 1;
  if (x < dropShare) return 0;
  return x < dropShare + doubleShare ? 2 : 1;
}

function publish(client: MqttClient, { station, chaos }: ScriptedServiceOptions, payload: Buffer): void {
  for (let copies = copiesOf(chaos); copies > 0; copies -= 1) client.publish(downTopic(station), payload, { qos: 1 });
}

/** Fills in what every downlink has. */
function complete(service: ScriptedService, message: Record<string, unknown>): Record<string, unknown> {
  return { v: 1, station: service.station, epoch: service.epoch, ack: service.ack(), ...message };
}

function acknowledgement(service: ScriptedService): CommitAck {
  const last = service.records.at(-1);
  if (!last || !service.acknowledges) return null;
  service.ackedSeq = last.seq;
  return { journalId: last.journalId, seq: last.seq };
}

function receive(service: ScriptedService, topic: string, payload: Buffer): void {
  const decoded = topic.endsWith('/telemetry') ? decodeTelemetry(topic, payload) : decodeUplink(topic, payload);
  if (!decoded.ok) {
    service.violations.push(`${decoded.refusal} ${decoded.problem}: ${payload.toString('utf8').slice(0, 300)}`);
    return;
  }
  const { message } = decoded;
  service.received.push(message as unknown as Received);
  if (message.kind === 'heartbeat') service.pulse = { boot: message.boot, beat: message.beat };
  if (message.kind === 'hello') service.pulse = { boot: message.boot, beat: message.body.beat };
  if (message.kind === 'record') take(service, message);
}

function take(service: ScriptedService, record: RecordEnvelope): void {
  const parsed = parseRecord(record);
  if (!parsed.ok) service.violations.push(`record ${record.seq} ${record.type}: ${parsed.problem}`);
  const mark = service.records.at(-1)?.seq ?? 0;
  const first = service.records[0];
  if (first && first.journalId !== record.journalId) return;
  if (record.seq > service.ackedSeq + windowRecords)
    service.violations.push(`record ${record.seq} is more than 64 above ${service.ackedSeq}`);
  const known = service.records.find((candidate) => candidate.seq === record.seq);
  if (known && record.type !== 'journalLost' && !isDeepStrictEqual(known, record))
    service.violations.push(`record ${record.seq} changed`);
  if (record.seq === mark + 1) service.records.push(record);
}

/** What a service does about lost messages: acknowledge again, and ask for the records it knows to be missing. */
function nudge(service: ScriptedService): void {
  if (!service.acknowledges) return;
  const mark = service.records.at(-1)?.seq ?? 0;
  const missing = service.received
    .slice(-windowRecords)
    .some((message) => Number(message.seq ?? message.lastSeq) > mark);
  if (missing) service.send({ kind: 'resend', fromSeq: mark + 1 });
  else if (mark > 0) service.send({ kind: 'ack' });
}

async function askHello(service: ScriptedService): Promise<Hello> {
  const from = service.received.length;
  let asked = 0;
  return waitFor('a hello', () => {
    if (asked === 0 || Date.now() - asked > 1000) {
      asked = Date.now();
      service.send({ kind: 'helloRequest' });
    }
    return service.received.slice(from).find((message) => message.kind === 'hello') as unknown as Hello | undefined;
  });
}
