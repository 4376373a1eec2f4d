import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bay, Slot } from '../../schema/wire/api/station.ts';
import { createLiveWorld, type LiveWorld } from '../api/live-world.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { taxisAt } from './taxis.ts';

const station = 'bj-029';
const patience = { withinMs: 60_000 };
let world: LiveWorld;
beforeAll(async () => {
  world = await createLiveWorld(station, 50);
  await bayIdle();
}, 60_000);
afterAll(() => world?.end());

const { bayIdle } = taxisAt(station, () => world);
const act = (body: object) => world.ask(`/api/v1/stations/${station}/bays/1/actions`, { body });
const slotOf = async (pack: string) => {
  const { body } = await world.ask<{ items: Slot[] }>(`/api/v1/stations/${station}/slots?limit=200`);
  return body.items.find((each) => each.pack?.code === pack)?.slot;
};

test('a pack that hands have put elsewhere unseen is isolated: the station is asked what is there, and the pack fetched from where it is', async () => {
  const { body } = await world.ask<{ items: Slot[] }>(`/api/v1/stations/${station}/slots?limit=200`);
  const [here, there] = body.items.filter(({ pack }) => pack !== null);
  const pack = here?.pack?.code ?? '';
  const fault = { type: 'fault', fault: { kind: 'wrongPack', slot: here?.slot, withSlot: there?.slot } };
  expect((await world.ask(`/api/v1/stations/${station}/simulator`, { body: fault })).status).toBe(200);

  expect((await act({ action: 'isolate-pack', pack, reason: 'it smells' })).status).toBe(202);
  await waitFor('the ledger to know where it is', async () => (await slotOf(pack)) !== here?.slot, patience);
  await waitFor(
    'the pack to be in a box, brought by the shuttle or after a person has reset the bay',
    async () => {
      if (world.sim.physicalPlaces().get(pack)?.startsWith('isolation/')) return true;
      const bay = (await world.ask<Bay>(`/api/v1/stations/${station}/bays/1`)).body;
      if (bay.allowed.includes('reset')) await act({ action: 'reset', reason: 'looked at it' });
      return false;
    },
    { withinMs: 60_000, everyMs: 200 },
  );
}, 120_000);
