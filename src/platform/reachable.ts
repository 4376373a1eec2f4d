import { readFile } from 'node:fs/promises';
import { connect as connectMqtt } from 'mqtt';
import postgres from 'postgres';
import { OperatorError, sentenceOf } from './errors.ts';

const patienceMs = 8_000;

/** Host and port of a URL, without its secrets. */
const placeOf = (url: string): string => new URL(url).host;

/** @throws OperatorError when the database cannot be used, saying why. */
export async function requireDatabase(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, connect_timeout: patienceMs / 1000, onnotice: () => {} });
  try {
    const [row] = await sql<{ number: number }[]>`select current_setting('server_version_num')::int as number`;
    const major = Math.floor((row?.number ?? 0) / 10_000);
    if (major < 15)
      throw new OperatorError(`Pitlane needs PostgreSQL 15 or later, but ${placeOf(databaseUrl)} runs ${major}.`);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(
      `The database at ${placeOf(databaseUrl)} cannot be used: ${reason(error)}. Check DATABASE_URL and whether the server runs.`,
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

export interface BrokerTls {
  ca?: string;
  cert?: string;
  key?: string;
}

export interface BrokerAddress {
  url: string;
  username?: string;
  password?: string;
  tls?: BrokerTls;
}

export interface BrokerFiles {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

/** @throws OperatorError naming the file that cannot be read. */
export async function readBrokerTls(files: BrokerFiles): Promise<BrokerTls> {
  const tls: BrokerTls = {};
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = files[name];
    if (path === undefined) continue;
    tls[name] = await readFile(path, 'utf8').catch((error: Error) => {
      throw new OperatorError(`${path} (MQTT_${name.toUpperCase()}) cannot be read: ${error.message}.`);
    });
  }
  return tls;
}

/** Name and password stand in the URL; what is left of it may be logged. */
export function brokerAddress(mqttUrl: string, tls: BrokerTls = {}): BrokerAddress {
  const url = new URL(mqttUrl);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    tls,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}

/** @throws OperatorError when the broker does not take us, saying why. */
export async function requireBroker({ url, username, password, tls }: BrokerAddress, clientId: string): Promise<void> {
  const client = connectMqtt(url, {
    protocolVersion: 4,
    clean: true,
    clientId,
    reconnectPeriod: 0,
    connectTimeout: patienceMs,
    ...tls,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('it closed the connection')));
    });
  } catch (error) {
    throw new OperatorError(
      `The MQTT broker at ${placeOf(url)} cannot be used: ${reason(error)}. Check MQTT_URL and whether the broker runs.`,
    );
  } finally {
    client.on('error', () => {});
    client.end(true);
  }
}

const known: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EHOSTUNREACH: 'the host is out of reach',
  ETIMEDOUT: 'it does not answer',
  CONNECT_TIMEOUT: 'it does not answer',
  CONNECTION_CLOSED: 'it closed the connection',
};

function reason(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : '';
  return known[code] ?? sentenceOf(error).replace(/\.$/, '');
}
