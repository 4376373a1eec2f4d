import { intervalHours, type SiteFigures } from '../../schema/wire/cascade/dispatch.ts';
import { amountFen } from '../settlement/money.ts';
import {
  type DispatchInterval,
  type DispatchOutcome,
  type DispatchStep,
  type DispatchStore,
  outcomeOf,
  planDispatch,
} from './dispatch.ts';

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
  outcome: DispatchOutcome;
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
    return { asset, steps, othersWh: before, outcome: outcomeOf(rest, steps) };
  });
}

/** What others leave of an interval. What they feed in already is no load, and takes its part of the limit on export. */
function remaining(interval: DispatchInterval, othersWh: number): DispatchInterval {
  const netWh = interval.loadWh + othersWh;
  if (netWh >= 0) return { ...interval, loadWh: netWh };
  return { ...interval, loadWh: 0, exportLimitW: Math.max(0, interval.exportLimitW + netWh / intervalHours) };
}

export interface Moved {
  chargeWh: number;
  dischargeWh: number;
}

/**
 * The site's bill and peak without any asset and with all of them; `moved` is what they do together. What they discharge is used by the site's load
 * and by what charges at the same time; the rest goes into the grid and earns nothing.
 */
export function siteOutcome(intervals: readonly DispatchInterval[], moved: readonly Moved[]): SiteFigures {
  const figures: SiteFigures = {
    costWithoutFen: 0,
    costWithFen: 0,
    peakWithoutW: 0,
    peakWithW: 0,
    overLimitWithoutWh: 0,
    overLimitWithWh: 0,
    chargeWh: 0,
    dischargeWh: 0,
  };
  for (const [at, { loadWh, priceMicro, importLimitW }] of intervals.entries()) {
    const { chargeWh = 0, dischargeWh = 0 } = moved[at] ?? {};
    const drawnWh = loadWh + chargeWh - dischargeWh;
    const limitWh = Math.floor(importLimitW * intervalHours);
    const fen = (wh: number) => amountFen(wh, 'Wh', priceMicro);
    figures.costWithoutFen += fen(loadWh);
    figures.costWithFen += fen(loadWh) + fen(chargeWh) - fen(Math.min(dischargeWh, loadWh + chargeWh));
    figures.peakWithoutW = Math.max(figures.peakWithoutW, Math.round(loadWh / intervalHours));
    figures.peakWithW = Math.max(figures.peakWithW, Math.round(drawnWh / intervalHours));
    figures.overLimitWithoutWh += Math.max(0, loadWh - limitWh);
    figures.overLimitWithWh += Math.max(0, drawnWh - limitWh);
    figures.chargeWh += chargeWh;
    figures.dischargeWh += dischargeWh;
  }
  return figures;
}
