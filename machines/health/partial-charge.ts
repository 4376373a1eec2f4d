import {
  chargeLimits,
  chargeCoefficients as known,
  partialLimits as limits,
  partialCoefficients as part,
} from './charge-coefficients.ts';
import type { Read, WhyIgnored } from './charge-readings.ts';

/** What the BMS says before and after a charge. Null: not said. */
export interface PartialCharge {
  /** Rated energy divided by nominal voltage. */
  ratedAh: number;
  /** What the Ah counter went up by. */
  ah: number | null;
  /** As parts of the usable energy, 0 to 1. */
  socFrom: number | null;
  socTo: number | null;
  /** Hottest cell before and after. */
  cellFromC: number | null;
  cellToC: number | null;
  durationS: number;
  /** Voltage hardly depends on SOC: LFP. */
  isFlat: boolean;
  /** What has passed since the charge before. */
  fullCycles: number;
  days: number;
}

/** From empty to full: no SOC is needed to know how much of the pack that was. */
const emptyBelow = 0.05;
const fullFrom = 0.98;

/**
 * Reading of SOH from the Ah of a charge between two SOCs, or why it gives none.
 *
 * `soh = Ah x v / (span x rated Ah)`, where span is the difference of the SOCs and `v = 1 + slope x (middle − 0.5)` the mean voltage of the
 * charge against that of the whole pack. Noise, as a part of the SOH: the SOC's at both ends, `√2 x socNoise / span`; the counter's; what is
 * not known of the slope. The SOC's lasting error at the lower end weighs `socBias / span`: at the upper end a BMS finds its way back.
 */
export function readPartialCharge(facts: PartialCharge): Read {
  const why = outsideLimits(facts);
  if (why !== null) return { ignored: why };
  const { ratedAh, isFlat, cellFromC, cellToC } = facts;
  const [ah, from, to] = [facts.ah ?? 0, facts.socFrom ?? 0, facts.socTo ?? 0];
  const doubt = cellFromC === null && cellToC === null ? 2 : 1;
  if (from <= emptyBelow && to >= fullFrom) {
    return within({ value: (known.fullGain * ah) / ratedAh, biasWeight: 0, noise: known.fullNoise * doubt });
  }
  const span = to - from;
  const offMiddle = (from + to) / 2 - 0.5;
  const slope = isFlat ? part.voltageSlope.flat : part.voltageSlope.usual;
  const value = (ah * (1 + slope * offMiddle)) / (span * ratedAh);
  const noise = value * Math.hypot((Math.SQRT2 * part.socNoise) / span, part.countNoise, part.slopeNoise * offMiddle);
  return within({ value, biasWeight: (value * part.socBias) / (span * known.windowBias), noise: noise * doubt });
}

/** No cell holds so much more than it is rated for, or so little and still works. */
const within = (reading: { value: number; biasWeight: number; noise: number }): Read =>
  reading.value > chargeLimits.mostOfRated || reading.value < chargeLimits.leastOfRated
    ? { ignored: 'countImpossible' }
    : { readings: [reading] };

function outsideLimits(facts: PartialCharge): WhyIgnored | null {
  const { ratedAh, ah, socFrom, socTo, durationS } = facts;
  if (!Number.isFinite(ratedAh) || ratedAh <= 0) return 'ratedCapacityUnknown';
  if (!isKnown(ah) || ah <= 0) return 'nothingCounted';
  if (!isKnown(socFrom) || !isKnown(socTo)) return 'socUnknown';
  if (socTo - socFrom < limits.leastSpan) return 'spanTooSmall';
  const wrongTemperature = outsideTemperature(facts);
  if (wrongTemperature !== null) return wrongTemperature;
  // Written so that what is not a number is refused too.
  if (!(durationS >= limits.shortestS && durationS <= limits.longestS)) return 'durationOutside';
  return ah / ratedAh / (durationS / 3600) > chargeLimits.meanRateC ? 'tooFast' : null;
}

function outsideTemperature({ cellFromC, cellToC }: PartialCharge): WhyIgnored | null {
  const seen = [cellFromC, cellToC].filter(isKnown);
  const [least, most] = chargeLimits.meanTempC;
  const mean = seen.reduce((sum, each) => sum + each, 0) / seen.length;
  if (mean < least) return 'tooCold';
  return mean > most || seen.some((each) => each > chargeLimits.maxTempC) ? 'tooHot' : null;
}

const isKnown = (value: number | null): value is number => value !== null && Number.isFinite(value);
