import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { DispatchReading, GridSignal, MadePlans } from '../../../schema/wire/api/dispatch.ts';
import { assetOf, createDispatchWorld, seedAsset, seedSite } from '../dispatch-world.ts';

const morning = '2026-08-12T02:07:00Z';
/** The first quarter of an hour that can be planned. */
export const next = Date.parse('2026-08-12T02:15:00Z');

let world: Awaited<ReturnType<typeof createDispatchWorld>>;
let n = 0;

/** The world of all tests of dispatch, and the site of the one that runs: one asset is commissioned there. */
export const here = {
  get world() {
    return world;
  },
  site: '',
  assetA: '',
  assetB: '',
  assetC: '',
};

beforeAll(async () => {
  world = await createDispatchWorld(morning);
});
afterAll(() => world?.end());
beforeEach(async () => {
  here.site = `depot-${++n}`;
  world.clock.now = Date.parse(morning);
  [here.assetA, here.assetB, here.assetC] = [assetOf(10 * n + 1), assetOf(10 * n + 2), assetOf(10 * n + 3)];
  await world.sql`delete from follow_ups`;
  await seedSite(world.sql, here.site);
  await seedAsset(world.sql, here.assetA, here.site);
});

export const iso = (at: number) => new Date(at).toISOString();
export const soc = (...assets: string[]) => assets.map((asset) => ({ asset, socPct: 50 }));
export const plan = (body: object) => here.world.send<MadePlans>('POST', `${here.site}/plans`, body);
export const day = (peakWh: number) => Array.from({ length: 96 }, (_, at) => (at >= 32 && at < 40 ? peakWh : 10_000));
export const signal = (limitW: number | null, from: number, to: number, type = 'IMPORT_CAPACITY_LIMIT') =>
  here.world.send<GridSignal>('POST', `${here.site}/signals`, { type, limitW, from: iso(from), to: iso(to) });
export const reading = (startsAt: number, own: object = {}) => ({
  asset: here.assetA,
  startsAt: iso(startsAt),
  chargeWh: 0,
  dischargeWh: 4_000,
  loadWh: 20_000,
  socPct: 50,
  ...own,
});
export const report = (...readings: object[]) =>
  here.world.send<{ recorded: number; known: number; items: DispatchReading[] }>('POST', `${here.site}/readings`, {
    readings,
  });
export const past = Date.parse('2026-08-12T01:00:00Z');
export const pointers = (answer: { body: { errors?: { pointer?: string | undefined }[] | undefined } }) =>
  answer.body.errors?.map(({ pointer }) => pointer);
