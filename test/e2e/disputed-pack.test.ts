import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '../../schema/wire/api/log.ts';
import type { Movement } from '../../schema/wire/api/movement.ts';
import { vinOf } from '../../station-sim/codes.ts';
import { createRandom } from '../../station-sim/random.ts';
import { createLiveWorld, type LiveWorld } from '../api/live-world.ts';
import { taxisAt } from './taxis.ts';

const station = 'bj-019';
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 50);
  await bayIdle();
}, 60_000);
afterAll(() => world?.end());

const { bayIdle, taxi, ended } = taxisAt(station, () => world);

test('two cars that claim one pack: an incident with both, the swap refused, and no lock was touched', async () => {
  await taxi(null);
  const first = await ended(1);
  expect(first.state).toBe('completed');
  await bayIdle();

  // Somebody writes down that the pack of this car is in another one.
  const admin = { role: 'admin' } as const;
  const other = vinOf(createRandom('other'), 7);
  expect((await world.ask('/api/v1/vehicles', { ...admin, body: { vin: other } })).status).toBe(201);
  const moved = await world.ask<Movement>('/api/v1/movements', {
    ...admin,
    body: { pack: first.packIn, to: { kind: 'vehicle', vin: other }, reason: 'fitted in the workshop' },
  });
  expect(moved.status).toBe(201);

  const seen = world.sim.physical.lastN();
  await taxi(first.vehicle);
  const second = await ended(2);
  expect(second).toMatchObject({ vehicle: first.vehicle, state: 'refused', reason: 'packDisputed' });
  await bayIdle();

  const { items } = (await world.ask<{ items: Incident[] }>(`/api/v1/incidents?station=${station}&open=true`, admin))
    .body;
  expect(items).toEqual([expect.objectContaining({ code: 'packClaimedTwice', packs: [first.packIn] })]);
  for (const side of [first.vehicle, other]) expect(items[0]?.detail).toContain(side);

  const journal = world.sim.physical.entries().filter(({ n }) => n > seen);
  const motions = journal.flatMap((fact) => (fact.kind === 'motion' ? [fact.motion] : []));
  expect(journal.map(({ kind }) => kind)).toContain('vehicle');
  expect(motions).not.toContain('unlockPack');
  expect(motions).not.toContain('positionAndClamp');
  // Nobody has corrected the ledger, and the pack is where it was.
  expect(world.sim.physicalPlaces().get(first.packIn ?? '')).toBe(`vehicle/${first.vehicle}`);
  const pack = await world.ask<{ place: { place: string } }>(`/api/v1/batteries/${first.packIn}`, admin);
  expect(JSON.stringify(pack.body)).toContain(`vehicle/${other}`);
}, 90_000);
