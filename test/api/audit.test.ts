import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustodyAudit } from '../../schema/wire/api/battery.ts';
import { callerOf, code, createReadWorld, seedPack, seedStation, vin } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
});
afterAll(() => world?.end());

const audit = async (query = '') =>
  (await callerOf(world.app, world.keys)<CustodyAudit>(`/api/v1/audit/custody${query}`)).body;

/** What the station says is at its places: slots from 1, the berths, the lift and the frame of a car. */
async function sayHello(
  station: string,
  slots: (string | null)[],
  bay: { berth?: string; vin?: string; inCar?: string } = {},
) {
  const places = [
    { place: 'bay/1/berth/1', code: bay.berth ?? null },
    { place: 'bay/1/berth/2', code: null },
    { place: 'bay/1/lift', code: null },
    { place: 'bay/1/vehicle', code: bay.inCar ?? null },
  ];
  const body = {
    slots: slots.map((each, index) => ({ slot: index + 1, code: each })),
    isolation: [{ place: 'isolation/1', code: null }],
    bays: [{ bay: '1', vehicle: bay.vin ? { vin: bay.vin } : null, places }],
  };
  await world.sql`insert into station_hellos (station, journal_id, boot, as_of_seq, body, event_n)
    values (${station}, 'j', 1, 0, ${JSON.stringify(body)}::text::jsonb, 10)
    on conflict (station) do update set body = excluded.body, applied_at = now()`;
}

/** A move as the engine records it, with the custody row behind it. */
async function move(pack: string, to: { kind: string; place: string; station: string | null }, eventN: number) {
  await world.sql`with moved as (
      update custody set kind = ${to.kind}, place = ${to.place}, station = ${to.station}, version = version + 1 where pack = ${pack}
      returning pack, version)
    insert into custody_moves (pack, version, from_kind, from_place, to_kind, to_place, station, event_n, cause, occurred_at)
    select moved.pack, moved.version, before.to_kind, before.to_place, ${to.kind}, ${to.place}, 'au-1', ${eventN}, 'test', now()
    from moved join custody_moves before on before.pack = moved.pack and before.version = moved.version - 1`;
}

describe('the audit of custody', () => {
  test('finds nothing where ledger and stations agree', async () => {
    await seedStation(world.sql, 'au-1', 4, 1);
    await seedPack(world.sql, code(40), 'vehicle', `vehicle/${vin(1)}`, null);
    await sayHello('au-1', [code(1), code(2), code(3), null], { vin: vin(1), inCar: code(40) });
    expect(await audit()).toEqual({ examined: 4, places: 9, stations: 1, unknown: 0, violations: [] });
  });

  test('finds every difference from the last hello', async () => {
    await sayHello('au-1', [code(1), code(3), null, code(77)], { vin: vin(1), inCar: code(40) });
    const found = (await audit()).violations;
    expect(found.map(({ rule, station, place, packs }) => [rule, station, place, packs])).toEqual([
      ['differsFromHello', 'au-1', 'au-1/slot/2', [code(3), code(2)]],
      ['differsFromHello', 'au-1', 'au-1/slot/3', [code(3)]],
      ['differsFromHello', 'au-1', 'au-1/slot/4', [code(77)]],
    ]);
    expect(found[1]?.detail).toBe(`the station said empty, the ledger has ${code(3)}`);
    expect((await audit('?station=au-2')).violations).toEqual([]);
  });

  test('knows that what moved after the hello is newer than it', async () => {
    await sayHello('au-1', [code(1), code(2), code(3), null], { vin: vin(1), inCar: code(40) });
    await world.sql`insert into swaps (id, station, bay, vin, state, odometer_km, in_position_at)
      values ('au-1.1.1', 'au-1', '1', ${vin(1)}, 'running', 1, now())`;
    await move(code(3), { kind: 'berth', place: 'au-1/bay/1/berth/1', station: 'au-1' }, 11);
    await move(code(40), { kind: 'slot', place: 'au-1/slot/3', station: 'au-1' }, 12);
    await move(code(3), { kind: 'vehicle', place: `vehicle/${vin(1)}`, station: null }, 13);
    expect((await audit()).violations).toEqual([]);
    // Moved before the hello and said otherwise by it: that is a difference.
    await move(code(1), { kind: 'slot', place: 'au-1/slot/4', station: 'au-1' }, 9);
    expect((await audit()).violations.map(({ place }) => place)).toEqual(['au-1/slot/1', 'au-1/slot/4']);
    await move(code(1), { kind: 'slot', place: 'au-1/slot/1', station: 'au-1' }, 14);
    expect((await audit()).violations).toEqual([]);
  });

  test('finds a ledger that breaks its own rules', async () => {
    const { sql } = world;
    await sql`delete from station_hellos`;
    await sql`insert into batteries (code, model, firmware) values (${code(90)}, 'BP-50', 'f')`;
    await sql`insert into custody (pack, kind, place, station, version, since) values (${code(91)}, 'truck', 'truck/7', null, 1, now())`;
    await sql`insert into custody_moves (pack, version, to_kind, to_place, cause, occurred_at)
      values (${code(91)}, 1, 'truck', 'truck/7', 'seed', now())`;
    await sql`update custody set place = 'au-1/slot/9' where pack = ${code(2)}`;
    await seedPack(sql, code(92), 'lift', 'au-1/bay/1/lift', 'au-1');
    await sql`update swaps set state = 'completed' where id = 'au-1.1.1'`;
    await seedPack(sql, code(93), 'unknown', 'unknown', null);
    await sql`insert into custody_moves (pack, version, from_kind, from_place, to_kind, to_place, cause, occurred_at)
      values (${code(93)}, 2, 'slot', 'au-1/slot/8', 'unknown', 'unknown', 'test', now())`;
    await sql`update custody set version = 2 where pack = ${code(93)}`;
    const { violations, unknown } = await audit();
    expect(unknown).toBe(1);
    expect(violations.map(({ rule, packs }) => `${rule} ${packs}`).sort()).toEqual([
      `inMotionWithoutSwap ${code(92)}`,
      `movesDoNotChain ${code(93)}`,
      `noSuchSlot ${code(2)}`,
      `packWithoutPlace ${code(90)}`,
      `placeDiffersFromLastMove ${code(2)}`,
      `placeWithoutPack ${code(91)}`,
    ]);
  });
});
