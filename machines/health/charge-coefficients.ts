/**
 * What links charged Ah to measured capacity, all as parts of rated capacity. Derived from ten cells of the NASA Ames PCoE ageing set
 * (B. Saha, K. Goebel, 2007) that were charged between 10 and 50 °C, each cell with the same weight; `npm run evaluate:soh-fit` prints
 * them again. How well they carry over to a cell they have not seen stands in docs/battery-health.md.
 */
export const chargeCoefficients = {
  /** Ah given back in the next discharge per Ah of a charge from empty to full: coulombic losses and current sensors. */
  fullGain: 0.983,
  /** Window of a charge between these cell voltages, some 40 % of a fresh cell. */
  windowVolts: [3.9, 4.1],
  windowOffset: 0.421,
  windowGain: 1.2,
  /** Standard deviation of one full charge about its cell's own mean, and between cells. */
  fullNoise: 0.008,
  fullBias: 0.0115,
  /** The same for windows; a pack keeps its bias. */
  windowNoise: 0.012,
  windowBias: 0.038,
  /** Random walk of SOH per full cycle and per day of standing. */
  walkPerCycle: 0.006,
  walkPerDay: 0.0008,
} as const;

/** Outside these limits an Ah count says little of the capacity at 25 °C; such charges are not used. */
export const chargeLimits = {
  meanTempC: [10, 50],
  maxTempC: 65,
  /** Mean rate over the charge, in rated capacities per hour. */
  meanRateC: 1.2,
  /** No cell gives so much more than it is rated for; a count above is a sensor's fault. */
  mostOfRated: 1.3,
  leastOfRated: 0.05,
  /** A smaller window is mostly the cell's resistance. */
  leastWindowOfRated: 0.2,
} as const;

/** Charges between two SOCs, as stations see them. By hand, from what makers of BMS promise: not fitted on anything. */
export const partialCoefficients = {
  /** SOC of the BMS at one end of a charge, as a part of full: what differs from charge to charge, and what stays. */
  socNoise: 0.01,
  socBias: 0.015,
  /** Of the BMS's Ah counter, as a part of what it counted. */
  countNoise: 0.005,
  /** Open-circuit voltage from empty to full, as a part of its mean: an Ah near full carries more energy, and SOC is a part of energy. */
  voltageSlope: { flat: 0.06, usual: 0.18 },
  slopeNoise: 0.05,
} as const;

export const partialLimits = {
  /** At less, two points of SOC are more than a tenth of the count. */
  leastSpan: 0.3,
  /** Small currents over days are mostly the counter's zero. */
  longestS: 24 * 3600,
  shortestS: 300,
} as const;
