import { intervalHours } from '../../schema/wire/cascade/dispatch.ts';
import { amountFen } from '../settlement/money.ts';
import type { Moved } from './site-outcome.ts';

export interface AssetQuarter extends Moved {
  asset: string;
}

/** What a quarter of an hour of an asset was worth. */
export interface Booked {
  /** Of what it discharged, what the site used; the rest went into the grid and earned nothing. */
  usedWh: number;
  /** What its charge cost, and what the site did not have to buy. */
  costFen: number;
  worthFen: number;
}

/**
 * Books the assets of a site for a quarter of an hour. The site's load, and what its assets charge, is served by what they discharge, in the order of
 * their codes; `known` are those that are booked already.
 */
export function bookQuarter(of: {
  loadWh: number;
  priceMicro: number;
  known: readonly { chargeWh: number; usedWh: number }[];
  readings: readonly AssetQuarter[];
}): Map<string, Booked> {
  const { loadWh, priceMicro, known, readings } = of;
  const charged = [...known, ...readings].reduce((sum, { chargeWh }) => sum + chargeWh, 0);
  let left = loadWh + charged - known.reduce((sum, { usedWh }) => sum + usedWh, 0);
  const booked = new Map<string, Booked>();
  for (const { asset, chargeWh, dischargeWh } of [...readings].sort((a, b) => (a.asset < b.asset ? -1 : 1))) {
    const usedWh = Math.max(0, Math.min(dischargeWh, left));
    left -= usedWh;
    booked.set(asset, {
      usedWh,
      costFen: amountFen(chargeWh, 'Wh', priceMicro),
      worthFen: amountFen(usedWh, 'Wh', priceMicro),
    });
  }
  return booked;
}

/** Class 1 meters, and a power that is not held to the watt. */
const plausiblePart = 1.05;

/** The most that an asset moves in a quarter of an hour. */
export const mostPlausibleWh = (powerW: number): number => Math.floor(powerW * intervalHours * plausiblePart);

/** Why the meters of an asset cannot have shown this; null: they can. */
export function implausible(
  { chargeWh, dischargeWh }: Moved,
  powerW: number,
): { field: 'chargeWh' | 'dischargeWh'; reason: string } | null {
  const most = mostPlausibleWh(powerW);
  const why = `is more than ${powerW} W move in a quarter of an hour (${most} Wh with a tolerance of 5 %)`;
  if (chargeWh > most) return { field: 'chargeWh', reason: why };
  if (dischargeWh > most) return { field: 'dischargeWh', reason: why };
  if (chargeWh + dischargeWh > most) return { field: 'dischargeWh', reason: `together with chargeWh ${why}` };
  return null;
}
