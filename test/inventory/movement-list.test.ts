import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { Movement } from '../../schema/wire/api/movement.ts';
import { callerOf, code, createReadWorld, organisationOf, seedPack, seedStation, vin } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let call: ReturnType<typeof callerOf>;
beforeAll(async () => {
  world = await createReadWorld();
  call = callerOf(world.app, world.keys);
  await seedStation(world.sql, 'bj-001', 3, 1);
  await seedStation(world.sql, 'bj-002', 3, 101);
  await world.sql`insert into vehicles (vin, fleet) values (${vin(1)}, ${organisationOf.fleet ?? ''}), (${vin(2)}, null)`;
});
afterAll(() => world?.end());

const move = (body: object, as: Role = 'operations') =>
  call<Movement>('/api/v1/movements', as, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ reason: 'a reason', ...body }),
  });

describe('the list of movements', () => {
  const list = async (query = '', as: Role = 'admin') =>
    (await call<{ items: Movement[]; nextCursor: string | null }>(`/api/v1/movements?${query}`, as)).body;

  test('has what people have moved, the newest first, by pack, station, person and time, page by page', async () => {
    await seedPack(world.sql, code(70), 'vehicle', `vehicle/${vin(2)}`, null);
    await seedPack(world.sql, code(71), 'delivery', 'delivery', null);
    await world.sql`insert into custody_moves (pack, version, to_kind, to_place, station, event_n, cause, occurred_at)
      values (${code(70)}, 5, 'slot', 'bj-001/slot/1', 'bj-001', 1, 'exchange', now())`;
    const made = [
      await move({ pack: code(70), to: { kind: 'workshop' } }),
      await move({ pack: code(71), to: { kind: 'truck', name: 'A-1' } }, 'admin'),
      await move({ pack: code(71), to: { kind: 'isolation', station: 'bj-002', box: 1 } }),
    ];
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [first, second, third] = made.map(({ body: { pack, version } }) => ({ pack, version }));
    const all = await list('limit=200');
    const seen = all.items.map(({ pack, version }) => ({ pack, version }));
    expect(seen.slice(0, 3)).toEqual([third, second, first]);
    expect(all.items.every(({ cause, by, reason }) => cause === 'movement' && by !== null && reason !== null)).toBe(
      true,
    );
    expect(all.items[0]).toEqual(made[2]?.body);

    const packs = async (query: string) => (await list(query)).items.map(({ version }) => version);
    expect(await packs(`pack=${code(71)}`)).toEqual([third?.version, second?.version]);
    expect((await list('station=bj-002')).items[0]).toMatchObject({ ...third, station: 'bj-002' });
    expect(await packs(`pack=${code(71)}&by=${made[1]?.body.by}`)).toEqual([second?.version]);
    expect(await packs(`pack=${code(71)}&from=2001-01-01T00:00:00Z&to=2002-01-01T00:00:00Z`)).toEqual([]);
    const pages: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`limit=1${cursor}`);
      pages.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(pages).toEqual(all.items);
  });

  test('is a file too, and shows each party its own', async () => {
    const headers = { Authorization: `Bearer ${world.keys.admin}`, Accept: 'text/csv' };
    const file = await (await world.app.request('/api/v1/movements?limit=1', { headers })).text();
    expect(file.split('\n')[0]).toContain('pack');
    expect(file.trim().split('\n')).toHaveLength(4);
    await world.sql`update batteries set owner = ${organisationOf.owner ?? ''} where code = ${code(71)}`;
    await seedPack(world.sql, code(72), 'delivery', 'delivery', null);
    expect((await move({ pack: code(72), to: { kind: 'vehicle', vin: vin(1) } })).status).toBe(201);
    const packsFor = async (as: Role) => new Set((await list('limit=200', as)).items.map(({ pack }) => pack));
    expect(await packsFor('owner')).toEqual(new Set([code(71)]));
    expect(await packsFor('fleet')).toEqual(new Set([code(72)]));
    expect((await packsFor('regulator')).size).toBeGreaterThan(2);
  });
});
