import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { stationId, vin } from '../schema/wire/ids.ts';
import { type FaultPlan, faultPlan, readFaultPlan } from './fault-plan.ts';

export const usage = `Simulated swap stations: PLC, equipment, packs and taxis, over MQTT.

  npm run sim -- [options]

  --stations N | a,b,c  how many stations, or their ids (default 1: bj-001)
  --station-prefix P    prefix of the ids (default bj)
  --default-sized N     the first N stations have the default size of 60 slots (default 2);
                        the others are drawn like Shenzhen's 69 swap stations, 5 to 17 slots
  --slots N             this many slots in every station
  --speed X             equipment seconds per wall second, 0.1 to 1000 (default 1)
  --seed S              same seed, same world (default pitlane)
  --traffic KIND        flat, rhythm or none (default rhythm)
  --arrivals-per-day N  mean arrivals of a default-sized station in rhythm (default 420)
  --faults PLAN         fault plan, JSON or a file with it (see station-sim/README.md)
  --mqtt URL            broker (default mqtt://127.0.0.1:1883)
  --credentials FILE    JSON: {"bj-001": {"username": "...", "password": "..."}, ...}
  --taxis FILE          JSON: {"bj-001": ["VIN", ...], ...}: only these taxis come there (default: any number)
  --ca FILE             CA of an mqtts broker
  --cert FILE --key FILE  client certificate
  --data DIR            keep journals and packs there, so that a restart goes on where it was
  --attendant S         a person presses reset and confirm S equipment seconds after a stop (default: nobody)
  --attendant-for WHAT  anyStop, or powerLoss only (default anyStop)
  --telemetry S         wall seconds between telemetry messages, 0 for none (default 10)
  --no-heartbeat        send no heartbeats: only for measurements
  --quiet               print only warnings
  --help                this text`;

/** A mistake on the command line: its text is all the user sees. */
export class UsageError extends Error {}

const number = (least: number, most: number) => z.string().transform(Number).pipe(z.number().min(least).max(most));
const integer = (least: number, most: number) => z.string().transform(Number).pipe(z.int().min(least).max(most));
const login = z.object({ username: z.string(), password: z.string() });

const schema = z.object({
  stations: z.string().default('1'),
  'station-prefix': stationId.default('bj'),
  'default-sized': integer(0, 5_000).default(2),
  slots: integer(1, 400).optional(),
  speed: number(0.1, 1_000).default(1),
  seed: z.string().min(1).max(100).default('pitlane'),
  traffic: z.enum(['flat', 'rhythm', 'none']).default('rhythm'),
  'arrivals-per-day': number(1, 5_000).default(420),
  faults: z.string().optional(),
  mqtt: z.url({ protocol: /^(mqtts?|tcp)$/ }).default('mqtt://127.0.0.1:1883'),
  credentials: z.string().optional(),
  taxis: z.string().optional(),
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  data: z.string().optional(),
  attendant: number(0, 86_400).optional(),
  'attendant-for': z.enum(['anyStop', 'powerLoss']).default('anyStop'),
  telemetry: number(0, 86_400).default(10),
  'no-heartbeat': z.boolean().default(false),
  quiet: z.boolean().default(false),
});

export interface CliOptions
  extends Omit<z.infer<typeof schema>, 'stations' | 'faults' | 'credentials' | 'taxis' | 'ca' | 'cert' | 'key'> {
  ids: string[];
  plan: FaultPlan;
  logins: Map<string, z.infer<typeof login>>;
  taxis: Map<string, string[]>;
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer };
}

/** Null: help was asked for. */
export function readCliOptions(argv: readonly string[]): CliOptions | null {
  const values = parse(argv);
  if (values.help) return null;
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(`--${String(issue?.path[0])}: ${issue?.message}`);
  }
  const { stations, faults, credentials, taxis, ca, cert, key, ...rest } = parsed.data;
  return {
    ...rest,
    ids: readIds(stations, rest['station-prefix']),
    plan: faults ? asUsage(() => readFaultPlan(faults)) : faultPlan.parse({}),
    logins: credentials ? readLogins(credentials) : new Map(),
    taxis: taxis ? readTaxis(taxis) : new Map(),
    tls: { ...file('ca', ca), ...file('cert', cert), ...file('key', key) },
  };
}

const mostStations = 5_000;

/** A number counts them out under the prefix; anything else is a list of ids. */
function readIds(given: string, prefix: string): string[] {
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= mostStations) {
    return Array.from({ length: count }, (_, i) => `${prefix}-${String(i + 1).padStart(3, '0')}`);
  }
  const ids = z.array(stationId).safeParse(given.split(','));
  if (/^[\d.-]+$/.test(given) || !ids.success) throw new UsageError(`--stations: 1 to ${mostStations}, or station ids`);
  return [...new Set(ids.data)];
}

function parse(argv: readonly string[]): Record<string, unknown> {
  const flags = ['no-heartbeat', 'quiet', 'help'];
  const names = [...Object.keys(schema.shape), 'help'];
  const options = Object.fromEntries(
    names.map((name) => [name, { type: flags.includes(name) ? ('boolean' as const) : ('string' as const) }]),
  );
  return asUsage(() => parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values);
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function file<K extends string>(name: K, path: string | undefined): { [P in K]?: Buffer } {
  if (path === undefined) return {};
  try {
    return { [name]: fs.readFileSync(path) } as { [P in K]?: Buffer };
  } catch {
    throw new UsageError(`--${name}: ${path} cannot be read`);
  }
}

function readLogins(path: string): Map<string, z.infer<typeof login>> {
  const text = file('credentials', path).credentials?.toString('utf8') ?? '';
  const parsed = z.record(z.string(), login).safeParse(asUsage(() => JSON.parse(text) as unknown));
  if (!parsed.success) throw new UsageError(`--credentials: ${path} must map station ids to username and password`);
  return new Map(Object.entries(parsed.data));
}

function readTaxis(path: string): Map<string, string[]> {
  const text = file('taxis', path).taxis?.toString('utf8') ?? '';
  const parsed = z.record(z.string(), z.array(vin).min(1)).safeParse(asUsage(() => JSON.parse(text) as unknown));
  if (!parsed.success) throw new UsageError(`--taxis: ${path} must map station ids to lists of VINs`);
  return new Map(Object.entries(parsed.data));
}
