import { age, type Belief, type Reading, surprise, unknownPack, update } from './belief.ts';
import { chargeCoefficients } from './charge-coefficients.ts';
import { type ChargeFacts, type Read, readCharge, type WhyIgnored } from './charge-readings.ts';
import { type PartialCharge, readPartialCharge } from './partial-charge.ts';

/** State of health with the interval it lies in with 90 % probability. 1 = rated capacity. */
export interface HealthEstimate {
  soh: number;
  low: number;
  high: number;
}

export interface Judged {
  belief: Belief;
  ignored: WhyIgnored | null;
}

export const newBelief = (): Belief => ({ ...unknownPack });

/** More than this many standard deviations is no noise: a charge from half full, another temperature, a fault. */
const gate = 4;
/** Two low counts so close to each other are the truth. */
const alike = 0.05;

/**
 * One charge into the pack's history. A charge outside the limits changes nothing but the age of what is known.
 * A count far above the belief is taken (a pack cannot be charged with more than it holds), one far below only when the next agrees.
 */
export function judgeCharge(belief: Belief, facts: ChargeFacts): Judged {
  return judge(age(belief, facts), readCharge(facts), true);
}

/** The same for a charge between two SOCs. A jump of the SOC may be wrong in both directions, so a count far above waits for a second one too. */
export function judgePartialCharge(belief: Belief, facts: PartialCharge): Judged {
  return judge(age(belief, facts), readPartialCharge(facts), false);
}

function judge(older: Belief, read: Read, highIsTrue: boolean): Judged {
  if ('ignored' in read) return { belief: older, ignored: read.ignored };
  const [first] = read.readings;
  if (first && Math.abs(surprise(older, first)) > gate) return judgeFar(older, first, highIsTrue);
  return { belief: counted(read.readings.reduce(update, older)), ignored: null };
}

function judgeFar(belief: Belief, reading: Reading, highIsTrue: boolean): Judged {
  const isHigh = surprise(belief, reading) > 0;
  const isConfirmed = belief.pending !== null && Math.abs(reading.value - belief.pending) <= alike;
  if (!(isHigh && highIsTrue) && !isConfirmed) {
    return { belief: { ...belief, pending: reading.value }, ignored: isHigh ? 'farAboveHistory' : 'farBelowHistory' };
  }
  // What was believed no longer holds: start anew from this reading.
  return { belief: counted(update({ ...belief, varSoh: unknownPack.varSoh, covBias: 0 }, reading)), ignored: null };
}

const counted = (belief: Belief): Belief => ({ ...belief, charges: belief.charges + 1 });

/** Normal quantile of a two-sided 90 % interval. */
const z90 = 1.645;

/**
 * The estimate a belief stands for. Between-cell scatter of the Ah count is the same error at every charge: it does not
 * average out, so it is added outside the filter: sd² = P + fullBias².
 */
export function healthOf({ soh, varSoh }: Belief): HealthEstimate {
  const half = z90 * Math.sqrt(varSoh + chargeCoefficients.fullBias ** 2);
  return { soh, low: Math.max(0, soh - half), high: Math.min(1.3, soh + half) };
}
