import mqtt, { type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BrokerAcl } from '../../src/platform/embedded-broker.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { hasMosquitto, startMosquitto } from '../helpers/mosquitto.ts';
import { waitFor } from '../helpers/wait-for.ts';

async function client(url: string, username: string, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const connected = await mqtt.connectAsync(url, { username, password: 'p', reconnectPeriod: 0, ...options });
  connected.on('error', () => {});
  onTestFinished(() => connected.endAsync(true));
  return connected;
}

/** Everyone owns the topics below their name; "anyone" may read all. */
const ownTopics: BrokerAcl<string> = {
  authenticate: (username, password) => (username && password === 'p' ? username : null),
  mayPublish: (name, topic) => topic.startsWith(`${name}/`),
  maySubscribe: (name, filter) => name === 'anyone' || filter.startsWith(`${name}/`),
};

async function listen(url: string): Promise<string[]> {
  const heard: string[] = [];
  const reader = await client(url, 'anyone');
  reader.on('message', (topic, payload) => heard.push(`${topic} ${payload}`));
  await reader.subscribeAsync('#', { qos: 1 });
  return heard;
}

describe('the embedded broker', () => {
  test('passes QoS 1 messages on, in order', async () => {
    const { url } = await startTestBroker({ acl: ownTopics });
    const heard = await listen(url);
    const station = await client(url, 'a');
    for (let n = 0; n < 50; n++) station.publish('a/up', String(n), { qos: 1 });
    await waitFor('50 messages', () => heard.length === 50);
    expect(heard).toEqual(Array.from({ length: 50 }, (_, n) => `a/up ${n}`));
  });

  test('refuses a wrong password', async () => {
    const broker = await startTestBroker({ acl: ownTopics });
    await expect(client(broker.url, 'a', { password: 'wrong' })).rejects.toThrow(/not authorized/i);
    await waitFor('the refusal is told', () => broker.refusals.some((refusal) => refusal.reason === 'login refused'));
  });

  test.each([
    ['on a foreign topic', 'b/up', {}],
    ['below $SYS', '$SYS/x', {}],
    ['retained', 'a/up', { retain: true }],
    ['with too many levels', 'a/1/2/3/4/5/6/7/8', {}],
  ])('ends the connection of who publishes %s', async (_what, topic, options) => {
    const { url } = await startTestBroker({ acl: ownTopics });
    const heard = await listen(url);
    const forger = await client(url, 'a');
    const closed = new Promise<void>((resolve) => forger.once('close', () => resolve()));
    forger.publish(topic, 'forged', { qos: 1, ...options });
    await closed;
    const honest = await client(url, 'b');
    await honest.publishAsync('b/up', 'after', { qos: 1 });
    await waitFor('the honest message', () => heard.length > 0);
    expect(heard).toEqual(['b/up after']);
  });

  test('ends the connection of who sends a huge payload', async () => {
    const { url } = await startTestBroker({ acl: ownTopics });
    const station = await client(url, 'a');
    const closed = new Promise<void>((resolve) => station.once('close', () => resolve()));
    station.publish('a/up', Buffer.alloc(300_000), { qos: 1 });
    await closed;
  });

  test.each(['b/down', '$share/g/a/down', '$SYS/#', '#'])('refuses the subscription to %s', async (filter) => {
    const { url } = await startTestBroker({ acl: ownTopics });
    const station = await client(url, 'a');
    await expect(station.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
  });

  test('publishes a will on the own topic and swallows one on a foreign topic', async () => {
    const { url } = await startTestBroker({ acl: ownTopics });
    const heard = await listen(url);
    const forger = await client(url, 'a', {
      will: { topic: 'b/up', payload: Buffer.from('will'), qos: 1, retain: false },
    });
    forger.stream.destroy();
    const honest = await client(url, 'b', {
      will: { topic: 'b/up', payload: Buffer.from('gone'), qos: 1, retain: false },
    });
    honest.stream.destroy();
    await waitFor('the will', () => heard.length > 0);
    expect(heard).toEqual(['b/up gone']);
  });

  test('lets nobody take a client id from another user, but the same user may come again', async () => {
    const { url } = await startTestBroker({ acl: ownTopics });
    const first = await client(url, 'a', { clientId: 'station-a' });
    await expect(client(url, 'b', { clientId: 'station-a' })).rejects.toThrow(/identifier rejected/i);
    expect(first.connected).toBe(true);
    const closed = new Promise<void>((resolve) => first.once('close', () => resolve()));
    await client(url, 'a', { clientId: 'station-a' });
    await closed;
  });

  test('keeps no session: what was sent meanwhile is gone', async () => {
    const { url } = await startTestBroker({ acl: ownTopics });
    const session = { clientId: 'station-a', clean: false };
    const before = await client(url, 'a', session);
    await before.subscribeAsync('a/down', { qos: 1 });
    await before.endAsync();
    const again = await client(url, 'a', session);
    const packet = await new Promise((resolve) => {
      again.once('packetreceive', resolve);
      again.subscribe('a/down');
    });
    expect(packet).toMatchObject({ cmd: 'suback' });
  });

  test('starts empty again on the same port', async () => {
    const broker = await startTestBroker({ acl: ownTopics });
    const station = await client(broker.url, 'a', { reconnectPeriod: 20 });
    const back = new Promise((resolve) => station.once('close', () => station.once('connect', resolve)));
    await broker.restart();
    await back;
    expect(broker.connectedClients()).toBe(1);
  });
});

describe.skipIf(!hasMosquitto)('mosquitto', () => {
  test('runs with users and an access list', async () => {
    const broker = await startMosquitto({
      users: { a: 'p', anyone: 'p' },
      acl: 'user anyone\ntopic read #\npattern readwrite %u/#\n',
    });
    const heard = await listen(broker.url);
    const station = await client(broker.url, 'a');
    await station.publishAsync('b/up', 'forged', { qos: 1 });
    await station.publishAsync('a/up', 'own', { qos: 1 });
    await waitFor('a message', () => heard.length > 0);
    expect(heard).toEqual(['a/up own']);
    await expect(client(broker.url, 'stranger')).rejects.toThrow();
  });

  test('can be killed and started again on its port', async () => {
    const broker = await startMosquitto();
    await broker.stop('SIGKILL');
    const again = await startMosquitto({ port: broker.port });
    await client(again.url, 'a');
  });
});
