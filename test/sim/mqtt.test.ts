import { connect } from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downTopic, telemetryTopic, upTopic } from '../../schema/wire/topics.ts';
import { type Uplink, uplink } from '../../schema/wire/uplink.ts';
import { createMqttTransport } from '../../station-sim/mqtt-adapter.ts';
import { createSimFleet, runRealTime } from '../../station-sim/sim-fleet.ts';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { waitFor } from '../helpers/wait-for.ts';

const now = () => Date.now();

async function listen(url: string, id: string) {
  const client = connect(url, { protocolVersion: 4, reconnectPeriod: 50 });
  onTestFinished(() => client.endAsync(true));
  const heard: Uplink[] = [];
  client.on('message', (topic, payload) => {
    if (topic !== upTopic(id)) return;
    const message = uplink.parse(JSON.parse(payload.toString()));
    heard.push(message);
    if (message.kind !== 'record') return;
    const ack = { v: 1, station: id, epoch: 1, ack: { journalId: message.journalId, seq: message.seq }, kind: 'ack' };
    client.publish(downTopic(id), JSON.stringify(ack), { qos: 1 });
  });
  await new Promise<void>((done) => client.once('connect', () => done()));
  await client.subscribeAsync([upTopic(id), telemetryTopic(id)], { qos: 1 });
  return { client, heard };
}

function runStation(url: string) {
  const station = createSimStation({ id: 'bj-001', seed: 'mqtt', startWallMs: now(), timeScale: 50, traffic: 'flat' });
  const transport = createMqttTransport({ url, login: () => null, now, jitter: () => 0, log: () => {} });
  const fleet = createSimFleet([station], transport);
  transport.attach(fleet);
  const stop = runRealTime(fleet, now);
  onTestFinished(async () => {
    await transport.close();
    stop();
  });
  return station;
}

describe('a simulated station on a broker', () => {
  it('says hello, sends its journal in order, and obeys a command', async () => {
    const broker = await startTestBroker();
    const { client, heard } = await listen(broker.url, 'bj-001');
    const station = runStation(broker.url);
    await waitFor('a car in position', () => heard.some((m) => m.kind === 'record' && m.type === 'vehicleInPosition'));
    expect(heard[0]?.kind).toBe('hello');
    const seqs = heard.flatMap((m) => (m.kind === 'record' ? [m.seq] : []));
    expect(seqs.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const vin = station.core.world.bays[0]?.vin;
    const id = 'bj-001/1/cycle/bj-001.1.1/1.1.0';
    const order = { id, hash: 'hash0001', bay: '1', type: 'authorise', params: { swap: 'bj-001.1.1', vin } };
    const head = {
      v: 1,
      station: 'bj-001',
      epoch: 1,
      ack: null,
      kind: 'command',
      validity: { boot: 1, untilBeat: 999 },
    };
    await client.publishAsync(downTopic('bj-001'), JSON.stringify({ ...head, ...order }), { qos: 1 });
    const isResult = (m: Uplink) => m.kind === 'record' && m.type === 'commandResult';
    const result = await waitFor('its result', () => heard.find(isResult));
    expect(result).toMatchObject({ body: { id, outcome: 'completed' } });
  });

  it('comes back after the broker has lost everything, and the broker speaks its will when power fails', async () => {
    const broker = await startTestBroker();
    const station = runStation(broker.url);
    await waitFor('the link', () => station.core.link.up);
    await broker.restart();
    const { heard } = await listen(broker.url, 'bj-001');
    await waitFor('hello again', () => heard.some((m) => m.kind === 'hello'));
    const cut = {
      v: 1,
      station: 'bj-001',
      id: 'c-1',
      type: 'fault',
      fault: { kind: 'powerCut', when: 'now', forMs: 300 },
    };
    station.control(cut, now());
    await waitFor('the will', () => heard.some((m) => m.kind === 'will'));
    await waitFor('hello of boot 2', () => heard.some((m) => m.kind === 'hello' && m.boot === 2));
  });
});
