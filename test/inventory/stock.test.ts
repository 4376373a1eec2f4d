import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { StockTake, WorkOrder } from '../../schema/wire/api/inventory.ts';
import { issueKey } from '../../src/api/key-store.ts';
import { settleDifferences, tellOtherSide, watchSlots } from '../../src/inventory/blocked-slots.ts';
import { callerOf, code, createReadWorld, seedStation } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
let station = 'bj-000';
let first = 0;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
});
beforeEach(async () => {
  first += 100;
  station = `bj-${first}`;
  await seedStation(world.sql, station, 11, first);
});
afterAll(() => world?.end());

const post = <T>(path: string, body: object, as: Role = 'operations') =>
  call<T>(path, as, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const take = (slots: object[], more: object = {}) =>
  post<StockTake>(`/api/v1/stations/${station}/stock-takes`, { slots, ...more });
const incidents = () => world.sql`
  select key, code, packs, detail, closed_at is not null as closed, closed_detail from incidents where station = ${station} order by key`;
const custodyOf = () =>
  world.sql`select pack, place, version::int from custody where station = ${station} order by pack`;

describe('a stock-take', () => {
  test('records what was seen; differences become incidents and correct nothing', async () => {
    const before = await custodyOf();
    const answer = await take(
      [
        { slot: 1, pack: code(first) },
        { slot: 2, pack: code(first + 2) },
        { slot: 3, pack: null },
        { slot: 4, pack: 'unreadable' },
        { slot: 11, pack: code(first + 999) },
      ],
      { note: 'night shift' },
    );
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      station,
      note: 'night shift',
      eventN: 1,
      differences: [
        { slot: 2, pack: code(first + 2), ledger: code(first + 1) },
        { slot: 3, pack: null, ledger: code(first + 2) },
        { slot: 11, pack: code(first + 999), ledger: null },
      ],
    });
    expect((await incidents()).map((each) => [each.key, each.code, each.packs, each.closed])).toEqual([
      ['stocktake/slot/11', 'stockTakeDiffers', [code(first + 999)], false],
      ['stocktake/slot/2', 'stockTakeDiffers', [code(first + 1), code(first + 2)], false],
      ['stocktake/slot/3', 'stockTakeDiffers', [code(first + 2)], false],
    ]);
    expect((await incidents())[0]?.detail).toContain(answer.body.by);
    expect(await custodyOf()).toEqual(before);
    const listed = await call(`/api/v1/stations/${station}/stock-takes`, 'regulator');
    expect(listed.body.items).toEqual([answer.body]);
  });

  test('of a moment past does not judge what has moved since', async () => {
    const at = new Date(Date.now() - 60_000).toISOString();
    const answer = await take([{ slot: 1, pack: null }], { at });
    expect(answer.body.differences).toEqual([]);
    expect(await incidents()).toEqual([]);
  });

  test('settles by a later one, a movement, a read of the slot or a hello; and not by hand', async () => {
    await world.sql`update custody set since = now() - interval '1 hour' where station = ${station}`;
    await take([1, 2, 3, 4].map((slot) => ({ slot, pack: null })));
    expect(await settleDifferences(world.db)).toBe(0);
    const byHand = await post<{ code: string }>(
      `/api/v1/incidents/${encodeURIComponent(`${station}/stocktake/slot/1`)}/close`,
      { note: 'looked' },
    );
    expect([byHand.status, byHand.body.code]).toEqual([409, 'closes-itself']);
    await take([{ slot: 1, pack: code(first) }]);
    const moved = await post('/api/v1/movements', {
      pack: code(first + 1),
      to: { kind: 'workshop' },
      reason: 'found there',
    });
    expect(moved.status).toBe(201);
    const [mark] = await world.sql`select event_n::int as n from station_marks where station = ${station}`;
    await world.sql`insert into events (station, n, occurred_at, source, type, body)
      values (${station}, ${mark?.n + 1}, now(), 'record', 'packRead', ${JSON.stringify({ place: 'slot/3' })}::text::jsonb)`;
    expect(await settleDifferences(world.db)).toBe(2);
    const after = await incidents();
    expect(after.map(({ key, closed_detail }) => [key, closed_detail])).toEqual([
      ['stocktake/slot/1', 'a later stock-take finds what the ledger has'],
      ['stocktake/slot/2', 'one of the packs has moved since'],
      ['stocktake/slot/3', 'the station has read the slot since'],
      ['stocktake/slot/4', null],
    ]);
    await world.sql`insert into station_hellos (station, journal_id, boot, as_of_seq, body, event_n) values (${station}, 'j', 1, 1, '{}', ${mark?.n + 5})`;
    expect(await settleDifferences(world.db)).toBe(1);
    expect(await settleDifferences(world.db)).toBe(0);
  });

  test('of no station, of a slot that is not there, or of one slot twice is refused', async () => {
    expect((await post('/api/v1/stations/bj-999/stock-takes', { slots: [{ slot: 1, pack: null }] })).status).toBe(404);
    expect((await take([{ slot: 12, pack: null }])).status).toBe(422);
    expect(
      (
        await take([
          { slot: 1, pack: null },
          { slot: 1, pack: null },
        ])
      ).status,
    ).toBe(422);
    expect((await take([{ slot: 1, pack: 'x' }])).status).toBe(422);
  });
});

describe('slots that hold packs which cannot be dispatched', () => {
  const alarm = async () =>
    (
      await world.sql`select cleared_at is null as active, detail, times from alarms where station = ${station} and key = 'slotsBlocked'`
    )[0];
  const orders = () =>
    world.sql`select pack, slot, reason, state, closed_note from work_orders where station = ${station} order by pack`;
  const spoil = (n: number, status = 'quarantined') =>
    world.sql`update batteries set status = ${status} where code = ${code(first + n)}`;

  test('are an alarm above a tenth of them, with an order for each pack; both end by themselves', async () => {
    await spoil(0);
    await watchSlots(world.db);
    expect(await alarm()).toBeUndefined();
    await world.sql`update batteries set alarm_level = 2 where code = ${code(first + 1)}`;
    expect(await watchSlots(world.db)).toEqual({ opened: 2, closed: 0, alarms: 1 });
    expect(await alarm()).toEqual({
      active: true,
      detail: '2 of 11 slots hold packs that cannot be dispatched',
      times: 1,
    });
    expect(await orders()).toEqual([
      { pack: code(first), slot: 1, reason: 'quarantined', state: 'open', closed_note: null },
      { pack: code(first + 1), slot: 2, reason: 'alarm of level 2', state: 'open', closed_note: null },
    ]);
    const both = await Promise.all([watchSlots(world.db), watchSlots(world.db)]);
    expect(both).toEqual([
      { opened: 0, closed: 0, alarms: 0 },
      { opened: 0, closed: 0, alarms: 0 },
    ]);
    await world.sql`update slots set locked = true where station = ${station} and slot = 3`;
    expect(await watchSlots(world.db)).toEqual({ opened: 1, closed: 0, alarms: 0 });

    const moved = await post('/api/v1/movements', { pack: code(first), to: { kind: 'truck' }, reason: 'taken out' });
    expect(moved.status).toBe(201);
    await world.sql`update batteries set alarm_level = 0 where code = ${code(first + 1)}`;
    expect(await watchSlots(world.db)).toEqual({ opened: 0, closed: 2, alarms: 1 });
    expect((await orders()).map(({ state, closed_note }) => [state, closed_note])).toEqual([
      ['closed', 'the pack has left the slot'],
      ['closed', 'the pack may be dispatched again'],
      ['open', null],
    ]);
    expect((await alarm())?.active).toBe(false);
    const lines = await world.sql`select type from events where station = ${station} order by n`;
    expect(lines.map(({ type }) => type)).toEqual(['slotsBlocked', 'packMoved', 'slotsFree']);
  });

  test('have orders that are listed, assigned and closed; of two who close one, one has', async () => {
    await Promise.all([spoil(0), spoil(1, 'retired')]);
    await watchSlots(world.db);
    const { body } = await call<{ items: WorkOrder[] }>(
      `/api/v1/work-orders?station=${station}&state=open`,
      'maintenance',
    );
    expect(body.items.map(({ reason }) => reason).sort()).toEqual(['quarantined', 'retired']);
    const path = `/api/v1/work-orders/${body.items[0]?.id}`;
    const assigned = await post<WorkOrder>(`${path}/assign`, { assignee: 'Wang' });
    expect([assigned.status, assigned.body.state, assigned.body.assignee, assigned.body.edition]).toEqual([
      200,
      'assigned',
      'Wang',
      2,
    ]);
    const both = await Promise.all(
      [1, 2].map((n) => post<{ code: string }>(`${path}/close`, { note: `done by ${n}` })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const again = await post<{ code: string; current: WorkOrder }>(`${path}/assign`, { assignee: 'Li' });
    expect([again.status, again.body.code, again.body.current.state]).toEqual([409, 'already-settled', 'closed']);
    expect((await call(path, 'regulator')).status).toBe(200);
    expect((await call('/api/v1/work-orders/999999', 'admin')).status).toBe(404);
    const elsewhere = await issueKey(world.db, 'staff', 'of another station', { stations: ['bj-001'] });
    const headers = { Authorization: `Bearer ${elsewhere}`, 'Content-Type': 'application/json' };
    const foreign = await world.app.request('/api/v1/work-orders', { headers });
    expect(((await foreign.json()) as { items: unknown[] }).items).toEqual([]);
    expect((await world.app.request(path, { headers })).status).toBe(404);
    const body404 = { method: 'POST', headers, body: JSON.stringify({ note: 'done' }) };
    expect((await world.app.request(`${path}/close`, body404)).status).toBe(404);
    expect(await watchSlots(world.db)).toMatchObject({ opened: 1 });
  });
});

test('a pack that another station reads is told once to the one that had it', async () => {
  const other = `${station}x`;
  await seedStation(world.sql, other, 2, first + 50);
  const pack = code(first);
  await world.sql`insert into custody_moves (pack, version, from_kind, from_place, to_kind, to_place, station, event_n, cause, occurred_at)
    values (${pack}, 2, 'slot', ${`${station}/slot/1`}, 'slot', ${`${other}/slot/2`}, ${other}, 7, 'packRead', now())`;
  await world.sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
    values (${other}, ${`twice/${pack}`}, 'packInTwoPlaces', ${JSON.stringify([pack])}::text::jsonb, 'x', now(), 7)`;
  expect([await tellOtherSide(world.db), await tellOtherSide(world.db)]).toEqual([1, 0]);
  const lines = await world.sql`select station, type, body ->> 'at' as at from events where type = 'packSeenElsewhere'`;
  expect(lines).toEqual([{ station, type: 'packSeenElsewhere', at: `${other}/slot/2` }]);
  expect(await world.sql`select station from wakeups where station = ${station}`).toHaveLength(1);
});
