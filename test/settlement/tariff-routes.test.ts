import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, beijingDay } from '../../machines/settlement/calendar.ts';
import { priceAtStation } from '../../machines/settlement/price-book.ts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { PublishedTariff, StationTariff } from '../../schema/wire/api/tariff.ts';
import type { Tariff } from '../../schema/wire/settlement/tariff.ts';
import { beijingAugust2026, beijingDemo } from '../../src/tariffs/beijing.ts';
import { createTariffSource, loadTariffs } from '../../src/tariffs/load.ts';
import { callerOf, createReadWorld, seedStation } from '../api/fixture.ts';
import { waitFor } from '../helpers/wait-for.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  for (const id of ['bj-001', 'bj-002', 'bj-003', 'bj-004']) await seedStation(world.sql, id, 1);
}, 60_000);
afterAll(() => world?.end());

const post = <T>(path: string, body: unknown, as: Parameters<typeof call>[1] = 'operations', key?: string) =>
  call<T>(path, as, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) },
    body: JSON.stringify(body),
  });
const publish = (table: unknown) => post<PublishedTariff & Problem>('/api/v1/tariffs', table);
const setCategory = (station: string, body: unknown) =>
  post<StationTariff & Problem>(`/api/v1/stations/${station}/tariffs`, body);
/** A category of its own for each test: tables stay. */
const ofCategory = (category: string, from = '2026-08-01', to = '2026-09-01'): Tariff => {
  const [table] = beijingDemo(from, to).filter((each) => each.category === 'single-rate-1-10kV');
  if (!table) throw new Error('no table');
  return { ...table, category };
};
const at = (day: string, time: string) => Date.parse(`${day}T${time}:00+08:00`);

describe('price tables', () => {
  test('are published once and for good, and read as they were published', async () => {
    const tables = beijingAugust2026();
    for (const table of tables) expect((await publish(table)).status).toBe(201);
    const { body } = await call<{ items: PublishedTariff[] }>('/api/v1/tariffs?day=2026-08-31', 'fleet');
    expect(body.items.map(({ category }) => category)).toEqual(tables.map(({ category }) => category).sort());
    const one = await call<PublishedTariff>('/api/v1/tariffs/two-part-1-10kV/2026-08-01', 'owner');
    expect(one.body).toMatchObject(tables.find(({ category }) => category === 'two-part-1-10kV') ?? {});
    expect((await call('/api/v1/tariffs/two-part-1-10kV/2026-08-02')).status).toBe(404);
    expect((await call('/api/v1/tariffs?day=2026-09-01')).body.items).toEqual([]);
    await expect(world.sql`update tariffs set published_by = 'x'`).rejects.toThrow();
    await expect(world.sql`delete from tariffs`).rejects.toThrow();
  });

  test('page through in order', async () => {
    for (const month of ['05', '06', '07']) await publish(ofCategory('paged', `2026-${month}-01`, `2026-${month}-28`));
    const days: string[] = [];
    let cursor = '';
    do {
      const page = await call<{ items: PublishedTariff[]; nextCursor: string | null }>(
        `/api/v1/tariffs?category=paged&limit=1${cursor}`,
      );
      days.push(...page.body.items.map(({ validFrom }) => validFrom));
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor);
    expect(days).toEqual(['2026-05-01', '2026-06-01', '2026-07-01']);
  });

  test('of a category do not overlap; next to each other they may stand', async () => {
    expect((await publish(ofCategory('overlap'))).status).toBe(201);
    for (const [from, to] of [
      ['2026-08-01', '2026-09-01'],
      ['2026-08-31', '2026-10-01'],
      ['2026-07-01', '2026-08-02'],
      ['2026-08-10', '2026-08-11'],
      ['2026-01-01', '2027-01-01'],
    ] as const) {
      const refused = await publish(ofCategory('overlap', from, to));
      expect(refused).toMatchObject({ status: 409, body: { code: 'tariff-overlaps' } });
      expect(refused.body.current).toMatchObject({ category: 'overlap', validFrom: '2026-08-01' });
    }
    expect((await publish(ofCategory('overlap', '2026-09-01', '2026-10-01'))).status).toBe(201);
    expect((await publish(ofCategory('overlap', '2026-07-01', '2026-08-01'))).status).toBe(201);
  });

  test('published twice at once: one stands', async () => {
    const both = await Promise.all([
      publish(ofCategory('race', '2026-08-01', '2026-09-01')),
      publish(ofCategory('race', '2026-08-15', '2026-09-15')),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  test('sent again with its key, it is the same answer', async () => {
    const send = () => post<PublishedTariff>('/api/v1/tariffs', ofCategory('again'), 'admin', '"t-1"');
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    expect(second.body).toEqual(first.body);
  });

  test('that leave an hour out, price one twice or for nothing are refused, with the place', async () => {
    const table = ofCategory('wrong');
    const valley = (hours: Tariff['periods']['valley']) => ({ ...table, periods: { ...table.periods, valley: hours } });
    const pointers = async (wrong: unknown) => {
      const { status, body } = await publish(wrong);
      return [status, ...(body.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`)];
    };
    expect(await pointers(valley([{ from: '23:00', to: '06:00' }]))).toEqual([422, '/periods 06:00 is in no period']);
    expect(await pointers(valley([{ from: '23:00', to: '07:01' }]))).toEqual([
      422,
      '/periods 07:00 is in more than one period',
    ]);
    expect(await pointers({ ...table, prices: { ...table.prices, flat: 0 } })).toEqual([
      422,
      '/prices/flat must be above 0',
    ]);
    expect(await pointers({ ...table, validTo: table.validFrom })).toEqual([422, '/validTo must be after validFrom']);
    expect((await pointers({ ...table, prices: { ...table.prices, flat: -1 } }))[0]).toBe(422);
    expect((await pointers({ ...table, prices: { ...table.prices, flat: 0.5 } }))[0]).toBe(422);
    expect((await pointers({ ...table, validFrom: '2026-02-30' }))[0]).toBe(422);
    expect((await call('/api/v1/tariffs?category=wrong')).body.items).toEqual([]);
  });
});

describe('the category of a station', () => {
  const tomorrow = addDays(beijingDay(Date.now()), 1);

  test('may be set for days without one, and from tomorrow on; what may be billed keeps its price', async () => {
    await publish(ofCategory('grid-a'));
    await publish(ofCategory('grid-b'));
    const days = async () =>
      (await call<{ items: StationTariff[] }>('/api/v1/stations/bj-001/tariffs')).body.items.map(
        ({ fromDay, category }) => `${fromDay} ${category}`,
      );
    expect((await setCategory('bj-001', { fromDay: '2026-08-01', category: 'grid-a' })).status).toBe(201);
    expect(await setCategory('bj-001', { fromDay: '2026-08-01', category: 'grid-b' })).toMatchObject({
      status: 409,
      body: { code: 'already-exists' },
    });
    for (const fromDay of ['2026-08-02', beijingDay(Date.now())]) {
      expect(await setCategory('bj-001', { fromDay, category: 'grid-b' })).toMatchObject({
        status: 409,
        body: { code: 'change-refused', current: { fromDay: '2026-08-01', category: 'grid-a' } },
      });
    }
    expect((await setCategory('bj-001', { fromDay: tomorrow, category: 'grid-b' })).status).toBe(201);
    expect((await setCategory('bj-001', { fromDay: '2026-07-01', category: 'grid-b' })).status).toBe(201);
    expect(await days()).toEqual([`${tomorrow} grid-b`, '2026-08-01 grid-a', '2026-07-01 grid-b']);
    await expect(world.sql`delete from station_tariffs`).rejects.toThrow();
  });

  test('of two for days gone by at once one stands: the other was asked before, and is refused with what came first', async () => {
    const first = postgres(world.url, { max: 1 });
    try {
      await first`begin`;
      await first`insert into station_tariffs (station, from_day, category, by) values ('bj-004', '2026-08-01', 'grid-a', 'test')`;
      const second = setCategory('bj-004', { fromDay: '2026-08-10', category: 'grid-b' });
      await waitFor('the second to wait for the first', async () => {
        const [{ waiting } = { waiting: 0 }] =
          await world.sql`select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query like '%station_tariffs%'`;
        return waiting === 1;
      });
      await first`commit`;
      expect(await second).toMatchObject({
        status: 409,
        body: { code: 'change-refused', current: { fromDay: '2026-08-01', category: 'grid-a' } },
      });
    } finally {
      await first.end();
    }
  });

  test('has to be one with prices, of a station that is there', async () => {
    const refused = await setCategory('bj-002', { fromDay: tomorrow, category: 'wind' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'tariff-unknown' } });
    expect((await setCategory('bj-999', { fromDay: tomorrow, category: 'wind' })).status).toBe(404);
    expect((await setCategory('bj-002', { fromDay: '2026-02-30', category: 'grid-a' })).status).toBe(422);
    const chinese = await call<Problem>('/api/v1/stations/bj-002/tariffs', 'admin', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': 'zh' },
      body: JSON.stringify({ fromDay: tomorrow, category: 'wind' }),
    });
    expect(chinese.body.title).toBe('没有此用电类别');
  });
});

describe('prices for the rest of the service', () => {
  test('are loaded for the days asked for', async () => {
    await publish(ofCategory('load', '2026-07-01', '2026-08-01'));
    await publish(ofCategory('load', '2026-08-01', '2026-09-01'));
    await setCategory('bj-003', { fromDay: '2026-07-01', category: 'load' });
    const august = await loadTariffs(world.db, { from: '2026-08-01', to: '2026-08-31' });
    expect(august.tables.get('load')?.map(({ validFrom }) => validFrom)).toEqual(['2026-08-01']);
    expect(priceAtStation(august, 'bj-003', at('2026-08-10', '11:30'))).toMatchObject({ micro: 1_179_020 });
    expect(priceAtStation(august, 'bj-003', at('2026-09-01', '00:00'))).toMatchObject({ gap: { reason: 'noTable' } });
  });

  test('are kept until something is published, and are never old', async () => {
    const source = createTariffSource(world.db);
    const before = await source();
    expect(await source()).toBe(before);
    await publish(ofCategory('load', '2026-09-01', '2026-10-01'));
    const after = await source();
    expect(after).not.toBe(before);
    expect(priceAtStation(after, 'bj-003', at('2026-09-01', '00:00'))).toMatchObject({
      period: 'valley',
      micro: 454_170,
    });
  });
});
