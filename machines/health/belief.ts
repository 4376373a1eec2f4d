import { chargeCoefficients } from './charge-coefficients.ts';

/**
 * What is believed of a pack: its capacity as a part of rated (SOH). Plain data: a belief is stored as it is.
 *
 * A Kalman filter (R. E. Kalman, 1960; for batteries G. L. Plett, J. Power Sources 134, 2004) with one state that is estimated and one
 * that is only considered (S. F. Schmidt, 1966): how far this pack's voltage windows, or the SOC of its BMS, read off. That error is the same at
 * every charge and cannot be averaged away, so it keeps its variance; its covariance with the SOH is carried along. A pack is judged by
 * windows or by SOC, never by both, so one such error is enough.
 */
export interface Belief {
  soh: number;
  varSoh: number;
  /** Covariance of SOH and that lasting error. */
  covBias: number;
  /** A count far below the belief that waits for a second one like it: a charge from half full looks the same. */
  pending: number | null;
  charges: number;
}

/** One reading: `value = soh + biasWeight x bias + noise`. */
export interface Reading {
  value: number;
  /** How much of the lasting error is in it. 1: read from a voltage window; between two SOCs the more the nearer they are. */
  biasWeight: number;
  noise: number;
}

/** Before anything is measured: a pack in service, wide enough for a dead one and a new one. */
export const unknownPack: Readonly<Belief> = { soh: 0.85, varSoh: 0.2 ** 2, covBias: 0, pending: null, charges: 0 };

const varBias = chargeCoefficients.windowBias ** 2;
const mostVariance = 0.3 ** 2;
/** Random walk of SOH: per full cycle (rests bring back some 0.5 %), and per day of standing. */
const perCycle = chargeCoefficients.walkPerCycle ** 2;
const perDay = chargeCoefficients.walkPerDay ** 2;

/** The belief some time later: the same mean, less sure. P' = P + Q t. */
export function age(belief: Belief, { fullCycles, days }: { fullCycles: number; days: number }): Belief {
  const walked = perCycle * Math.max(0, fullCycles) + perDay * Math.max(0, days);
  return { ...belief, varSoh: Math.min(mostVariance, belief.varSoh + walked) };
}

/** Difference of a reading from what was expected, in standard deviations. */
export function surprise(belief: Belief, reading: Reading): number {
  const { innovation, variance } = expectation(belief, reading);
  return innovation / Math.sqrt(variance);
}

/** With H = (1, h): K = (P Hᵀ)₁ / (H P Hᵀ + R), x' = x + K (z − x), P' = P − K (P Hᵀ)₁, C' = C − K (P Hᵀ)₂. */
export function update(belief: Belief, reading: Reading): Belief {
  const { innovation, variance, crossSoh, crossBias } = expectation(belief, reading);
  const gain = crossSoh / variance;
  return {
    soh: Math.min(1.2, Math.max(0, belief.soh + gain * innovation)),
    varSoh: Math.max(1e-9, belief.varSoh - gain * crossSoh),
    covBias: belief.covBias - gain * crossBias,
    pending: null,
    charges: belief.charges,
  };
}

function expectation({ soh, varSoh, covBias }: Belief, { value, biasWeight: h, noise }: Reading) {
  const crossSoh = varSoh + h * covBias;
  const crossBias = covBias + h * varBias;
  return { innovation: value - soh, variance: crossSoh + h * crossBias + noise ** 2, crossSoh, crossBias };
}
