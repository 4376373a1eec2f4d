import { Writable } from 'node:stream';
import { pino } from 'pino';
import postgres, { type Sql } from 'postgres';
import { Registry } from 'prom-client';
import { defaultStationType } from '../../machines/station-type.ts';
import { type Role, role } from '../../schema/wire/api/access.ts';
import { type ApiOptions, createApp } from '../../src/api/app.ts';
import { findKey, issueKey, markKeyUsed } from '../../src/api/key-store.ts';
import { createKeyring } from '../../src/api/keys.ts';
import { createStreamHub } from '../../src/api/stream/hub.ts';
import { connect, type Database, database } from '../../src/db/client.ts';
import type { BayDesk } from '../../src/stations/bay-desk.ts';
import { createLiveSource } from '../../src/stations/live-source.ts';
import { createSimulatorLink } from '../../src/stations/simulator-link.ts';
import { createTestDatabase } from '../helpers/postgres.ts';

export type Keys = Record<Role, string>;
export type App = ReturnType<typeof createApp>;

/** A database of its own, an API over it without any engine, and a key for each role. */
export async function createReadWorld(own: Partial<ApiOptions> = {}) {
  const { url, drop } = await createTestDatabase();
  const pool = await connect({ databaseUrl: url, max: 4, name: 'test-api' });
  const sql = pool();
  const db = database(sql);
  const plain = postgres(url, { max: 2, onnotice: () => {} });
  const keys = await issueKeys(db);
  const lines: string[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const log = pino({ level: 'debug' }, sink);
  const registry = new Registry();
  let requests = 0;
  const hub = createStreamHub({
    source: createLiveSource(db, async () => []),
    instance: 'test',
    onError: (error) => log.error({ err: error }, 'stream'),
    pollMs: 50,
  });
  const options = {
    db,
    keys: createKeyring({ find: (id) => findKey(db, id), markUsed: (id) => markKeyUsed(db, id), freshForMs: 100 }),
    hub,
    desk: noDesk,
    simulator: createSimulatorLink(null),
    onStuck: () => {},
    probe: async () => ({ database: { ok: true, detail: 'answers' } }),
    registry,
    log,
    newRequestId: () => `r-${++requests}`,
    ...own,
  };
  return {
    url,
    sql: plain,
    db,
    keys,
    /** Lines of the log so far. */
    lines,
    options,
    app: createApp(options),
    async end() {
      hub.stop();
      await Promise.all([sql.end({ timeout: 1 }), plain.end({ timeout: 1 })]);
      await drop();
    },
  };
}

/** Stands where no engine runs: the bays have nobody who could say anything of them. */
const noDesk: BayDesk = {
  readBays: async () => [],
  readStates: async () => [],
  act: () => Promise.reject(new Error('no engine')),
  adopt: () => Promise.reject(new Error('no engine')),
};

/** Whose the keys of the roles that belong to somebody are. */
export const organisationOf: Partial<Record<Role, string>> = { fleet: 'blue-taxi', owner: 'pack-bank' };

export async function issueKeys(db: Database): Promise<Keys> {
  const pairs = await Promise.all(
    role.options.map(async (each) => {
      const bound = { organisation: organisationOf[each] ?? null };
      return [each, await issueKey(db, each, `test ${each}`, bound)];
    }),
  );
  return Object.fromEntries(pairs) as Keys;
}

/** A valid GB/T 34014 code: maker 3, P, type, spec 2, traceability 7, year, month, day, serial 7. */
export const code = (serial: number) => `PLNPB01ABCDEFGJ71${String(serial).padStart(7, '0')}`;

export const vin = (n: number) => `LNBSCB3F6JD1${String(n).padStart(5, '0')}`;

/** A station with `slots` slots, all but the last with a ready pack. */
export async function seedStation(sql: Sql, id: string, slots = 4, firstSerial = 1): Promise<void> {
  await sql`insert into stations (id, name, city, lat, lon, partition, type, simulated)
    values (${id}, ${`Station ${id}`}, 'Beijing', 39.9, 116.4, 0, ${JSON.stringify({ ...defaultStationType, slots })}::text::jsonb, true)`;
  await sql`insert into station_marks (station, link_up, reconciled) values (${id}, true, true)`;
  await sql`insert into slots (station, slot) select ${id}, generate_series(1, ${slots}::int)`;
  for (let slot = 1; slot < slots; slot++)
    await seedPack(sql, code(firstSerial + slot - 1), 'slot', `${id}/slot/${slot}`, id);
}

export async function seedPack(
  sql: Sql,
  pack: string,
  kind: string,
  place: string,
  station: string | null,
): Promise<void> {
  await sql`insert into batteries (code, model, firmware, soc_pct, ready) values (${pack}, 'BP-50', 'bms-4.1.0', 96, ${kind === 'slot'})`;
  await sql`insert into custody (pack, kind, place, station, version, since) values (${pack}, ${kind}, ${place}, ${station}, 1, now())`;
  await sql`insert into custody_moves (pack, version, to_kind, to_place, cause, occurred_at)
    values (${pack}, 1, ${kind}, ${place}, 'seed', now())`;
}

export async function seedSwap(
  sql: Sql,
  swap: { id: string; vin: string; state?: string; minute: number },
): Promise<void> {
  const [station = '', bay = ''] = swap.id.split('.');
  const at = new Date(Date.UTC(2026, 4, 1, 8, swap.minute));
  await sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at)
    values (${swap.id}, ${station}, ${bay}, ${swap.vin}, ${swap.state ?? 'completed'}, 12345, ${at})`;
}

/** What a list answers, before anyone has looked at the items. */
export interface Listed {
  items: Record<string, unknown>[];
  nextCursor: string | null;
}

export interface Answer<T = Listed> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

/** A caller of the app in one role. */
export const callerOf =
  (app: App, keys: Keys) =>
  async <T = Listed>(path: string, as: Role = 'regulator', init: RequestInit = {}): Promise<Answer<T>> => {
    const headers = { Authorization: `Bearer ${keys[as]}`, ...init.headers };
    const answer = await app.request(path, { ...init, headers });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: (text ? JSON.parse(text) : null) as T };
  };
