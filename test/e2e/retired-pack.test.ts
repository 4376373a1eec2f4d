import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Battery } from '../../schema/wire/api/battery.ts';
import type { BatteryHealth, RetirementPolicy } from '../../schema/wire/api/battery-health.ts';
import type { WorkOrder } from '../../schema/wire/api/inventory.ts';
import type { Incident } from '../../schema/wire/api/log.ts';
import { createLiveWorld, type LiveWorld } from '../api/live-world.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { taxisAt } from './taxis.ts';

const station = 'bj-023';
const admin = { role: 'admin' } as const;
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 50);
  await bayIdle();
}, 90_000);
afterAll(() => world?.end());

const { bayIdle, taxi, ended } = taxisAt(station, () => world);
const packOf = async (code: string | null) => (await world.ask<Battery>(`/api/v1/batteries/${code}`, admin)).body;

test('a pack whose policy is past retires in its slot, and is out of dispatch; its car has gone on with another', async () => {
  const { body: policy } = await world.ask<RetirementPolicy>('/api/v1/retirement-policies/1', admin);
  const strict = { replaces: 1, terms: { ...policy.terms, minSohPct: 100, minCharges: 1000 }, reason: 'all of them' };
  expect((await world.ask('/api/v1/retirement-policies', { ...admin, body: strict })).status).toBe(201);
  // Nearly full: it could be given again at once.
  await taxi(null, 93);
  const first = await ended(1);
  expect(first.state).toBe('completed');
  const retired = await waitFor(
    'the pack to retire',
    async () => {
      const pack = await packOf(first.packOut);
      return pack.status === 'retired' ? pack : null;
    },
    { withinMs: 60_000 },
  );
  expect(retired).toMatchObject({ ready: false, place: { kind: 'slot', station } });
  // What went into the car is as worn, and nobody touches it there.
  expect(await packOf(first.packIn)).toMatchObject({ status: 'inService', place: { kind: 'vehicle' } });
  const { items } = (
    await world.ask<{ items: WorkOrder[] }>(`/api/v1/work-orders?station=${station}&state=open`, admin)
  ).body;
  expect(items).toEqual([expect.objectContaining({ pack: first.packOut, reason: 'retired by policy: soh' })]);
  await bayIdle();

  await taxi(first.vehicle, 30);
  const second = await ended(2);
  expect(second).toMatchObject({ state: 'completed', packOut: first.packIn });
  expect(second.packIn).not.toBe(first.packOut);
  const health = await world.ask<BatteryHealth>(`/api/v1/batteries/${first.packOut}/health`, admin);
  expect(health.body).toMatchObject({ retiring: false, bmsSohPct: expect.any(Number) });
  await bayIdle();
}, 240_000);

test('a car that comes with a retired pack: refused before anything is unlocked, with an incident that names both sides', async () => {
  const second = await ended(2);
  const { edition } = await packOf(second.packIn);
  const change = await fetch(`${world.url}/api/v1/batteries/${second.packIn}`, {
    method: 'PATCH',
    headers: {
      Authorization: `Bearer ${world.keys.admin}`,
      'content-type': 'application/json',
      'if-match': `"${edition}"`,
    },
    body: JSON.stringify({ status: 'retired', reason: 'recalled by its maker' }),
  });
  expect(change.status).toBe(200);

  const seen = world.sim.physical.lastN();
  await taxi(second.vehicle);
  const third = await ended(3);
  expect(third).toMatchObject({ vehicle: second.vehicle, state: 'refused', reason: 'packNotForService' });
  await bayIdle();
  const { items } = (await world.ask<{ items: Incident[] }>(`/api/v1/incidents?station=${station}&open=true`, admin))
    .body;
  const [incident] = items.filter(({ packs }) => packs.includes(second.packIn ?? ''));
  expect(incident).toMatchObject({ code: 'packNotForService', packs: [second.packIn] });
  expect(incident?.detail).toContain(`vehicle/${second.vehicle} says it has ${second.packIn}`);
  expect(incident?.detail).toContain('the ledger has it retired');

  const journal = world.sim.physical.entries().filter(({ n }) => n > seen);
  const motions = journal.flatMap((fact) => (fact.kind === 'motion' ? [fact.motion] : []));
  expect(motions).not.toContain('unlockPack');
  expect(motions).not.toContain('positionAndClamp');
  expect(world.sim.physicalPlaces().get(second.packIn ?? '')).toBe(`vehicle/${second.vehicle}`);
}, 120_000);
