import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batteries } from '../../schema/tables/batteries.ts';
import { custody } from '../../schema/tables/custody.ts';
import { prepared, query } from '../../src/db/prepared.ts';
import { code, createReadWorld, seedPack } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await seedPack(world.sql, code(1), 'delivery', 'delivery', null);
  await seedPack(world.sql, code(2), 'workshop', 'workshop/a', null);
  await world.sql`insert into batteries (code, model, firmware) values (${code(3)}, 'BP-75', 'bms-4')`;
});
afterAll(() => world?.end());

interface Wanted {
  filter: { model?: string | undefined; kind?: 'delivery' | 'workshop' | undefined };
  after: string | null;
  onlyPlaced: boolean;
  limit: number;
}

test('a query is written once for each shape, and answers as drizzle does', async () => {
  let written = 0;
  const wanted = prepared<Wanted>()(({ filter, after, onlyPlaced, limit }) => {
    written += 1;
    return query
      .select({ battery: batteries, custody, double: sql<number>`2 * ${batteries.socPct}`.mapWith(Number) })
      .from(batteries)
      .leftJoin(custody, eq(custody.pack, batteries.code))
      .where(
        and(
          filter.model === undefined ? undefined : eq(batteries.model, filter.model),
          filter.kind === undefined ? undefined : eq(custody.kind, filter.kind),
          after === null ? undefined : gt(batteries.code, after),
          onlyPlaced ? sql`${custody.pack} is not null` : undefined,
        ),
      )
      .orderBy(asc(batteries.code))
      .limit(limit);
  });
  const codes = async (of: Partial<Wanted>) =>
    (await wanted(world.db, { filter: {}, after: null, onlyPlaced: false, limit: 10, ...of })).map(
      ({ battery }) => battery.code,
    );

  expect(await codes({})).toEqual([1, 2, 3].map(code));
  expect(await codes({ limit: 2 })).toEqual([1, 2].map(code));
  expect(written).toBe(1);
  expect(await codes({ filter: { model: 'BP-75' } })).toEqual([code(3)]);
  expect(await codes({ filter: { model: 'BP-50', kind: undefined } })).toEqual([1, 2].map(code));
  expect(written).toBe(2);
  expect(await codes({ onlyPlaced: true, after: code(1) })).toEqual([code(2)]);
  expect(written).toBe(3);

  const rows = await wanted(world.db, { filter: {}, after: null, onlyPlaced: false, limit: 10 });
  const plain = await world.db
    .select({ battery: batteries, custody, double: sql<number>`2 * ${batteries.socPct}`.mapWith(Number) })
    .from(batteries)
    .leftJoin(custody, eq(custody.pack, batteries.code))
    .orderBy(asc(batteries.code));
  expect(rows).toEqual(plain);
  expect(rows[2]?.custody).toBeNull();
});

test('lists and plain SQL are taken too', async () => {
  const among = prepared<{ codes: readonly string[] }>()(
    ({ codes }) => sql<{ code: string }>`select code from batteries where code = any(${codes}::text[]) order by code`,
  );
  expect(await among(world.db, { codes: [code(3), code(1)] })).toMatchObject([{ code: code(1) }, { code: code(3) }]);
  expect(await among(world.db, { codes: [] })).toHaveLength(0);
});
