import { z } from 'zod';
import { safeText } from '../ids.ts';
import { fen } from './money.ts';

export const billLineKinds = [
  'energy',
  'serviceFee',
  'parking',
  'sohCredit',
  'monthlyFee',
  'swapFee',
  'distanceFee',
  'energyFee',
  'volumeDiscount',
  'deposit',
  'energyTrueUp',
  'correction',
] as const;
export type BillLineKind = (typeof billLineKinds)[number];

/** Rules that make lines. What each says to people, and in which language, is not stored: `src/settlement/bill-words.ts`. */
export const billRules = [
  'energyAtRelease',
  'serviceFee',
  'serviceFeeByPeriod',
  'parkingStartedMinutes',
  'sohBelowFloor',
  'meteredEnergy',
  'usageBeyondQuota',
  'discountByVolume',
  'monthlyFee',
  'monthlyFeeByDay',
  'depositTaken',
  'depositReturned',
  'trueUpAtMeanCost',
  'trueUpLessBilled',
  'byReceipts',
] as const;
export type BillRule = (typeof billRules)[number];

/**
 * One line of a bill, which explains itself: quantity x unit price = amount, and the rule that made it so. Positive: the lessee owes it;
 * negative: a credit to the lessee.
 */
export const billLine = z.strictObject({
  kind: z.enum(billLineKinds),
  quantity: z.number().describe('In units; energy in whole Wh.'),
  unit: z.enum(['Wh', 'kWh', 'km', 'swap', 'min', 'day', 'month', 'item']),
  unitPriceMicro: z.int().describe('Millionths of a yuan for one unit; for Wh of one kWh.'),
  amountFen: fen,
  rule: safeText(200).describe('A code of the rules of docs/settlement.md; on a note, the words of who wrote it.'),
  /** What the rule was applied to: readings, period, tariff, quota, error. Plain JSON. */
  basis: z.record(z.string(), z.unknown()),
});
export type BillLine = z.infer<typeof billLine>;

/** A line as the API shows it. */
export const saidBillLine = billLine.extend({
  text: z.string().describe('The line in words: rule, quantity, unit price, amount, in the language of the request.'),
});
export type SaidBillLine = z.infer<typeof saidBillLine>;

/** How the energy of a swap was found. */
export const energyBases = ['bmsCounter', 'socTimesUsable'] as const;
export type EnergyBasis = (typeof energyBases)[number];
