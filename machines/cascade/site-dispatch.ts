import { intervalHours, type SiteFigures } from '../../schema/wire/cascade/dispatch.ts';
import { type DispatchInterval, type DispatchStep, type DispatchStore, planDispatch } from './dispatch.ts';
import { siteOutcome } from './site-outcome.ts';

export interface SiteAsset {
  asset: string;
  store: DispatchStore;
  startWh: number;
}

export interface AssetPlan {
  asset: string;
  steps: DispatchStep[];
  /** What the assets planned before it add to the site's load, interval by interval. */
  othersWh: number[];
  /** The site without this asset and with it. */
  outcome: SiteFigures;
}

/**
 * Plans the assets of a site one after another, each on the load that those before it leave. So the limits of the site hold for all of them
 * together: each keeps them with the others' part in its load. `othersWh`: what assets that are not planned anew do.
 */
export function planSite(
  intervals: readonly DispatchInterval[],
  assets: readonly SiteAsset[],
  othersWh: readonly number[] = [],
): AssetPlan[] {
  let others = intervals.map((_, at) => othersWh[at] ?? 0);
  return assets.map(({ asset, store, startWh }) => {
    const before = others;
    const rest = intervals.map((interval, at) => remaining(interval, before[at] ?? 0));
    const steps = planDispatch(rest, store, startWh);
    others = before.map((wh, at) => wh + (steps[at]?.chargeWh ?? 0) - (steps[at]?.dischargeWh ?? 0));
    return { asset, steps, othersWh: before, outcome: siteOutcome(rest, steps) };
  });
}

/** What others leave of an interval. What they feed in already is no load, and takes its part of the limit on export. */
function remaining(interval: DispatchInterval, othersWh: number): DispatchInterval {
  const netWh = interval.loadWh + othersWh;
  if (netWh >= 0) return { ...interval, loadWh: netWh };
  return { ...interval, loadWh: 0, exportLimitW: Math.max(0, interval.exportLimitW + netWh / intervalHours) };
}
