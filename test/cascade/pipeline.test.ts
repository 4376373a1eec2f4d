import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SecondLifePipeline } from '../../schema/wire/api/second-life.ts';
import { createSecondLifeWorld, type SecondLifeWorld } from './second-life-world.ts';

let world: SecondLifeWorld;
beforeAll(async () => {
  world = await createSecondLifeWorld();
});
afterAll(() => world?.end());

const pipeline = async (as: 'operations' | 'owner' = 'operations') =>
  (await world.call<SecondLifePipeline>('/api/v1/second-life-assets/pipeline', as)).body;

const empty: SecondLifePipeline = {
  ungraded: 0,
  graded: { A: 0, B: 0, C: 0, recycle: 0 },
  assets: { planned: 0, commissioned: 0, faulted: 0, outOfService: 0, endOfLife: 0 },
  recycled: 0,
};

test('each pack on its way to the recycler is in one number, by its last grading and the state of its asset', async () => {
  expect(await pipeline()).toEqual(empty);
  const [waiting, regraded, toRecycle] = await Promise.all([
    world.retiredPack(null),
    world.retiredPack('A'),
    world.retiredPack('recycle'),
  ]);
  await world.gradedAs(regraded, 2, 'C');
  expect(await pipeline()).toEqual({ ...empty, ungraded: 1, graded: { ...empty.graded, C: 1, recycle: 1 } });

  await world.gradedAs(waiting, 1, 'B');
  const { body: asset } = await world.make(waiting);
  expect(await pipeline()).toMatchObject({ ungraded: 0, graded: { B: 0 }, assets: { planned: 1 } });
  await world.commission(asset.code);
  await world.send('POST', 'recyclings', {
    ...{ pack: toRecycle, recycler: 'brunp', weightKg: 330, receiptNumber: 'R-1', reason: 'graded recycle' },
  });
  const now = {
    ...empty,
    graded: { ...empty.graded, C: 1 },
    assets: { ...empty.assets, commissioned: 1 },
    recycled: 1,
  };
  expect(await pipeline()).toEqual(now);

  await world.act(asset.code, { act: 'endLife', reason: 'worn out' });
  await world.send('POST', 'recyclings', {
    ...{ pack: waiting, recycler: 'brunp', weightKg: 330, receiptNumber: 'R-2', reason: 'worn out' },
  });
  expect(await pipeline()).toEqual({ ...now, assets: empty.assets, recycled: 2 });
});

test('an owner counts its own', async () => {
  const all = await pipeline();
  expect(await pipeline('owner')).toEqual(all);
  await world.sql`update batteries set owner = null where status = 'recycled'`;
  expect(await pipeline('owner')).toEqual({ ...all, recycled: 0 });
});
