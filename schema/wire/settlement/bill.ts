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
  /** Which rule, in short words a person can look up in docs/settlement.md. */
  rule: safeText(200),
  /** What the rule was applied to: readings, period, tariff, quota, error. Plain JSON. */
  basis: z.record(z.string(), z.unknown()),
});
export type BillLine = z.infer<typeof billLine>;

/** How the energy of a swap was found. */
export const energyBases = ['bmsCounter', 'socTimesUsable'] as const;
export type EnergyBasis = (typeof energyBases)[number];
