import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAssetWatch, watchAssets } from '../../src/cascade/watch.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createSecondLifeWorld, type SecondLifeWorld } from './second-life-world.ts';

let world: SecondLifeWorld;
beforeAll(async () => {
  world = await createSecondLifeWorld();
  await world.sql`update second_life_sites set station = 'bj-001' where id = 'depot-1'`;
});
afterAll(() => world?.end());

const alarms = () =>
  world.sql`select key, level, detail from alarms where station = 'bj-001' and code = 'secondLifeFault' and cleared_at is null`;
const workingAt = async (site: string) => {
  const { body } = await world.make(await world.retiredPack(), { site });
  await world.commission(body.code);
  return body.code;
};

test('a fault is an alarm of the station the site stands at, until it is repaired', async () => {
  const asset = await workingAt('depot-1');
  await world.fault(asset);
  expect((await watchAssets(world.db)).alarms).toBe(1);
  expect((await watchAssets(world.db)).alarms).toBe(0);
  expect(await alarms()).toEqual([
    { key: `secondLife/${asset}`, level: 2, detail: `${asset} at depot-1 is faulted: contactorStuck` },
  ]);
  expect(await world.sql`select type from events where type = 'assetFaulted'`).toHaveLength(1);
  await world.act(asset, { act: 'repair', reason: 'new contactor' });
  await watchAssets(world.db);
  expect(await alarms()).toEqual([]);
  expect(await world.sql`select from events where type = 'assetFaultEnded'`).toHaveLength(1);
});

test('one at a site without a station is told in the log once, and counted while it lasts', async () => {
  const asset = await workingAt('depot-2');
  await world.fault(asset);
  expect(await watchAssets(world.db)).toEqual({ alarms: 0, elsewhere: [asset] });
  const registry = new Registry();
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const watch = startAssetWatch({ db: world.db, log, registry, everyMs: 20 });
  await waitFor('it is told', async () => lines.some((line) => line.includes(asset)));
  expect(await registry.metrics()).toContain('pitlane_second_life_faulted{site="depot-2"} 1');
  await watch.stop();
  expect(lines).toHaveLength(1);
});
