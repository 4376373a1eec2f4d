import { newToken } from '../../src/parties/tokens.ts';
import { passwordHash, password as secret } from '../parties/browser.ts';
import { inMinutes, type ReservationWorld } from '../reservations/world.ts';
import { code, seedPack, vin } from './fixture.ts';

/** A thing to change, made for one request. */
export interface Thing {
  /** The row that is changed, and the request's path below /api/v1. */
  id: string;
  path: string;
  body?: object;
  /** Of who asks; the admin where left out. */
  headers?: Record<string, string>;
}

export interface Change {
  /** The table of the thing and the column of its id. */
  row: readonly [table: string, column: string];
  make: (world: ReservationWorld, n: number) => Promise<Thing>;
  /** Every table its statement writes, but for the record of who did what. A row that is deleted is not written. */
  writes: readonly string[];
  /** What the second of two gets that name the same edition; left out: 412 with the thing as it is. */
  loser?: number;
}

/** Makes one through the API; its id. */
async function post(world: ReservationWorld, path: string, body: object): Promise<string> {
  const made = await world.send<Record<string, unknown>>('POST', `/api/v1/${path}`, body);
  const within = Object.values(made.body) as ({ id?: unknown } | null)[];
  const id = made.body.id ?? within.find((each) => each?.id)?.id;
  if (typeof id !== 'string') throw new Error(`POST ${path}: ${made.status} ${made.text}`);
  return id;
}

async function user({ sql }: ReservationWorld, n: number): Promise<string> {
  const id = `u${String(n).padStart(12, '0')}`;
  await sql`insert into users (id, email, name, role, password_hash) values (${id}, ${`u${n}@example.com`}, 'U', 'operations', ${await passwordHash()})`;
  return id;
}

/** A user who is signed in. That the session is used is noted already: nothing else writes its row. */
async function signedIn(world: ReservationWorld, n: number) {
  const id = await user(world, n);
  const { token, hash } = newToken();
  await world.sql`insert into sessions (hash, id, "user", method, created_at, last_used_at, expires_at)
    values (${hash}, ${`s${id.slice(1)}`}, ${id}, 'password', now(), now() + interval '1 hour', now() + interval '1 day')`;
  const headers = { Cookie: `__Host-pitlane=${token}`, 'Sec-Fetch-Site': 'same-origin' };
  return { id, session: `s${id.slice(1)}`, headers };
}

/** A station of its own, so that none waits for another. */
async function station(world: ReservationWorld, n: number): Promise<string> {
  const id = `st-${String(n).padStart(3, '0')}`;
  await world.station(id, 2);
  return id;
}

async function reservation(world: ReservationWorld, n: number): Promise<Thing> {
  const id = await station(world, n);
  const vehicle = await world.car(n, null, id);
  const window = { from: inMinutes(30), to: inMinutes(40) };
  const made = await post(world, 'reservations', { vehicle, station: id, ...window, minSoc: 80 });
  return { id: made, path: `reservations/${made}`, body: { from: inMinutes(35), to: inMinutes(45) } };
}

async function model(world: ReservationWorld, n: number): Promise<Thing> {
  const id = `BP-${n}`;
  await world.sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values (${id}, ${id}, 'NCM', 50000, 350, 320, 'frame-a', 'plug-400')`;
  return { id, path: `battery-models/${id}`, body: { name: 'another' } };
}

async function key(world: ReservationWorld, n: number): Promise<Thing> {
  const id = await post(world, 'keys', { label: `k${n}`, role: 'regulator' });
  return { id, path: `keys/${id}`, body: { label: 'another' } };
}

async function webhook(world: ReservationWorld): Promise<Thing> {
  const id = await post(world, 'webhooks', { url: 'https://8.8.8.8/hook' });
  const event = `evt_${id.slice(2).repeat(2)}`;
  // One that is under way goes with its endpoint.
  await world.sql`insert into webhook_deliveries (endpoint, event, type, give_up_at)
    values (${id}, ${event}, 'pitlane.webhook.test.v1', now() + interval '1 day')`;
  return { id, path: `webhooks/${id}`, body: { description: 'another' } };
}

async function site(world: ReservationWorld, n: number): Promise<Thing> {
  const id = `depot-${n}`;
  await world.sql`insert into second_life_sites (id, name, import_limit_w, tariff_category, changed_by) values (${id}, ${id}, 100000, 'rate', 'test')`;
  return { id, path: `second-life-sites/${id}`, body: { importLimitW: 90_000 } };
}

async function asset(world: ReservationWorld, n: number): Promise<Thing> {
  const { sql } = world;
  const { id: depot } = await site(world, n);
  const pack = code(900_000 + n);
  const id = `PLNPE50GB1${String(n).padStart(7, '0')}RP`;
  await seedPack(sql, pack, 'secondLifeSite', `secondLifeSite/${depot}`, null);
  await sql`update batteries set status = 'secondLife' where code = ${pack}`;
  await sql`insert into gradings (pack, n, policy, grade, soh_pct, reasons, test, inputs, place, tested_at, graded_by)
    values (${pack}, 1, 1, 'B', 70, '[]', '{}', '{}', 'workshop/fengtai', now(), 'test')`;
  await sql`insert into second_life_assets (code, pack, site, function, power_w, energy_wh, soc_min_pct, soc_max_pct, reserve_pct, charge_efficiency_pct,
      discharge_efficiency_pct, state, grading, commissioned_at, changed_by)
    values (${id}, ${pack}, ${depot}, 'peakShaving', 20000, 30000, 10, 90, 0, 95, 95, 'planned', 1, null, 'test')`;
  return { id, path: `second-life-assets/${id}`, body: { powerW: 15_000, reason: 'worn cable' } };
}

/** What is changed at a station stands in its log too, and its engine is woken. */
const inTheLog = ['events', 'station_marks', 'wakeups'] as const;
/** What is changed of a reservation, is told too, and changes what is held. */
const promised = ['batteries', 'reservation_changes', 'reservations', 'webhook_events'] as const;
/** What is changed at a site is followed up: it plans anew. */
const planned = ['dispatch_marks', 'follow_ups'] as const;

/** Every PATCH, PUT and DELETE of the API. */
export const changes: Readonly<Record<string, Change>> = {
  'PATCH /api/v1/organisations/{id}': {
    row: ['organisations', 'id'],
    writes: ['organisations'],
    async make(world, n) {
      await world.sql`insert into organisations (id, kind, name) values (${`fleet-${n}`}, 'fleet', 'F')`;
      return { id: `fleet-${n}`, path: `organisations/fleet-${n}`, body: { name: 'another' } };
    },
  },
  'PATCH /api/v1/users/{id}': {
    row: ['users', 'id'],
    writes: ['users'],
    async make(world, n) {
      const id = await user(world, n);
      return { id, path: `users/${id}`, body: { name: 'another' } };
    },
  },
  'DELETE /api/v1/users/{id}/sessions': {
    row: ['sessions', 'id'],
    writes: ['sessions'],
    async make(world, n) {
      const { id, session } = await signedIn(world, n);
      return { id: session, path: `users/${id}/sessions` };
    },
  },
  'PATCH /api/v1/session': {
    row: ['users', 'id'],
    writes: ['users'],
    make: async (world, n) => ({ ...(await signedIn(world, n)), path: 'session', body: { language: 'en' } }),
  },
  'PUT /api/v1/session/password': {
    row: ['users', 'id'],
    writes: ['sessions', 'users'],
    async make(world, n) {
      const body = { current: secret, next: 'another four words to keep' };
      return { ...(await signedIn(world, n)), path: 'session/password', body };
    },
  },
  'DELETE /api/v1/session': {
    row: ['sessions', 'id'],
    writes: ['sessions'],
    async make(world, n) {
      const { session, headers } = await signedIn(world, n);
      return { id: session, path: 'session', headers };
    },
  },
  'DELETE /api/v1/sessions/{id}': {
    row: ['sessions', 'id'],
    writes: ['sessions'],
    async make(world, n) {
      const { session, headers } = await signedIn(world, n);
      return { id: session, path: `sessions/${session}`, headers };
    },
  },
  'PATCH /api/v1/keys/{id}': { row: ['api_keys', 'id'], writes: ['api_keys'], make: key },
  'DELETE /api/v1/keys/{id}': { row: ['api_keys', 'id'], writes: ['api_keys'], make: key },
  'PATCH /api/v1/webhooks/{id}': { row: ['webhook_endpoints', 'id'], writes: ['webhook_endpoints'], make: webhook },
  'DELETE /api/v1/webhooks/{id}': {
    row: ['webhook_endpoints', 'id'],
    writes: ['webhook_deliveries'],
    make: webhook,
    loser: 404,
  },
  'PUT /api/v1/stations/{id}/opening-hours': {
    row: ['opening_hours', 'station'],
    writes: [...inTheLog, 'opening_hours'],
    async make(world, n) {
      const id = await station(world, n);
      return { id, path: `stations/${id}/opening-hours`, body: { spans: [{ weekday: 1, opens: 0, closes: 1440 }] } };
    },
  },
  'DELETE /api/v1/stations/{id}/maintenance-windows/{window}': {
    row: ['maintenance_windows', 'id'],
    writes: [...inTheLog, 'maintenance_windows'],
    loser: 404,
    async make(world, n) {
      const path = `stations/${await station(world, n)}/maintenance-windows`;
      const body = { from: inMinutes(60), to: inMinutes(90), reason: 'lift inspection' };
      const id = await post(world, path, body);
      return { id, path: `${path}/${id}` };
    },
  },
  'PATCH /api/v1/reservations/{id}': {
    row: ['reservations', 'id'],
    writes: [...inTheLog, ...promised],
    make: reservation,
  },
  'DELETE /api/v1/reservations/{id}': {
    row: ['reservations', 'id'],
    writes: [...inTheLog, ...promised],
    async make(world, n) {
      const { body: _, ...rest } = await reservation(world, n);
      return rest;
    },
  },
  'PATCH /api/v1/batteries/{code}': {
    row: ['batteries', 'code'],
    writes: ['batteries', 'battery_history', ...inTheLog],
    async make(world, n) {
      const id = await station(world, n);
      const [row] = await world.sql`select pack from custody where place = ${`${id}/slot/1`}`;
      return {
        id: String(row?.pack),
        path: `batteries/${row?.pack}`,
        body: { status: 'quarantined', reason: 'smells' },
      };
    },
  },
  'PATCH /api/v1/battery-models/{id}': { row: ['battery_models', 'id'], writes: ['battery_models'], make: model },
  'DELETE /api/v1/battery-models/{id}': { row: ['battery_models', 'id'], writes: [], make: model, loser: 404 },
  'PATCH /api/v1/vehicles/{vin}': {
    row: ['vehicles', 'vin'],
    writes: [...inTheLog, 'vehicles'],
    async make(world, n) {
      await world.car(n, null, await station(world, n));
      return { id: vin(n), path: `vehicles/${vin(n)}`, body: { plate: '京A00001' } };
    },
  },
  'PATCH /api/v1/second-life-sites/{id}': {
    row: ['second_life_sites', 'id'],
    writes: [...planned, 'second_life_sites'],
    make: site,
  },
  'PATCH /api/v1/second-life-assets/{code}': {
    row: ['second_life_assets', 'code'],
    writes: ['asset_events', ...planned, 'second_life_assets'],
    make: asset,
  },
};
