import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alternative, Reservation, ReservationDetail, ReservationKpi } from '../../schema/wire/api/reservation.ts';
import { createPlanner, type PlannerPoint } from '../../src/reservations/planner.ts';
import type { Need } from '../../src/reservations/planner-work.ts';
import { createReservationWorld, inMinutes, type ReservationWorld } from './world.ts';

let world: ReservationWorld;
let stations = 0;
let cars = 100;
beforeAll(async () => {
  world = await createReservationWorld();
  await world.sql`insert into organisations (id, kind, name, name_en) values ('blue', 'fleet', '蓝', 'Blue') on conflict do nothing`;
  await world.sql`insert into webhook_endpoints (id, organisation, url, secret, created_by) values ('w-1', 'blue', 'https://x.test/', 'whsec_x', 'test')`;
}, 60_000);
afterAll(() => world?.end());

const plannerWith = (onPoint?: (point: PlannerPoint, need: Need) => void) =>
  createPlanner({
    db: world.db,
    desk: {
      readStates: world.desk.readStates,
      readBays: async (ids) => ids.map((station) => ({ ...idleBay, station })),
    },
    stepper: world.stepper,
    log: world.options.log,
    ...(onPoint ? { onPoint: (point, { need }) => onPoint(point, need) } : {}),
  });
const idleBay = {
  bay: '1',
  state: 'idle' as const,
  swap: null,
  vehicle: null,
  robotStep: null,
  shuttleStep: null,
  waitingFor: null,
  safety: 'ready' as const,
  sensors: null,
  allowed: [],
};

/** Looks again as if the claims had run out, until there is nothing to do. */
async function settle(planner = plannerWith()): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    await world.sql`update reservations set claimed_until = null where claimed_until is not null`;
    const before = await world.sql`select sum(revision) as n from reservations`;
    await planner.work();
    const after = await world.sql`select sum(revision) as n from reservations`;
    if (before[0]?.n === after[0]?.n) return;
  }
  throw new Error('the planner does not come to rest');
}

/** A station of its own far from the others, and a reservation there. */
async function reserved(packs: number, own: object = {}) {
  stations += 1;
  const station = `st-${String(stations).padStart(3, '0')}`;
  await world.station(station, packs, 100 * stations);
  cars += 1;
  const vehicle = await world.car(cars, 'blue', station);
  const made = await world.reserve<Reservation>({
    vehicle,
    station,
    from: inMinutes(30),
    to: inMinutes(40),
    minSoc: 90,
    ...own,
  });
  expect(made.status).toBe(201);
  return { ...made.body, promised: made.body.promise?.pack ?? '' };
}
type Made = Awaited<ReturnType<typeof reserved>>;

const read = async (id: string) => (await world.call<ReservationDetail>(`/api/v1/reservations/${id}`)).body;
const whats = async (id: string) => (await read(id)).history.map(({ what }) => what);
const told = async (id: string) =>
  (
    await world.sql<{ type: string }[]>`select type from webhook_events where subject = ${id} order by recorded_at, id`
  ).map(({ type }) => type.split('.')[2]);

/** Moves the window, and all that goes with it, into the past. */
const shift = (id: string, minutes: number) =>
  world.sql`update reservations set from_at = from_at - make_interval(secs => ${minutes * 60}), to_at = to_at - make_interval(secs => ${minutes * 60}),
    created_at = created_at - make_interval(secs => ${minutes * 60}), ready_at = ready_at - make_interval(secs => ${minutes * 60}) where id = ${id}`;

let swaps = 0;
async function swap(
  { station, vehicle }: Made,
  state: string,
  own: { minutes?: number; soc?: number; reason?: string } = {},
) {
  swaps += 1;
  const id = `${station}.1.${swaps}`;
  await world.sql`insert into swaps (id, station, bay, vin, state, reason, odometer_km, in_position_at, pack_in_soc_pct)
    values (${id}, ${station}, '1', ${vehicle}, ${state}, ${own.reason ?? null}, 1, now() + make_interval(mins => ${own.minutes ?? 0}), ${own.soc ?? null})`;
  return id;
}

describe('a promise is planned anew', () => {
  test.each<[what: string, spoil: (made: Made) => Promise<unknown>]>([
    ['has an alarm', ({ promised }) => world.sql`update batteries set alarm_level = 2 where code = ${promised}`],
    [
      'is quarantined',
      ({ promised }) => world.sql`update batteries set status = 'quarantined' where code = ${promised}`,
    ],
    [
      'is taken away',
      ({ promised }) =>
        world.sql`update custody set kind = 'workshop', place = 'workshop', station = null, version = version + 1 where pack = ${promised}`,
    ],
    [
      'went to another',
      ({ promised }) => world.sql`update batteries set reserved_by = 'x.1.1' where code = ${promised}`,
    ],
    [
      'was freed by its bay',
      ({ promised }) => world.sql`update batteries set reserved_by = null where code = ${promised}`,
    ],
    [
      'stands in a locked slot',
      ({ promise, station }) =>
        world.sql`update slots set locked = true where station = ${station} and slot = ${promise?.slot ?? 0}`,
    ],
  ])('when its pack %s', async (_, spoil) => {
    const made = await reserved(3);
    await spoil(made);
    await settle();
    const now = await read(made.id);
    expect(now.promise).not.toBeNull();
    expect(await world.heldBy(made.id)).toEqual([now.promise?.pack]);
    expect(now.history.map(({ what }) => what)).toEqual(['made', 'replanned']);
    expect(await told(made.id)).toEqual(['promised', 'replanned']);
    await settle();
    expect((await read(made.id)).history).toHaveLength(2);
  });

  test('when none is left it is lost, the fleet is told once with another station, and told again when one is back', async () => {
    const made = await reserved(1);
    const other = `${made.station}b`;
    await world.station(other, 4, 100 * stations + 3);
    await world.sql`update batteries set alarm_level = 3 where code = ${made.promised}`;
    await settle();
    const lost = await read(made.id);
    expect(lost).toMatchObject({ state: 'open', promise: null, lost: { alternative: { station: other } } });
    expect(Date.parse(lost.lost?.at ?? '')).toBeLessThan(Date.parse(lost.from));
    await settle();
    expect(await told(made.id)).toEqual(['promised', 'lost']);
    const [event] = await world.sql<{ data: { alternative: Alternative; reason: string }; audience: string }[]>`
      select data, audience from webhook_events where subject = ${made.id} and type like '%lost%'`;
    expect(event).toMatchObject({
      audience: 'blue',
      data: { alternative: { station: other }, reason: expect.any(String) },
    });
    await world.sql`update batteries set alarm_level = 0 where code = ${made.promised}`;
    await settle();
    expect(await read(made.id)).toMatchObject({ lost: null, promise: { pack: made.promised } });
    expect(await told(made.id)).toEqual(['promised', 'lost', 'replanned']);
  });

  test('when the station closes, is in maintenance, or falls silent', async () => {
    for (const close of [
      (id: string) => world.sql`insert into opening_hours (station, spans, by) values (${id}, '[]', 'test')`,
      (id: string) => world.sql`insert into maintenance_windows (id, station, from_at, to_at, reason, by)
        values (${`m-${id}`}, ${id}, now(), now() + interval '2 hours', 'lift', 'test')`,
      (id: string) =>
        world.sql`update station_marks set link_up = false, changed_at = now() - interval '4 minutes' where station = ${id}`,
    ]) {
      const made = await reserved(2);
      await close(made.station);
      await settle();
      expect((await read(made.id)).lost).not.toBeNull();
      expect(await world.heldBy(made.id)).toEqual([]);
    }
  });
});

describe('the end is decided by the facts', () => {
  test('kept: a swap in the window with a pack as good as promised', async () => {
    const made = await reserved(2);
    await shift(made.id, 30);
    const running = await swap(made, 'running');
    await settle();
    expect(await read(made.id)).toMatchObject({ state: 'open', swap: running, arrivedAt: expect.any(String) });
    await world.sql`update swaps set state = 'completed', pack_in_soc_pct = 93 where id = ${running}`;
    await settle();
    expect(await read(made.id)).toMatchObject({ state: 'kept', swap: running, closedReason: 'swapped' });
    expect(await world.heldBy(made.id)).toEqual([]);
    expect(await told(made.id)).toEqual(['promised', 'kept']);
  });

  test('early and late within ten minutes count; earlier does not', async () => {
    const early = await reserved(2);
    await shift(early.id, 21);
    await swap(early, 'completed', { soc: 95 });
    const late = await reserved(2);
    await shift(late.id, 49);
    await swap(late, 'completed', { soc: 95 });
    const tooEarly = await reserved(2);
    await shift(tooEarly.id, 15);
    await swap(tooEarly, 'completed', { soc: 95 });
    await settle();
    expect([(await read(early.id)).state, (await read(late.id)).state]).toEqual(['kept', 'kept']);
    expect(await read(tooEarly.id)).toMatchObject({ state: 'open', promise: { pack: tooEarly.promised } });
  });

  test('broken: too little charge, no swap for want of a pack, or lost before it came', async () => {
    const weak = await reserved(2);
    await shift(weak.id, 30);
    await swap(weak, 'completed', { soc: 80 });
    const refused = await reserved(2);
    await shift(refused.id, 55);
    await swap(refused, 'refused', { minutes: -10, reason: 'noPackReady' });
    const lost = await reserved(1);
    await world.sql`update batteries set alarm_level = 3 where code = ${lost.promised}`;
    await settle();
    await shift(lost.id, 55);
    await settle();
    expect((await read(weak.id)).closedReason).toMatch(/too little charge/);
    expect((await read(refused.id)).closedReason).toMatch(/noPackReady/);
    for (const { id } of [weak, refused, lost]) expect((await read(id)).state).toBe('broken');
  });

  test('no-show: nobody came, or the driver would not; the pack is free', async () => {
    const away = await reserved(2);
    await shift(away.id, 51);
    const unwilling = await reserved(2);
    await shift(unwilling.id, 55);
    await swap(unwilling, 'refused', { minutes: -10, reason: 'noConsent' });
    const waits = await reserved(2);
    await shift(waits.id, 49);
    await settle();
    expect([(await read(away.id)).state, (await read(unwilling.id)).state]).toEqual(['noShow', 'noShow']);
    expect((await read(waits.id)).state).toBe('open');
    expect(await world.heldBy(away.id)).toEqual([]);
  });

  test('the share of promises kept is counted, by station and fleet; a fleet sees its own', async () => {
    await world.sql`update reservations set closed_at = closed_at - interval '90 days' where closed_at is not null`;
    const [kept, broken, away] = [await reserved(2), await reserved(2), await reserved(2)];
    for (const made of [kept, broken]) await shift(made.id, 30);
    await shift(away.id, 60);
    await swap(kept, 'completed', { soc: 95 });
    await swap(broken, 'completed', { soc: 50 });
    await settle();
    const kpi = (await world.call<ReservationKpi>('/api/v1/reservations/kpi')).body;
    expect(kpi.total).toMatchObject({ kept: 1, broken: 1, noShow: 1, keptShare: 0.5 });
    expect(kpi.fleets).toMatchObject([{ fleet: 'blue', keptShare: 0.5 }]);
    expect(kpi.stations.find(({ station }) => station === kept.station)).toMatchObject({ kept: 1, keptShare: 1 });
    const past = (
      await world.call<ReservationKpi>(
        `/api/v1/reservations/kpi?to=${inMinutes(-60 * 24 * 60)}&from=${inMinutes(-60 * 24 * 365)}`,
      )
    ).body;
    expect(past.total.kept).toBeGreaterThan(1);
    await world.sql`update api_keys set organisation = 'red' where role = 'fleet'`;
    await expect
      .poll(async () => (await world.call<ReservationKpi>('/api/v1/reservations/kpi', 'fleet')).body.total)
      .toMatchObject({ kept: 0, broken: 0, keptShare: null });
  });
});

const bayMemory = async (station: string) => {
  const [row] = await world.sql<{ snapshot: string }[]>`
    select snapshot::text as snapshot from machines where station = ${station} and machine = 'bay'`;
  return row?.snapshot ?? '';
};

describe('the bay', () => {
  test('is told at the lead time, and told again of another pack; it sets slot and pack aside', async () => {
    const made = await reserved(3);
    await settle();
    expect(await bayMemory(made.station)).not.toContain(made.id);
    await shift(made.id, 28.5);
    await settle();
    expect(await bayMemory(made.station)).toContain(made.id);
    expect(await read(made.id)).toMatchObject({ bay: '1' });
    const aside = () => world.sql`select slot from slots where station = ${made.station} and reserved_by = ${made.id}`;
    expect(await aside()).toMatchObject([{ slot: made.promise?.slot }]);
    await world.sql`update batteries set status = 'quarantined' where code = ${made.promised}`;
    await settle();
    const now = await read(made.id);
    expect(now.history.map(({ what }) => what)).toEqual(['made', 'due', 'replanned', 'due']);
    expect(await bayMemory(made.station)).toContain(now.promise?.pack);
    expect(await aside()).toMatchObject([{ slot: now.promise?.slot }]);
  });

  test('forgets a reservation that is cancelled or moved away', async () => {
    const [cancelled, moved] = [await reserved(2), await reserved(2)];
    for (const made of [cancelled, moved]) await shift(made.id, 28.5);
    await settle();
    await world.send('DELETE', `/api/v1/reservations/${cancelled.id}`, undefined, { 'If-Match': '*' });
    const window = { from: inMinutes(60), to: inMinutes(70) };
    const patched = await world.send('PATCH', `/api/v1/reservations/${moved.id}`, window, { 'If-Match': '*' });
    expect(patched.status).toBe(200);
    await settle();
    expect(await bayMemory(cancelled.station)).not.toContain(cancelled.id);
    expect(await bayMemory(moved.station)).not.toContain(moved.id);
    expect(await world.heldBy(cancelled.id)).toEqual([]);
    const now = await read(moved.id);
    expect(now).toMatchObject({ bay: null, state: 'open' });
    expect(await world.heldBy(moved.id)).toEqual([now.promise?.pack]);
  });
});

describe('a planner that dies', () => {
  const points: PlannerPoint[] = ['claimed', 'decided', 'written', 'told'];
  const stories: [name: string, packs: number, prepare: (made: Made) => Promise<unknown>, end: string[]][] = [
    [
      'replanning',
      3,
      ({ promised }) => world.sql`update batteries set alarm_level = 2 where code = ${promised}`,
      ['made', 'replanned'],
    ],
    [
      'losing',
      1,
      ({ promised }) => world.sql`update batteries set alarm_level = 2 where code = ${promised}`,
      ['made', 'lost'],
    ],
    ['telling the bay', 2, ({ id }) => shift(id, 28.5), ['made', 'due']],
    [
      'keeping',
      2,
      async (made) => [await shift(made.id, 30), await swap(made, 'completed', { soc: 99 })],
      ['made', 'kept'],
    ],
    ['giving up', 2, ({ id }) => shift(id, 55), ['made', 'noShow']],
  ];
  test.each(stories.flatMap((story) => points.map((point) => [...story, point] as const)))(
    '%s is followed by one that ends its work: %#',
    async (_, packs, prepare, end, point) => {
      const made = await reserved(packs);
      await prepare(made);
      const dying = plannerWith((at) => {
        if (at === point) throw new Error('killed');
      });
      await world.sql`update reservations set claimed_until = null`;
      await dying.work();
      // Whatever it left is all or nothing.
      const between = await read(made.id);
      expect(await world.heldBy(made.id)).toEqual(between.promise ? [between.promise.pack] : []);
      await settle();
      expect(await whats(made.id)).toEqual(end);
      const events = await told(made.id);
      expect(new Set(events).size).toBe(events.length);
    },
  );

  test('and two at once do everything once', async () => {
    const all: Made[] = [];
    for (let n = 0; n < 4; n += 1) all.push(await reserved(3));
    for (const { promised } of all) await world.sql`update batteries set alarm_level = 2 where code = ${promised}`;
    const [one, two] = [plannerWith(), plannerWith()];
    await Promise.all([one.work(), two.work(), one.work(), two.work()]);
    await settle();
    for (const { id } of all) expect(await whats(id)).toEqual(['made', 'replanned']);
  });
});
