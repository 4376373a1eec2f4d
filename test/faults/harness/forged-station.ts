import { connect } from 'mqtt';
import type { HelloBody } from '../../../schema/wire/hello.ts';
import { downTopic, telemetryTopic, upTopic } from '../../../schema/wire/topics.ts';

interface ForgedRecord {
  seq: number;
  type: string;
  body: unknown;
}

/** A PLC without equipment whose journal the test writes: good records, bad ones, and numbers that never come. */
export interface ForgedStation {
  append(record: ForgedRecord): void;
  end(): Promise<void>;
}

const journalId = 'forged';

export async function startForgedStation(url: string, station: string): Promise<ForgedStation> {
  const records: ForgedRecord[] = [];
  let acked = 0;
  const began = Date.now();
  const head = { v: 1, station, journalId, boot: 1 };
  const client = connect(url, { clean: true, reconnectPeriod: 200, clientId: station });
  client.on('error', () => {});
  const publish = (topic: string, message: unknown) =>
    client.connected && client.publish(topic, JSON.stringify({ ...head, ...(message as object) }), { qos: 1 });
  const lastSeq = () => records.at(-1)?.seq ?? 0;
  const sendOpen = (from: number) => {
    for (const { seq, type, body } of records) {
      if (seq >= from) publish(upTopic(station), { kind: 'record', seq, atMs: seq, type, body });
    }
  };
  const sayHello = () =>
    publish(upTopic(station), { kind: 'hello', body: helloBody(Math.floor((Date.now() - began) / 1000), lastSeq()) });
  const beat = setInterval(() => {
    const beats = Math.floor((Date.now() - began) / 1000);
    publish(telemetryTopic(station), {
      kind: 'heartbeat',
      beat: beats,
      atMs: beats * 1000,
      lastSeq: lastSeq(),
      epoch: 0,
    });
    sendOpen(acked + 1);
  }, 500);
  client.on('connect', () => {
    client.subscribe(downTopic(station), { qos: 1 }, () => {
      sayHello();
      sendOpen(acked + 1);
    });
  });
  client.on('message', (_topic, payload) => {
    const message = JSON.parse(payload.toString('utf8')) as {
      kind: string;
      ack: { seq: number } | null;
      fromSeq?: number;
    };
    acked = Math.max(acked, message.ack?.seq ?? 0);
    if (message.kind === 'helloRequest') sayHello();
    if (message.kind === 'resend') sendOpen(message.fromSeq ?? 1);
  });
  return {
    append(record) {
      records.push(record);
      publish(upTopic(station), { kind: 'record', atMs: record.seq, ...record });
    },
    async end() {
      clearInterval(beat);
      await client.endAsync(true);
    },
  };
}

/** An empty station at rest. */
function helloBody(beat: number, asOfSeq: number): HelloBody {
  return {
    asOfSeq,
    oldestSeq: asOfSeq === 0 ? 0 : 1,
    epoch: 0,
    firmware: 'forged-1',
    anchor: { atMs: beat * 1000, utc: new Date().toISOString() },
    timeScale: 1,
    beat,
    stationPowerLimitW: 1_600_000,
    bays: [
      {
        bay: '1',
        berths: 2,
        sensors: {
          vehiclePresent: false,
          clamps: 'open',
          vehicleLift: 'down',
          packLock: 'noPack',
          packLift: 'down',
          shuttle: 'atSlot',
          exitLight: 'red',
          emergencyStop: false,
        },
        safety: 'ready',
        active: [],
        vehicle: null,
        places: ['berth/1', 'berth/2', 'lift', 'vehicle'].map((place) => ({ place: `bay/1/${place}`, code: null })),
      },
    ],
    slots: [],
    isolation: [],
    results: [],
    alarms: [],
  };
}
