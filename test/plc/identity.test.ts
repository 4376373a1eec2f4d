import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { downTopic, simControlTopic, simReportTopic, telemetryTopic, upTopic } from '../../schema/wire/topics.ts';
import { createBrokerAcl, mosquittoAcl, mosquittoPasswords, serviceUser } from '../../src/plc/identity/acl.ts';
import { type NewSecret, newSecret, secretMatches } from '../../src/plc/identity/secret.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { hasMosquitto, startMosquitto } from '../helpers/mosquitto.ts';
import { waitFor } from '../helpers/wait-for.ts';

const own = 'bj-001';
const other = 'bj-002';
const secrets: Record<string, NewSecret> = { [own]: newSecret(), [other]: newSecret(), [serviceUser]: newSecret() };

/** Starts a broker under the generated rules and gives its address. */
const brokers: Record<string, () => Promise<string>> = {
  aedes: async () => {
    const acl = createBrokerAcl({
      findSecretHash: async (station) => secrets[station]?.hash ?? null,
      serviceHash: secrets[serviceUser]?.hash ?? '',
    });
    return (await startTestBroker({ acl })).url;
  },
  mosquitto: async () => {
    const users = Object.entries(secrets).map(([user, { passwordEntry }]) => ({ user, passwordEntry }));
    return (await startMosquitto({ acl: mosquittoAcl(), passwordFile: mosquittoPasswords(users) })).url;
  },
};

const clients: MqttClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
});

async function login(url: string, user: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(url, {
    protocolVersion: 4,
    clientId: user,
    username: user,
    password: secrets[user]?.secret ?? 'wrong',
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  client.on('error', () => {});
  return client;
}

describe.each(Object.keys(brokers))('identity on %s', (name) => {
  const start = brokers[name] as () => Promise<string>;
  const here = it.skipIf(name === 'mosquitto' && !hasMosquitto);

  here('refuses a wrong secret, an unknown user and nobody', async () => {
    const url = await start();
    await expect(login(url, own, { password: newSecret().secret })).rejects.toThrow();
    await expect(login(url, 'bj-999')).rejects.toThrow();
    await expect(connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 })).rejects.toThrow();
  });

  here('carries a station to the service and back, on its own topics', async () => {
    const url = await start();
    const service = await login(url, serviceUser);
    const station = await login(url, own);
    const heard: string[] = [];
    for (const client of [service, station]) client.on('message', (topic) => heard.push(topic));
    await service.subscribeAsync([upTopic(own), telemetryTopic('+'), simReportTopic('+')], { qos: 1 });
    await station.subscribeAsync([downTopic(own), simControlTopic(own)], { qos: 1 });
    for (const topic of [upTopic(own), telemetryTopic(own), simReportTopic(own)]) {
      await station.publishAsync(topic, 'x', { qos: 1 });
    }
    for (const topic of [downTopic(own), simControlTopic(own)]) await service.publishAsync(topic, 'x', { qos: 1 });
    await waitFor('all five arrive', () => heard.length === 5);
  });

  here('keeps a station out of every other topic, in both directions', async () => {
    const url = await start();
    const service = await login(url, serviceUser);
    const victim = await login(url, other);
    const heard: string[] = [];
    service.on('message', (topic) => heard.push(topic));
    victim.on('message', (topic) => heard.push(topic));
    await service.subscribeAsync([upTopic('+'), telemetryTopic('+')], { qos: 1 });
    await victim.subscribeAsync(downTopic(other), { qos: 1 });

    for (const topic of [upTopic(other), telemetryTopic(other), downTopic(other), downTopic(own)]) {
      const attacker = await login(url, own);
      // Aedes ends the connection, Mosquitto swallows the message.
      const closed = new Promise<void>((resolve) => attacker.once('close', () => resolve()));
      await Promise.race([attacker.publishAsync(topic, 'forged', { qos: 1 }).catch(() => {}), closed]);
      await attacker.endAsync(true);
    }
    const spy = await login(url, own);
    for (const filter of [
      downTopic(other),
      downTopic('+'),
      '#',
      upTopic(own),
      '$SYS/#',
      `$share/g/${downTopic(own)}`,
    ]) {
      await spy.subscribeAsync(filter, { qos: 1 }).catch(() => {});
    }
    let spied = '';
    spy.on('message', (topic) => {
      spied = topic;
    });
    await service.publishAsync(downTopic(other), 'secret', { qos: 1 });
    await waitFor('the victim gets its own', () => heard.includes(downTopic(other)));
    expect(heard).toEqual([downTopic(other)]);
    expect(spied).toBe('');
  });

  here('does not publish a last will on a foreign topic', async () => {
    const url = await start();
    const service = await login(url, serviceUser);
    const heard: string[] = [];
    service.on('message', (topic) => heard.push(topic));
    await service.subscribeAsync(upTopic('+'), { qos: 1 });
    const will = (station: string) => ({
      topic: upTopic(station),
      payload: Buffer.from('gone'),
      qos: 1 as const,
      retain: false,
    });
    const forger = await login(url, own, { will: will(other) }).catch(() => null);
    forger?.stream.destroy();
    const honest = await login(url, other, { will: will(other), clientId: other });
    honest.stream.destroy();
    await waitFor('the honest will arrives', () => heard.length > 0);
    expect(heard).toEqual([upTopic(other)]);
  });
});

it('matches a secret only with its own hash', () => {
  const { secret, hash } = newSecret();
  expect(secretMatches(secret, hash)).toBe(true);
  expect(secretMatches(`${secret}x`, hash)).toBe(false);
  expect(secretMatches(secret, null)).toBe(false);
});
