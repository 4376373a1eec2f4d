import type { Reading } from './belief.ts';
import { chargeCoefficients as known, chargeLimits as limits } from './charge-coefficients.ts';

/** What a station sees of one charge. Null: not measured. Per cell in series, so Ah are those of the pack. */
export interface ChargeFacts {
  ratedAh: number;
  /** Ah of a charge from empty (below some 5 % SOC) until the current has tapered off; null: it was not such a charge. */
  fullAh: number | null;
  /** Ah between the window's two cell voltages at constant current. */
  windowAh: number | null;
  meanTempC: number | null;
  maxTempC: number | null;
  durationS: number | null;
  /** What has passed since the charge before. */
  fullCycles: number;
  days: number;
}

export type WhyIgnored =
  | 'ratedCapacityUnknown'
  | 'tooCold'
  | 'tooHot'
  | 'tooFast'
  | 'countImpossible'
  | 'windowTooSmall'
  | 'nothingCounted'
  | 'farBelowHistory'
  | 'farAboveHistory'
  | 'noStart'
  | 'socUnknown'
  | 'spanTooSmall'
  | 'durationOutside';

export type Read = { readings: Reading[] } | { ignored: WhyIgnored };

/**
 * Readings of SOH from one charge, or why it gives none.
 * Full charge: soh = fullGain x Ah / rated. Window: soh = windowOffset + windowGain x Ah / rated.
 */
export function readCharge(facts: ChargeFacts): Read {
  const why = outsideLimits(facts);
  if (why) return { ignored: why };
  // Without a temperature the limits cannot be checked: worth less.
  const doubt = facts.meanTempC === null && facts.maxTempC === null ? 2 : 1;
  const full = partOfRated(facts.fullAh, facts);
  const window = partOfRated(facts.windowAh, facts);
  const readings: Reading[] = [];
  if (full !== null) {
    if (full > limits.mostOfRated || full < limits.leastOfRated) return { ignored: 'countImpossible' };
    readings.push({ value: known.fullGain * full, biasWeight: 0, noise: known.fullNoise * doubt });
  }
  if (window !== null && window >= limits.leastWindowOfRated) {
    if (window > limits.mostOfRated) return { ignored: 'countImpossible' };
    const value = known.windowOffset + known.windowGain * window;
    readings.push({ value, biasWeight: 1, noise: known.windowNoise * doubt });
  }
  if (readings.length > 0) return { readings };
  return { ignored: window === null ? 'nothingCounted' : 'windowTooSmall' };
}

function outsideLimits({ ratedAh, meanTempC, maxTempC, durationS, fullAh }: ChargeFacts): WhyIgnored | null {
  if (!Number.isFinite(ratedAh) || ratedAh <= 0) return 'ratedCapacityUnknown';
  const temp = finite(meanTempC) ?? finite(maxTempC);
  const [least, most] = limits.meanTempC;
  if (temp !== null && temp < least) return 'tooCold';
  if (finite(meanTempC) !== null && (temp ?? 0) > most) return 'tooHot';
  if ((finite(maxTempC) ?? 0) > limits.maxTempC) return 'tooHot';
  const hours = (finite(durationS) ?? 0) / 3600;
  if (hours > 0 && (finite(fullAh) ?? 0) / hours / ratedAh > limits.meanRateC) return 'tooFast';
  return null;
}

const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

function partOfRated(ah: number | null, { ratedAh }: ChargeFacts): number | null {
  const known = finite(ah);
  return known === null ? null : known / ratedAh;
}
