/**
 * What is believed of a pack: capacity as a part of rated (SOH) and how far its voltage windows read too high, with their covariance.
 * A linear Kalman filter with two states, R. E. Kalman, "A New Approach to Linear Filtering and Prediction Problems" (1960);
 * for batteries G. L. Plett, J. Power Sources 134 (2004). Plain data: a belief is stored as it is.
 */
export interface Belief {
  soh: number;
  windowBias: number;
  /** Variance of `soh`, covariance, variance of `windowBias`. */
  varSoh: number;
  cov: number;
  varBias: number;
  /** A count far below the belief that waits for a second one like it: a charge from half full looks the same. */
  pending: number | null;
  charges: number;
}

/** One reading: `value = soh + bias weight x windowBias + noise`. */
export interface Reading {
  value: number;
  biasWeight: 0 | 1;
  noise: number;
}

/** Before anything is measured: a pack in service, wide enough for a dead one and a new one. */
export const unknownPack = (windowBiasSd: number): Belief => ({
  soh: 0.85,
  windowBias: 0,
  varSoh: 0.2 ** 2,
  cov: 0,
  varBias: windowBiasSd ** 2,
  pending: null,
  charges: 0,
});

const most = 0.3 ** 2;
/** Random walk of SOH: per full cycle (rests bring back some 0.5 %), and per day of standing. */
const perCycle = 0.006 ** 2;
const perDay = 0.0008 ** 2;
const biasPerCycle = 0.001 ** 2;

/** The belief some time later: the same mean, less sure. P' = P + Q t. */
export function age(belief: Belief, { fullCycles, days }: { fullCycles: number; days: number }): Belief {
  const cycles = Math.max(0, fullCycles);
  return {
    ...belief,
    varSoh: Math.min(most, belief.varSoh + perCycle * cycles + perDay * Math.max(0, days)),
    varBias: Math.min(most, belief.varBias + biasPerCycle * cycles),
  };
}

/** Difference of a reading from what was expected, in standard deviations. */
export function surprise(belief: Belief, reading: Reading): number {
  const { innovation, variance } = expectation(belief, reading);
  return innovation / Math.sqrt(variance);
}

/** K = P Hᵀ (H P Hᵀ + R)⁻¹, x' = x + K (z − H x), P' = P − K H P with H = (1, biasWeight). */
export function update(belief: Belief, reading: Reading): Belief {
  const { innovation, variance, crossSoh, crossBias } = expectation(belief, reading);
  const gainSoh = crossSoh / variance;
  const gainBias = crossBias / variance;
  return {
    soh: clamp(belief.soh + gainSoh * innovation),
    windowBias: belief.windowBias + gainBias * innovation,
    varSoh: Math.max(1e-9, belief.varSoh - gainSoh * crossSoh),
    cov: belief.cov - gainSoh * crossBias,
    varBias: Math.max(1e-9, belief.varBias - gainBias * crossBias),
    pending: null,
    charges: belief.charges + 1,
  };
}

function expectation(belief: Belief, { value, biasWeight: h, noise }: Reading) {
  const crossSoh = belief.varSoh + h * belief.cov;
  const crossBias = belief.cov + h * belief.varBias;
  const variance = crossSoh + h * crossBias + noise ** 2;
  return { innovation: value - belief.soh - h * belief.windowBias, variance, crossSoh, crossBias };
}

const clamp = (soh: number): number => Math.min(1.2, Math.max(0, soh));
