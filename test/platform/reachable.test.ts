import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { brokerAddress, readBrokerTls, requireBroker, requireDatabase } from '../../src/platform/reachable.ts';
import { startTestBroker } from '../helpers/broker.ts';
import { createTestDatabase } from '../helpers/postgres.ts';

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('what the service needs', () => {
  test('a database that answers, or one sentence', async () => {
    const { url, drop } = await createTestDatabase();
    onTestFinished(drop);
    await requireDatabase(url);
    const port = await closedPort();
    await expect(requireDatabase(`postgres://u:secret@127.0.0.1:${port}/x`)).rejects.toThrow(
      `The database at 127.0.0.1:${port} cannot be used: nothing listens there. Check DATABASE_URL and whether the server runs.`,
    );
    await expect(requireDatabase(url.replace(/[^/]*$/, 'no_such_database'))).rejects.toThrow(
      /cannot be used: database "no_such_database" does not exist\. Check/,
    );
  });

  test('a broker that takes it, or one sentence', async () => {
    const acl = {
      authenticate: (name?: string, password?: string) => (name === 'a b' && password === 'p/w' ? name : null),
      mayPublish: () => true,
      maySubscribe: () => true,
    };
    const broker = await startTestBroker({ acl });
    const addressFor = (user: string) => brokerAddress(`mqtt://${user}127.0.0.1:${broker.port}`);
    await requireBroker(addressFor('a%20b:p%2Fw@'), 'test');
    await expect(requireBroker(addressFor(''), 'test')).rejects.toThrow(/cannot be used: .*[Nn]ot authorized/);
    const port = await closedPort();
    await expect(requireBroker(brokerAddress(`mqtt://127.0.0.1:${port}`), 'test')).rejects.toThrow(
      `The MQTT broker at 127.0.0.1:${port} cannot be used: nothing listens there. Check MQTT_URL and whether the broker runs.`,
    );
  });

  test('keeps secrets out of what may be logged, and names a file it cannot read', async () => {
    expect(brokerAddress('mqtts://u:s@host:8883').url).toBe('mqtts://host:8883');
    await expect(readBrokerTls({ ca: '/no/such/file' })).rejects.toThrow(
      /^\/no\/such\/file \(MQTT_CA\) cannot be read/,
    );
  });
});
