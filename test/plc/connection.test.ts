import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BrokerConnection, connectBroker } from '../../src/plc/connection.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { hasMosquitto, startMosquitto } from '../helpers/mosquitto.ts';
import { waitFor } from '../helpers/wait-for.ts';

function open(url: string) {
  const heard: string[] = [];
  const changes: string[] = [];
  const connection: BrokerConnection = connectBroker({
    url,
    clientId: 'worker-1',
    onMessage: (topic, payload) => heard.push(`${topic} ${payload}`),
    onUp: () => changes.push('up'),
    onDown: () => changes.push('down'),
    log: pino({ level: 'silent' }),
    random: () => 0,
  });
  onTestFinished(() => connection.stop());
  return { connection, heard, changes };
}

async function say(url: string, topic: string, payload: string): Promise<void> {
  const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
  await client.publishAsync(topic, payload, { qos: 1 });
  await client.endAsync();
}

describe('broker connection', () => {
  it('carries messages, and only those it subscribed to', async () => {
    const broker = await startTestBroker();
    const { connection, heard } = open(broker.url);
    connection.subscribe(['a/1', 'a/2'], 1);
    await waitFor('it is up', () => connection.connected);
    connection.subscribe(['a/3'], 0);
    await waitFor('the late subscription works', async () => {
      await say(broker.url, 'a/3', 'late');
      return heard.includes('a/3 late');
    });
    connection.unsubscribe(['a/2']);
    await say(broker.url, 'a/2', 'unwanted');
    await say(broker.url, 'a/1', 'wanted');
    await waitFor('the wanted one arrives', () => heard.includes('a/1 wanted'));
    expect(heard).not.toContain('a/2 unwanted');
    expect(connection.publish('a/1', 'own', 1)).toBe(true);
    await waitFor('its own message comes round', () => heard.includes('a/1 own'));
  });

  it('comes back after the broker lost everything, with its subscriptions', async () => {
    const broker = await startTestBroker();
    const { connection, heard, changes } = open(broker.url);
    connection.subscribe(['a/1'], 1);
    await waitFor('it is up', () => connection.connected);
    await broker.restart();
    await waitFor('it is up again', () => changes.join() === 'up,down,up');
    await say(broker.url, 'a/1', 'again');
    await waitFor('it hears', () => heard.includes('a/1 again'));
  });

  it('waits for a broker that is not there yet, says so by refusing to publish', async () => {
    const broker = await startTestBroker();
    await broker.stop();
    const { connection } = open(broker.url);
    expect(connection.publish('a/1', 'x', 1)).toBe(false);
    await broker.restart();
    await waitFor('it is up', () => connection.connected);
  });

  it.skipIf(!hasMosquitto)('drops what the broker had retained', async () => {
    const broker = await startMosquitto();
    const client = await connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 });
    await client.publishAsync('a/1', 'old', { qos: 1, retain: true });
    const { connection, heard } = open(broker.url);
    connection.subscribe(['a/1'], 1);
    await waitFor('it is up', () => connection.connected);
    await client.publishAsync('a/1', 'new', { qos: 1 });
    await waitFor('the new one arrives', () => heard.includes('a/1 new'));
    expect(heard).toEqual(['a/1 new']);
    await client.endAsync();
  });
});
