import { randomUUID } from 'node:crypto';
import { connect, type MqttClient } from 'mqtt';
import type { SimulatorBody } from '../../schema/wire/api/simulator.ts';
import { type SimReport, simReport } from '../../schema/wire/simulator.ts';
import { maxPayloadBytes, simControlTopic, simReportTopic } from '../../schema/wire/topics.ts';
import type { BrokerAddress } from '../platform/reachable.ts';

export interface SimulatorLink {
  /** Sends a control to a simulated station and waits for its report; null when none comes in time. */
  control(station: string, body: SimulatorBody): Promise<SimReport | null>;
  stop(): Promise<void>;
}

/** Talks to simulators over a connection of its own, opened with the first control: a service with real stations only never has one. */
export function createSimulatorLink(broker: BrokerAddress | null, answerWithinMs = 5_000): SimulatorLink {
  const waiting = new Map<string, (report: SimReport) => void>();
  let opened: Promise<MqttClient> | undefined;

  const open = async (): Promise<MqttClient> => {
    if (broker === null) throw new Error('no broker is configured');
    const { url, username, password, tls } = broker;
    const client = connect(url, {
      protocolVersion: 4,
      clean: true,
      connectTimeout: answerWithinMs,
      reconnectPeriod: 0,
      clientId: `pitlane-sim-control-${randomUUID().slice(0, 8)}`,
      ...tls,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    client.on('message', (_topic, payload) => {
      const report = parseReport(payload);
      if (report) waiting.get(report.id)?.(report);
    });
    client.on('error', () => {});
    // No reconnecting: the next control opens a new connection.
    client.on('close', () => {
      opened = undefined;
      client.end(true);
    });
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('close', () => reject(new Error('the broker is out of reach')));
    });
    if ('setNoDelay' in client.stream) (client.stream as { setNoDelay(on: boolean): void }).setNoDelay(true);
    await client.subscribeAsync(simReportTopic('+'), { qos: 1 });
    return client;
  };

  return {
    async control(station, body) {
      opened ??= open();
      opened.catch(() => {
        opened = undefined;
      });
      const client = await opened.catch(() => null);
      if (client === null) return null;
      const id = randomUUID();
      let timer: NodeJS.Timeout | undefined;
      const answered = new Promise<SimReport | null>((resolve) => {
        timer = setTimeout(() => resolve(null), answerWithinMs);
        waiting.set(id, (report) => resolve(report.station === station ? report : null));
      });
      try {
        await client.publishAsync(simControlTopic(station), JSON.stringify({ v: 1, station, id, ...body }), { qos: 1 });
        return await answered;
      } catch {
        return null;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
    async stop() {
      const client = await opened?.catch(() => null);
      await client?.endAsync(true);
    },
  };
}

function parseReport(payload: Buffer): SimReport | null {
  if (payload.byteLength > maxPayloadBytes) return null;
  try {
    return simReport.safeParse(JSON.parse(payload.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
