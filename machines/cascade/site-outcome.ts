import { intervalHours, type SiteFigures } from '../../schema/wire/cascade/dispatch.ts';
import { amountFen } from '../settlement/money.ts';
import type { DispatchInterval } from './dispatch.ts';

export interface Moved {
  chargeWh: number;
  dischargeWh: number;
}

/**
 * The site's bill and peak without assets and with them, interval by interval, as it is booked; `moved` is what they do together. What they discharge
 * is used by the site's load and by what charges at the same time; the rest goes into the grid and earns nothing.
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
