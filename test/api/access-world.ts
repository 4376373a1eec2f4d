import type { Sql } from 'postgres';
import { Registry } from 'prom-client';
import { newLease } from '../../machines/lease/step.ts';
import { type Role, role } from '../../schema/wire/api/access.ts';
import type { Bay } from '../../schema/wire/api/station.ts';
import { planTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { createApp } from '../../src/api/app.ts';
import { issueKey } from '../../src/api/key-store.ts';
import { ApiError } from '../../src/api/problem.ts';
import { newToken } from '../../src/parties/tokens.ts';
import { type App, code, createReadWorld, seedPack, seedStation, seedSwap, vin } from './fixture.ts';

/** Two of everything, so that each caller has something of its own and there is something that is somebody else's. */
export interface Side {
  station: string;
  fleet: string;
  owner: string;
  /** A car of the fleet, and the pack of the owner in it. */
  vehicle: string;
  packInCar: string;
  /** A pack of the owner in the first slot of the station. */
  packInSlot: string;
  /** Of the car, at the station. */
  reservation: string;
  /** Of the owner, and a lease of the car on it, paid by the fleet. */
  plan: string;
  lease: string;
  /** Of the car, at the station, running. */
  swap: string;
  command: string;
  alarm: string;
  incident: string;
  deadLetter: string;
  /** A user and a key of the fleet. */
  user: string;
  key: string;
  /** A webhook endpoint of the fleet. */
  webhook: string;
}

const sideOf = (n: 1 | 2): Side => {
  const station = `bj-00${n}`;
  const swap = `${station}.1.9`;
  return {
    station,
    fleet: `fleet-${n}`,
    owner: `owner-${n}`,
    vehicle: vin(n),
    packInCar: code(900 + n),
    packInSlot: code(n * 100),
    swap,
    command: `${station}/1/cycle/${swap}/1.3.0`,
    alarm: `${station}/k`,
    incident: `${station}/k`,
    deadLetter: '',
    user: `u00000000000${n}`,
    key: '',
    webhook: `w-000000000000000${n}`,
    reservation: `r-000000000000000${n}`,
    plan: `plan-${n}`,
    lease: `l-000000000000000${n}`,
  };
};

/** The event that was sent to the endpoint of a side. */
export const eventOf = ({ webhook }: Side): string => `evt_${webhook.slice(2).repeat(2)}`;

const bayOf = ({ station, swap, vehicle }: Side): Bay => ({
  station,
  bay: '1',
  state: 'swapping',
  swap,
  vehicle,
  robotStep: null,
  shuttleStep: null,
  waitingFor: null,
  safety: 'ready',
  sensors: null,
  allowed: [],
});

/** Everybody asks from side `mine`; `theirs` is the other. */
export interface AccessWorld {
  app: App;
  sql: Sql;
  mine: Side;
  theirs: Side;
  /** Headers of each role: a signed-in user, for `service` a key. */
  headersOf: Record<Role, Record<string, string>>;
  /** The same with a key. */
  keysOf: Record<Role, Record<string, string>>;
  end(): Promise<void>;
}

export async function createAccessWorld(): Promise<AccessWorld> {
  const world = await createReadWorld();
  const mine = sideOf(1);
  const theirs = sideOf(2);
  for (const side of [mine, theirs]) await seed(world.sql, side);
  for (const side of [mine, theirs]) {
    side.key = keyIdIn(await issueKey(world.db, 'fleet', `key of ${side.fleet}`, { organisation: side.fleet }));
  }
  const refuse = () => Promise.reject(new ApiError('action-not-allowed'));
  const desk = {
    ...world.options.desk,
    readBays: async (stations: readonly string[]) =>
      [mine, theirs].filter(({ station }) => stations.includes(station)).map(bayOf),
    readStates: refuse,
    act: refuse,
    adopt: refuse,
  };
  const headersOf = await signInAll(world.sql, mine, world.keys.service);
  return {
    app: createApp({ ...world.options, desk, registry: new Registry() }),
    sql: world.sql,
    mine,
    theirs,
    headersOf,
    keysOf: Object.fromEntries(
      role.options.map((each) => [each, { Authorization: `Bearer ${world.keys[each]}` }]),
    ) as unknown as AccessWorld['keysOf'],
    end: world.end,
  };
}

const packRead = (of: string) => ({ code: of, socPct: 50, sohPct: 93, energyWh: 25_000, nominalWh: null });

const keyIdIn = (key: string): string => key.split('_')[1] ?? '';

async function seed(sql: Sql, side: Side): Promise<void> {
  const { station, fleet, owner, vehicle, packInCar, packInSlot, swap, command, user } = side;
  await seedStation(sql, station, 3, Number(packInSlot.slice(-7)));
  await sql`insert into organisations (id, kind, name) values (${fleet}, 'fleet', ${fleet}), (${owner}, 'owner', ${owner})`;
  await sql`insert into vehicles (vin, fleet, last_station) values (${vehicle}, ${fleet}, ${station})`;
  await seedPack(sql, packInCar, 'vehicle', `vehicle/${vehicle}`, null);
  await sql`update batteries set owner = ${owner} where code in (${packInCar}, ${packInSlot})`;
  await seedSwap(sql, { id: swap, vin: vehicle, state: 'running', minute: 9 });
  await sql`update swaps set fleet = ${fleet}, pack_out = ${packInCar} where id = ${swap}`;
  await sql`insert into receipts (swap, station, vin, lessee, owner, plan, plan_version, tariff, released_at, odometer_km, energy_wh, lines, total_fen, usage)
    values (${swap}, ${station}, ${vehicle}, ${fleet}, ${owner}, ${side.plan}, 1, 't/2026-08-01', now(), 1, 1, '[]', 0,
      ${JSON.stringify({ vin: vehicle, odometerKm: 1, inPositionAt: 0, packOut: packRead(packInCar), packIn: packRead(packInSlot) })}::text::jsonb)`;
  await sql`insert into reservations (id, vin, fleet, station, from_at, to_at, min_soc_pct, by)
    values (${side.reservation}, ${vehicle}, ${fleet}, ${station}, now() + interval '1 hour', now() + interval '2 hours', 80, 'test')`;
  await sql`insert into plans (id, owner, name, created_by) values (${side.plan}, ${owner}, 'Plan', 'test')`;
  await sql`insert into plan_versions (plan, version, terms, published_by)
    values (${side.plan}, 1, ${JSON.stringify(planTerms.parse({}))}::text::jsonb, 'test')`;
  await seedLease(sql, side);
  await sql`insert into alarms (station, key, level, code, detail, raised_at, raised_n) values (${station}, 'k', 1, 'c', '', now(), 1)`;
  await sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
    values (${station}, 'k', 'packMoved', '[]', '', now(), 1)`;
  const [letter] = await sql`insert into dead_letters (station, journal_id, seq, boot, type, problem, payload, event_n)
    values (${station}, 'j', 1, 1, 't', 'p', '{}', 1) returning id`;
  side.deadLetter = String(letter?.id);
  await sql`insert into events (station, n, occurred_at, source, type, bay, body)
    values (${station}, 1, now(), 'action', 'hold', '1', '{"reason":"r"}')`;
  await sql`insert into outbox (id, station, bay, machine, instance, swap, type, hash, message, decided_epoch, valid_boot, valid_until_beat, state, event_n)
    values (${command}, ${station}, '1', 'cycle', ${swap}, ${swap}, 'lock', 'h', '{"params":{}}', 1, 1, 20, 'sent', 4)`;
  await sql`insert into webhook_endpoints (id, organisation, url, secret, created_by)
    values (${side.webhook}, ${fleet}, 'https://fleet.example.com/hook', 'whsec_AAAA', 'test')`;
  await sql`insert into webhook_events (id, type, source, subject, time, data, spread_at)
    values (${eventOf(side)}, 'pitlane.webhook.test.v1', '/', 'x', now(), '{}', now())`;
  await sql`insert into webhook_deliveries (endpoint, event, type, give_up_at)
    values (${side.webhook}, ${eventOf(side)}, 'pitlane.webhook.test.v1', now())`;
  await sql`insert into users (id, email, name, role, organisation) values (${user}, ${`someone@${fleet}.example`}, 'Someone', 'fleet', ${fleet})`;
}

async function seedLease(sql: Sql, { lease, vehicle, fleet, owner, plan }: Side): Promise<void> {
  const now = Date.now();
  const quoted = newLease({
    lease,
    vin: vehicle,
    lessee: fleet,
    owner,
    plan: { plan, version: 1, graceDays: 7 },
    minimumTermMonths: 0,
    now,
  });
  const { definition, sourceHash, snapshot } = quoted.stored;
  await sql`insert into leases (id, vin, lessee, owner, plan, plan_version, state, from_day, definition, source_hash, snapshot, created_by)
    values (${lease}, ${vehicle}, ${fleet}, ${owner}, ${plan}, 1, 'quoted', current_date, ${definition}, ${sourceHash},
      ${JSON.stringify(snapshot)}::text::jsonb, 'test')`;
}

/** A user of each role with a session. Their ids and tokens are of no interest. */
async function signInAll(sql: Sql, mine: Side, serviceKey: string): Promise<Record<Role, Record<string, string>>> {
  const pairs = await Promise.all(
    role.options.map(async (each) => {
      if (each === 'service') return [each, { Authorization: `Bearer ${serviceKey}` }];
      const organisation = each === 'fleet' ? mine.fleet : each === 'owner' ? mine.owner : null;
      const stations = each === 'staff' || each === 'maintenance' ? `{${mine.station}}` : '{}';
      const { token, hash } = newToken();
      await sql`insert into users (id, email, name, role, organisation, stations)
        values (${each}, ${`${each}@example.com`}, ${each}, ${each}, ${organisation}, ${stations}::text[])`;
      await sql`insert into sessions (hash, id, "user", method, created_at, last_used_at, expires_at)
        values (${hash}, ${each}, ${each}, 'password', now(), now(), now() + interval '1 day')`;
      return [each, { Cookie: `__Host-pitlane=${token}`, 'Sec-Fetch-Site': 'same-origin' }];
    }),
  );
  return Object.fromEntries(pairs);
}
