import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultPointName } from '../../src/platform/fault-points.ts';
import { seedStation, vin } from '../api/fixture.ts';
import { ensureBuilt, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createReservationWorld, inMinutes, type ReservationWorld } from './world.ts';

// Real processes, killed just before, in and just after the statement of a reservation or a movement, and wherever a planner may stop:
// all of it is there or nothing, and the same request gives the one answer.

/** An API in this process, beside those that are killed. */
let world: ReservationWorld;
let sql: Sql;
let serial = 1;
beforeAll(async () => {
  await ensureBuilt();
  world = await createReservationWorld();
  sql = world.sql;
  // Somebody to be told; the address is one that nothing is sent to.
  await sql`insert into organisations (id, kind, name, name_en) values ('blue', 'fleet', '蓝', 'Blue') on conflict do nothing`;
  await sql`insert into webhook_endpoints (id, organisation, url, secret, created_by) values ('w-1', 'blue', 'https://127.0.0.1:1/', 'whsec_x', 'test')`;
}, 120_000);
afterAll(() => world?.end());

async function start(faultPoint?: FaultPointName) {
  const env = { DATABASE_URL: world.url, ...(faultPoint ? { PITLANE_FAULT_POINT: faultPoint } : {}) };
  const program = await startProgram('test/programs/serve-idle-stations', { env });
  const [, url = ''] = await program.saw(/(http:\/\/127\.0\.0\.1:\d+)/, 60_000);
  return { program, url };
}

const once = { 'Idempotency-Key': '"one"' };

/** Asks a process that may be killed meanwhile. Null: nobody lived to answer. */
async function post(url: string, { path, body }: Wanted): Promise<{ status: number; body: object } | null> {
  const headers = { Authorization: `Bearer ${world.keys.admin}`, 'Content-Type': 'application/json', ...once };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }).catch(
    () => null,
  );
  return answer && { status: answer.status, body: (await answer.json()) as object };
}

/** Asks here. */
async function send({ path, body }: Wanted): Promise<{ status: number; body: object }> {
  const { status, body: said } = await world.send<object>('POST', path, body, once);
  return { status, body: said };
}

interface Wanted {
  path: string;
  body: object;
}

/** A station with two packs, and a car. */
async function station() {
  serial += 10;
  const id = `st-${String(serial).padStart(3, '0')}`;
  await seedStation(sql, id, 3, serial);
  await sql`insert into vehicles (vin, fleet, last_station) values (${vin(serial)}, 'blue', ${id})`;
  const [first] = await sql`select pack from custody where place = ${`${id}/slot/1`}`;
  return { id, car: vin(serial), pack: String(first?.pack) };
}
type Station = Awaited<ReturnType<typeof station>>;

const reserving = ({ id, car }: Station, from = 30): Wanted => ({
  path: '/api/v1/reservations',
  body: { vehicle: car, station: id, from: inMinutes(from), to: inMinutes(from + 10), minSoc: 90 },
});
const moving = ({ pack }: Station): Wanted => ({
  path: '/api/v1/movements',
  body: { pack, to: { kind: 'workshop' }, reason: 'worn' },
});

/** Every trace that the request leaves, counted. */
const reservationTraces = async ({ id }: Station) =>
  (
    await sql`select (select count(*)::int from reservations where station = ${id}) as rows,
    (select count(*)::int from batteries b join reservations r on r.id = b.reserved_by where r.station = ${id}) as held,
    (select count(*)::int from events where station = ${id} and type = 'reservation.made') as lines,
    (select count(*)::int from webhook_events v join reservations r on r.id = v.subject where r.station = ${id}) as told,
    (select count(*)::int from idempotency_keys) as answers`
  )[0];
const movementTraces = async ({ id, pack }: Station) =>
  (
    await sql`select (select count(*)::int from custody where pack = ${pack} and kind = 'workshop') as rows,
    (select count(*)::int from batteries where code = ${pack} and not ready) as held,
    (select count(*)::int from events where station = ${id} and type = 'packMoved') as lines,
    (select count(*)::int from custody_moves where pack = ${pack} and cause = 'movement') as told,
    (select count(*)::int from idempotency_keys) as answers`
  )[0];
const nothing = { rows: 0, held: 0, lines: 0, told: 0, answers: 0 };
const everything = { rows: 1, held: 1, lines: 1, told: 1, answers: 1 };

describe.each([
  ['a reservation', reserving, reservationTraces],
  ['a movement', moving, movementTraces],
])('kill -9 of the service in %s', (_name, requestOf, traces) => {
  /** What another process makes of the same request. */
  async function repeated(at: Station, request: Wanted) {
    const [again, more] = [await send(request), await send(request)];
    expect(again.status).toBe(201);
    expect(more).toEqual(again);
    expect(await traces(at)).toEqual(everything);
  }

  test.each<[string, FaultPointName, object]>([
    ['just before its statement', 'request-decided', nothing],
    ['just after its statement', 'request-done', everything],
  ])('%s', async (_when, point, expected) => {
    await sql`delete from idempotency_keys`;
    const at = await station();
    const request = requestOf(at);
    const { program, url } = await start(point);
    expect(await post(url, request)).toBeNull();
    expect(await program.exited).toBe('SIGKILL');
    expect(await traces(at)).toEqual(expected);
    await repeated(at, request);
  });

  test('while its statement is running', async () => {
    await sql`delete from idempotency_keys`;
    const at = await station();
    const request = requestOf(at);
    const { program, url } = await start();
    // It has written and cannot end: what it has locked already is given back or kept with all the rest.
    const blocker = postgres(world.url, { max: 1, onnotice: () => {} });
    await blocker`begin`;
    await blocker`select from station_marks where station = ${at.id} for update`;
    const answered = post(url, request);
    await waitFor(
      'the statement to wait',
      async () =>
        (await sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)
          .length > 0,
      { everyMs: 5 },
    );
    await program.stop('SIGKILL');
    expect(await answered).toBeNull();
    await blocker`commit`;
    await blocker.end();
    await waitFor(
      'its sessions to end',
      async () =>
        (
          await sql`select from pg_stat_activity where application_name like 'test-idle-stations%' and datname = current_database()`
        ).length === 0,
      { withinMs: 20_000 },
    );
    expect([nothing, everything]).toContainEqual(await traces(at));
    await repeated(at, request);
  });
});

describe('kill -9 of a planner', () => {
  /** The promise has lost its pack; or its bay is to be told. */
  const replan = (id: string) => sql`update batteries set alarm_level = 2 where reserved_by = ${id}`;
  const due = (id: string) =>
    sql`update reservations set from_at = from_at - interval '29 minutes', to_at = to_at - interval '29 minutes' where id = ${id}`;

  test.each<[FaultPointName, (id: string) => Promise<unknown>, string]>([
    ['planner-claimed', replan, 'replanned'],
    ['planner-decided', replan, 'replanned'],
    ['planner-written', replan, 'replanned'],
    ['planner-told', due, 'due'],
  ])('at %s: another ends its work', async (point, prepare, end) => {
    await sql`delete from idempotency_keys`;
    const at = await station();
    const made = (await send(reserving(at))).body as { id: string };
    await prepare(made.id);
    const { program } = await start(point);
    expect(await program.exited).toBe('SIGKILL');
    // All of its step or nothing: one pack is held, the one that is promised, and the history says how it came to it.
    const state = async () =>
      (
        await sql`select r.pack, r.bay_told, (select array_agg(b.code) from batteries b where b.reserved_by = r.id) as held,
          (select array_agg(h.what order by h.revision) from reservation_changes h where h.reservation = r.id) as history
          from reservations r where r.id = ${made.id}`
      )[0];
    const between = await state();
    expect(between?.held).toEqual([between?.pack]);
    expect([['made'], ['made', end]]).toContainEqual(between?.history);
    await sql`update reservations set claimed_until = null where id = ${made.id}`;
    const { program: next } = await start();
    await waitFor(
      'its work to be ended',
      async () => {
        const now = await state();
        return now?.history.at(-1) === end && (end !== 'due' || now?.bay_told === 'due');
      },
      { withinMs: 30_000 },
    );
    const now = await state();
    expect(now?.held).toEqual([now?.pack]);
    expect(now?.history).toEqual(['made', end]);
    await next.stop('SIGKILL');
  });
});
