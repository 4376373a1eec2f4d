import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import type { StationNow } from '../../schema/wire/api/station.ts';
import { callerOf, createReadWorld, seedStation } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  await seedStation(world.sql, 'bj-401', 4, 700);
});
afterAll(() => world?.end());

const powerFor = async (role: Role) =>
  (await callerOf(world.app, world.keys)<StationNow>('/api/v1/stations/bj-401', role)).body.powerW;
const measured = (powerW: number, secondsAgo: number) => world.sql`
  insert into station_telemetry (station, power_w, slots, received_at)
  values ('bj-401', ${powerW}, '[]', now() - ${secondsAgo} * interval '1 second')
  on conflict (station) do update set power_w = excluded.power_w, received_at = excluded.received_at`;

test('who oversees stations sees what one takes from the grid, as long as it is heard', async () => {
  expect(await powerFor('operations')).toBeNull();
  await measured(61_500, 10);
  for (const role of ['operations', 'regulator'] as const) expect(await powerFor(role)).toBe(61_500);
  for (const role of ['fleet', 'owner'] as const) expect(await powerFor(role)).toBeNull();
  const { body } = await callerOf(world.app, world.keys)<{ items: StationNow[] }>('/api/v1/stations', 'operations');
  expect(body.items.find(({ id }) => id === 'bj-401')?.powerW).toBe(61_500);
  await measured(61_500, 120);
  expect(await powerFor('operations')).toBeNull();
  await measured(61_500, 1);
  await world.sql`update station_marks set link_up = false where station = 'bj-401'`;
  expect(await powerFor('operations')).toBeNull();
});
