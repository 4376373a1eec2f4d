import { z } from 'zod';
import { OperatorError } from './errors.ts';

/** One variable of the environment: what it is called, what it may be, and what it is when left out. */
interface Setting<T> {
  variable: string;
  kind: Kind<T>;
  /** As it would be written in the environment; undefined when the variable may stay unset. */
  fallback: string | undefined;
  /** One sentence for the README. */
  meaning: string;
}

interface Kind<T> {
  schema: z.ZodType<T>;
  /** Completes the sentence "PORT must be …". */
  says: string;
}

const whole = (min: number, max: number): Kind<number> => ({
  schema: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(min).max(max)),
  says: `a whole number from ${min} to ${max}`,
});
const decimal = (min: number, max: number): Kind<number> => ({
  schema: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max)),
  says: `a number from ${min} to ${max}`,
});
const choice = <const T extends string>(...values: readonly [T, ...T[]]): Kind<T> => ({
  schema: z.enum(values) as unknown as z.ZodType<T>,
  says: `one of ${values.join(', ')}`,
});
const text: Kind<string> = { schema: z.string().min(1), says: 'a text' };
const url = (...schemes: readonly string[]): Kind<string> => ({
  schema: z.string().refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol)),
  says: `a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
});

export type ProcessRole = 'api' | 'engine';
const roleList: Kind<ReadonlySet<ProcessRole>> = {
  schema: z
    .string()
    .transform((value) => value.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(['api', 'engine'])).min(1))
    .transform((roles) => new Set(roles)),
  says: 'api, engine or both, with a comma between',
};

const required = <T>(variable: string, kind: Kind<T>, fallback: string, meaning: string): Setting<T> => ({
  variable,
  kind,
  fallback,
  meaning,
});
const optional = <T>(variable: string, kind: Kind<T>, meaning: string): Setting<T | undefined> => ({
  variable,
  kind,
  fallback: undefined,
  meaning,
});

/** All configuration of Pitlane. A new setting is a new line here and a new line in the README's table (a test compares them). */
const settings = {
  host: required('HOST', text, '127.0.0.1', 'Address the API, health and metrics listen on.'),
  port: required(
    'PORT',
    whole(0, 65535),
    '8080',
    'Port of the same, one for each process on a machine; 0 takes a free one.',
  ),
  dataDir: required(
    'DATA_DIR',
    text,
    './data',
    'Folder of the embedded database and of credentials.json; one Pitlane per folder.',
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    url('postgres:', 'postgresql:'),
    'PostgreSQL 15 or later to use instead of the embedded one.',
  ),
  mqttUrl: optional(
    'MQTT_URL',
    url('mqtt:', 'mqtts:'),
    'Broker to use instead of the embedded one, name and password in it; no simulator is started then.',
  ),
  mqttCa: optional('MQTT_CA', text, 'File with the CA (PEM) that signed the certificate of an mqtts broker.'),
  mqttCert: optional('MQTT_CERT', text, 'File with the client certificate (PEM) shown to the broker.'),
  mqttKey: optional('MQTT_KEY', text, 'File with the key (PEM) of that certificate.'),
  embeddedMqttPort: optional(
    'EMBEDDED_MQTT_PORT',
    whole(0, 65535),
    'Port of the embedded broker; when unset 1883, or a free one if that is taken.',
  ),
  roles: required(
    'PITLANE_ROLES',
    roleList,
    'api,engine',
    'What this process does: serve the API, run stations, or both. Without `engine` it needs no broker.',
  ),
  logLevel: required(
    'LOG_LEVEL',
    choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'info',
    'Least severe log line to write (JSON, on standard error).',
  ),

  requestsPerMinute: required(
    'REQUESTS_PER_MINUTE',
    whole(0, 1_000_000),
    '6000',
    'Requests of one key or session per minute that a process answers; 0 is no limit.',
  ),
  sessionIdleMinutes: required(
    'SESSION_IDLE_MINUTES',
    whole(5, 10_080),
    '720',
    'A session that is not used for so long ends.',
  ),
  sessionMaxHours: required('SESSION_MAX_HOURS', whole(1, 2160), '168', 'A session ends after so long in any case.'),
  sessionCookie: required(
    'SESSION_COOKIE',
    choice('secure', 'plain'),
    'secure',
    '`plain` lets people sign in over plain HTTP, where anybody on the way can take their session.',
  ),
  trustedProxies: required(
    'TRUSTED_PROXIES',
    whole(0, 5),
    '0',
    'How many proxies stand before this process: so many entries of X-Forwarded-For are believed.',
  ),
  oidcIssuer: optional('OIDC_ISSUER', url('https:', 'http:'), 'OpenID provider at which people may sign in.'),
  oidcClientId: optional('OIDC_CLIENT_ID', text, 'What the provider calls this service.'),
  oidcClientSecret: optional('OIDC_CLIENT_SECRET', text, 'Secret of this client; unset for a public client.'),
  oidcRedirectUrl: optional(
    'OIDC_REDIRECT_URL',
    url('https:', 'http:'),
    "This service's `/auth/oidc/callback` as browsers see it.",
  ),
  oidcSigningAlg: required(
    'OIDC_SIGNING_ALG',
    choice('RS256', 'PS256', 'ES256', 'EdDSA'),
    'RS256',
    'The one algorithm that ID tokens may be signed with.',
  ),

  timeScale: required(
    'TIME_SCALE',
    decimal(1, 1000),
    '10',
    'How much faster than the clock the simulated equipment runs; real stations are always 1.',
  ),
  simSeed: required('SIM_SEED', whole(0, 4294967295), '1', 'Seed of the simulated world: same seed, same world.'),
  simFaults: optional(
    'SIM_FAULTS',
    text,
    'Fault plan of the simulator that npm start runs (see station-sim/README.md).',
  ),

  webhookTargets: optional(
    'WEBHOOK_TARGETS',
    choice('public', 'loopback', 'private'),
    'Where webhooks may be sent: public addresses by https, also this computer, or anywhere; when unset public, with the embedded database loopback.',
  ),

  databasePoolSize: required(
    'DATABASE_POOL_SIZE',
    whole(2, 200),
    '10',
    'Most connections to the database per process.',
  ),
  statementTimeoutMs: required(
    'STATEMENT_TIMEOUT_MS',
    whole(100, 60_000),
    '4000',
    'Longest time one SQL statement may take.',
  ),
  commitLanes: required('COMMIT_LANES', whole(1, 16), '2', 'Commits a worker has in flight at once.'),
  commitMaxStations: required('COMMIT_MAX_STATIONS', whole(1, 2000), '200', 'Most stations in one commit.'),
  commitMaxEvents: required('COMMIT_MAX_EVENTS', whole(1, 10_000), '1000', 'Most inputs in one commit.'),

  leaseTtlMs: required(
    'LEASE_TTL_MS',
    whole(500, 60_000),
    '5000',
    'How long a partition lease is valid after renewal.',
  ),
  leaseRenewMs: required('LEASE_RENEW_MS', whole(100, 20_000), '1500', 'How often a partition lease is renewed.'),
  leaseMarginMs: required(
    'LEASE_MARGIN_MS',
    whole(50, 20_000),
    '1000',
    'How long before its lease ends the holder stops, on its own monotonic clock.',
  ),

  ackDelayMs: required(
    'ACK_DELAY_MS',
    whole(0, 1000),
    '200',
    'Longest wait for a downlink to carry the commit acknowledgement before it is sent alone.',
  ),
  commandResendMs: required(
    'COMMAND_RESEND_MS',
    whole(100, 60_000),
    '2000',
    'How often a command is sent again until the station reports a result.',
  ),
  outboxPollMs: required(
    'OUTBOX_POLL_MS',
    whole(50, 10_000),
    '250',
    'How often the outbox is read for rows that other processes wrote.',
  ),
  reorderWindow: required(
    'REORDER_WINDOW',
    whole(1, 1024),
    '64',
    'Records of one station held back while an earlier one is missing.',
  ),
  reorderWaitMs: required(
    'REORDER_WAIT_MS',
    whole(100, 60_000),
    '3000',
    'Wait for a missing record before a resend is asked for.',
  ),
  linkLostMs: required(
    'LINK_LOST_MS',
    whole(1000, 600_000),
    '5000',
    'Silence after which a station counts as offline.',
  ),
} as const;

type Settings = typeof settings;

export type Config = { readonly [K in keyof Settings]: Settings[K] extends Setting<infer T> ? T : never };
export type LogLevel = Config['logLevel'];

/**
 * Parses the environment, once, at start. An empty variable counts as unset.
 * @throws OperatorError with one sentence per variable that is wrong.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const config: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const value = environment[setting.variable] || setting.fallback;
    if (value === undefined) continue;
    const parsed = setting.kind.schema.safeParse(value);
    if (parsed.success) config[key] = parsed.data;
    else problems.push(`${setting.variable} must be ${setting.kind.says}, but it is "${withoutPassword(value)}".`);
  }
  const complete = config as unknown as Config;
  if (problems.length === 0) problems.push(...contradictions(complete));
  if (problems.length > 0) throw new OperatorError(problems.join('\n'));
  return complete;
}

function withoutPassword(value: string): string {
  return value.replace(/:\/\/.*@/, '://...@');
}

/** What each variable alone cannot show. */
function contradictions(config: Config): string[] {
  if ((config.mqttCert === undefined) !== (config.mqttKey === undefined)) {
    return ['MQTT_CERT and MQTT_KEY belong together: set both or none.'];
  }
  if (!config.roles.has('engine') && config.databaseUrl === undefined) {
    return ['A process without the role engine works on the database of others: set DATABASE_URL.'];
  }
  const oidc = [config.oidcIssuer, config.oidcClientId, config.oidcRedirectUrl];
  if (oidc.some((each) => each === undefined) && oidc.some((each) => each !== undefined)) {
    return ['OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_REDIRECT_URL belong together: set all or none.'];
  }
  if (config.oidcIssuer?.startsWith('http:') && !isLoopback(config.oidcIssuer)) {
    return ['OIDC_ISSUER must be https, unless it is on this computer.'];
  }
  const { leaseTtlMs, leaseRenewMs, leaseMarginMs } = config;
  if (leaseRenewMs + leaseMarginMs < leaseTtlMs) return [];
  return [
    `LEASE_RENEW_MS (${leaseRenewMs}) and LEASE_MARGIN_MS (${leaseMarginMs}) together must be less than LEASE_TTL_MS (${leaseTtlMs}).`,
  ];
}

/** Plain HTTP is for what is on the same computer. */
export const isLoopback = (address: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);

export interface SettingRow {
  variable: string;
  /** Empty when unset by default. */
  fallback: string;
  allowed: string;
  meaning: string;
}

/** The README's table, row by row. */
export function describeSettings(): SettingRow[] {
  return (Object.values(settings) as Setting<unknown>[]).map(({ variable, kind, fallback, meaning }) => ({
    variable,
    fallback: fallback ?? '',
    allowed: kind.says,
    meaning,
  }));
}
