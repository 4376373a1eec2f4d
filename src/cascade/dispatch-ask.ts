import { beijingDay, startOfDay } from '../../machines/settlement/calendar.ts';
import type { NewPlans } from '../../schema/wire/api/dispatch.ts';
import { intervalMs } from '../../schema/wire/cascade/dispatch.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { forecastLoads, storedAt } from './dispatch-inputs.ts';
import type { PlanTask } from './dispatch-plans.ts';
import { type AssetRow, aheadMs, type DispatchSite, nextQuarter, plansInForce, readPlans } from './dispatch-site.ts';

const dayMs = 86_400_000;
const usualIntervals = 96;

const bad = (pointer: string, detail: string): ApiError =>
  new ApiError('invalid-body', `The body is not valid at ${pointer.slice(1).replaceAll('/', '.')}: ${detail}.`, {
    errors: [{ pointer, detail }],
  });

/** What somebody asks for, with what it is made of read and reckoned. @throws what is wrong or missing. */
export async function taskOf(db: Database, site: DispatchSite, ask: NewPlans, now: number): Promise<PlanTask> {
  const assets = assetsOf(site, ask.asset);
  const starts = startsOf(ask, now);
  const [first = 0] = starts;
  if (ask.loadWh && ask.loadWh.length !== starts.length)
    throw bad('/loadWh', `must have one figure for each of ${starts.length} intervals, not ${ask.loadWh.length}`);
  const inForce = plansInForce(await readPlans(db, site.id, now - dayMs, (starts.at(-1) ?? first) + intervalMs));
  const [loadWh, stored] = await Promise.all([
    ask.loadWh ?? forecastLoads(db, site.id, starts, now),
    storedAt(db, assets, inForce, first, now),
  ]);
  const given = givenStates(ask, assets);
  const startWh = new Map(
    assets.map((asset) => {
      const wh = given.get(asset.code) ?? stored.get(asset.code);
      if (wh === undefined)
        throw bad('/soc', `must say the state of charge of ${asset.code}: it has no reading of today`);
      return [asset.code, wh];
    }),
  );
  return {
    site,
    assets,
    starts,
    loadWh,
    startWh,
    inForce,
    basis: (asset) => ({
      because: null,
      load: ask.loadWh ? 'given' : 'history',
      soc: given.has(asset) ? 'given' : 'lastReading',
      shaveToW: ask.shaveToW ?? null,
      note: ask.note ?? null,
    }),
  };
}

function assetsOf({ assets, id }: DispatchSite, one: string | undefined): AssetRow[] {
  if (one === undefined) {
    const working = assets.filter(({ state }) => state === 'commissioned');
    if (working.length === 0) throw new ApiError('change-refused', `No asset of site ${id} is commissioned.`);
    return working;
  }
  const asset = assets.find(({ code }) => code === one);
  if (!asset) throw bad('/asset', 'is not an asset of this site');
  if (asset.state !== 'commissioned')
    throw new ApiError('change-refused', `The asset is ${asset.state}: only one that is commissioned is planned.`, {
      current: { asset: one, state: asset.state },
    });
  return [asset];
}

/** From now on: what has begun is not planned. */
function startsOf({ day, from, intervals = usualIntervals }: NewPlans, now: number): number[] {
  const next = nextQuarter(now);
  if (day !== undefined) {
    const begin = startOfDay(day);
    const first = Math.max(begin, next);
    const count = (begin + dayMs - first) / intervalMs;
    if (count <= 0) throw bad('/day', `is over: it is ${beijingDay(now)} in Shanghai`);
    return quarters(first, count, now, '/day');
  }
  const first = from === undefined ? next : Date.parse(from);
  if (first < next) throw bad('/from', `has begun: the next is ${new Date(next).toISOString()}`);
  return quarters(first, intervals, now, '/from');
}

function quarters(first: number, count: number, now: number, pointer: string): number[] {
  if (first > now + aheadMs) throw bad(pointer, 'is more than a week ahead');
  return Array.from({ length: count }, (_, at) => first + at * intervalMs);
}

function givenStates({ soc }: NewPlans, assets: readonly AssetRow[]): Map<string, number> {
  return new Map(
    soc.map(({ asset, socPct }, at) => {
      const row = assets.find(({ code }) => code === asset);
      if (!row) throw bad(`/soc/${at}/asset`, 'is not among the assets that are planned');
      return [asset, Math.round((row.energyWh * socPct) / 100)];
    }),
  );
}
