import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { downTopic, upTopic } from '../../schema/wire/topics.ts';
import { connect, type Database, database, type Sql } from '../../src/db/client.ts';
import { openOperatorDatabase } from '../../src/db/operator-database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { serviceUser } from '../../src/plc/identity/acl.ts';
import { type OperatorCommand, readCommandLine } from '../../src/stations/operator/command-line.ts';
import { runOrder } from '../../src/stations/operator/run.ts';
import { freePort, listening } from '../faults/harness/ports.ts';
import { hasMosquitto, mosquittoPath } from '../helpers/mosquitto.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts';
import { waitFor } from '../helpers/wait-for.ts';

let server: TestDatabase;
let sql: Sql;
let db: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  sql = (await connect({ databaseUrl: server.url, max: 1, name: 'test-operator' }))();
  db = database(sql);
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await server.drop();
});

async function type(line: string): Promise<string> {
  const order = readCommandLine(line.split(' '));
  if (order.command === 'help') throw new Error('help');
  return runOrder(db, order);
}

const passwordIn = (output: string) => /broker password +(\S+)/.exec(output)?.[1] ?? '';

describe('a mistake on the command line', () => {
  const mistakes: [line: string, sentence: string][] = [
    ['fly', 'There is no command "fly".'],
    ['add', 'This command needs the id of the station.'],
    ['add bj-900', 'A station needs --name, --lat, --lon.'],
    ['add BJ_900 --name x --lat 1 --lon 2', 'The id: must be a station id such as bj-001.'],
    ['add bj-900 --name x --lat north --lon 2', '--lat: Invalid input: expected number'],
    ['add bj-900 --name x --lat 91 --lon 2', '--lat: Too big'],
    ['add bj-900 --name x --lat 1 --lon 2 --berths 3', '--berths: Invalid input'],
    ['add bj-900 --name x --lat 1 --lon 2 --bays 9', '--bays: Too big'],
    ['add bj-900 --name x --lat 1 --lon 2 --slots 0', '--slots: Too small'],
    ['add bj-900 --name x --lat 1 --lon 2 --colour red', "Unknown option '--colour'"],
    ['add bj-900 bj-901 --name x --lat 1 --lon 2', '"bj-901" is one argument too many.'],
    ['mosquitto', 'This command needs the folder to write to.'],
    ['mosquitto /tmp/x --cert a.pem', '--cert: must come together with --key.'],
    ['mosquitto /tmp/x --service-secret short', '--service-secret: must have at least 16 characters.'],
  ];
  test.each(mistakes)('%s', (line, sentence) => {
    expect(() => readCommandLine(line.split(' '))).toThrow(sentence);
  });
});

describe('the operator', () => {
  test('adds, lists, gives a new password and closes', async () => {
    const added = await type(
      'add bj-201 --name Dongzhimen --lat 39.94 --lon=116.43 --bays 2 --slots 30 --power-kw 800.5',
    );
    expect(added).toContain('bj-201 is registered: Dongzhimen, 2 bays, 30 slots, 800.5 kW.');
    expect(added).toContain('pitlane/v1/bj-201/up');
    expect(passwordIn(added)).toHaveLength(43);
    const rotated = await type('rotate bj-201');
    expect(passwordIn(rotated)).toHaveLength(43);
    expect(passwordIn(rotated)).not.toBe(passwordIn(added));
    expect(await type('list')).toMatch(/^bj-201 +offline +2 × 2 +30 +800\.5 kW +real +Dongzhimen, Beijing$/m);
    await expect(type('add bj-201 --name Again --lat 1 --lon 2')).rejects.toThrow('There is a station bj-201 already');
    expect(await type('retire bj-201')).toContain('closed for good');
    expect(await type('list')).not.toContain('bj-201');
    expect(await type('list --all')).toMatch(/^bj-201 +closed/m);
    await expect(type('rotate bj-201')).rejects.toThrow('There is no station bj-201 in service.');
  });
});

describe('the database of the operator', () => {
  test('is the embedded one, whether it runs or must be started for the moment', async () => {
    const dataDir = await scratchFolder();
    const where = { databaseUrl: undefined, dataDir, say: () => {} };
    const add = readCommandLine('add bj-301 --name A --lat 1 --lon 2'.split(' ')) as Extract<
      OperatorCommand,
      { command: 'add' }
    >;
    const started = await openOperatorDatabase(where);
    await runOrder(started.db, add);
    await started.close();

    const running = await startEmbeddedPostgres({ dataDir, syncNewCluster: false });
    onTestFinished(() => running.stop());
    const found = await openOperatorDatabase(where);
    expect(await runOrder(found.db, { command: 'list', all: false })).toContain('bj-301');
    await found.close();
  });

  test('is said to be missing, or of another version, in a sentence', async () => {
    const open = (databaseUrl: string) => openOperatorDatabase({ databaseUrl, dataDir: '/nowhere', say: () => {} });
    const port = await freePort();
    await expect(open(`postgres://nobody:x@127.0.0.1:${port}/none`)).rejects.toThrow('The database does not answer');
    await expect(open(server.url.replace(/[^/]*$/, 'postgres'))).rejects.toThrow('run "npm run db:migrate" first');
  });
});

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-operator-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs Mosquitto with the files as they were written. */
async function runMosquitto(folder: string, port: number): Promise<{ reload(): void }> {
  const config = join(folder, 'mosquitto.conf');
  // As root it would become a user who cannot enter a private temporary folder.
  if (process.getuid?.() === 0) await writeFile(config, `user root\n${await readFile(config, 'utf8')}`);
  const child = spawn(mosquittoPath ?? '', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  onTestFinished(async () => {
    if (child.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
  });
  await listening(port, () => {
    if (child.exitCode !== null) throw new Error(said);
    return true;
  });
  return { reload: () => child.kill('SIGHUP') };
}

async function login(port: number, username: string, password: string, clientId = username): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { username, password, clientId, reconnectPeriod: 0 });
  onTestFinished(() => client.endAsync(true));
  client.on('error', () => {});
  return client;
}

describe.skipIf(!hasMosquitto)('the files for Mosquitto', () => {
  const urlIn = (output: string) => new URL(/MQTT_URL=(\S+)/.exec(output)?.[1] ?? 'mqtt://none');

  test('carry stations and service, and take over a new password with SIGHUP', async () => {
    const folder = await scratchFolder();
    const [port, servicePort] = [await freePort(), await freePort()];
    const first = passwordIn(await type('add bj-202 --name A --lat 1 --lon 2'));
    const written = await type(`mosquitto ${folder} --port ${port} --service-port ${servicePort}`);
    const url = urlIn(written);
    expect([url.username, url.port]).toEqual([serviceUser, String(servicePort)]);
    const broker = await runMosquitto(folder, port);

    const service = await login(servicePort, serviceUser, decodeURIComponent(url.password), 'pitlane-worker-1');
    const secondOfService = await login(servicePort, serviceUser, decodeURIComponent(url.password), 'pitlane-worker-2');
    const station = await login(port, 'bj-202', first);
    const heard: string[] = [];
    service.on('message', (topic) => heard.push(topic));
    station.on('message', (topic) => heard.push(topic));
    await service.subscribeAsync(upTopic('+'), { qos: 1 });
    await station.subscribeAsync(downTopic('bj-202'), { qos: 1 });
    await station.publishAsync(upTopic('bj-202'), 'x', { qos: 1 });
    await secondOfService.publishAsync(downTopic('bj-202'), 'x', { qos: 1 });
    await waitFor('both ways', () => heard.length === 2);
    expect(service.connected && secondOfService.connected).toBe(true);

    const second = passwordIn(await type('rotate bj-202'));
    const again = await type(`mosquitto ${folder} --port ${port} --service-port ${servicePort}`);
    expect(again).toContain("Pitlane's own password is the one that was in the folder.");
    broker.reload();
    await waitFor('the new password works', () => login(port, 'bj-202', second).catch(() => null));
    await expect(login(port, 'bj-202', first)).rejects.toThrow();
    await login(servicePort, serviceUser, decodeURIComponent(url.password), 'pitlane-worker-3');
  });

  test('let no station throw out another by taking its client id', async () => {
    const folder = await scratchFolder();
    const [port, servicePort] = [await freePort(), await freePort()];
    const [victimSecret, thiefSecret] = await Promise.all(
      ['bj-203', 'bj-204'].map(async (id) => passwordIn(await type(`add ${id} --name A --lat 1 --lon 2`))),
    );
    await type(`mosquitto ${folder} --port ${port} --service-port ${servicePort}`);
    await runMosquitto(folder, port);
    const victim = await login(port, 'bj-203', victimSecret ?? '');
    const thief = await login(port, 'bj-204', thiefSecret ?? '', 'bj-203');
    await thief.publishAsync(upTopic('bj-204'), 'x', { qos: 1 });
    await victim.publishAsync(upTopic('bj-203'), 'x', { qos: 1 });
    expect(victim.connected).toBe(true);
  });

  test('ask for TLS on every address when a certificate is named', async () => {
    const folder = await scratchFolder();
    const said = await type(
      `mosquitto ${folder} --cert /etc/ssl/broker.pem --key /etc/ssl/broker.key --service-secret 0123456789abcdef`,
    );
    expect(said).toContain('reads /etc/ssl/broker.key as the user mosquitto');
    expect(said).toContain('MQTT_URL=mqtt://pitlane-service:0123456789abcdef@127.0.0.1:1884');
    const config = await readFile(join(folder, 'mosquitto.conf'), 'utf8');
    expect(config).toMatch(/^listener 8883\nuse_username_as_clientid true\ncertfile \/etc\/ssl\/broker.pem\nkeyfile /m);
    expect(config).toMatch(/^listener 1884 127\.0\.0\.1$/m);
    expect(await readFile(join(folder, 'passwords'), 'utf8')).toMatch(/^pitlane-service:\$7\$/);
  });
});
