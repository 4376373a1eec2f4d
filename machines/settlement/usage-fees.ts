import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { PlanTerms, PlanUnit } from '../../schema/wire/settlement/plan-terms.ts';
import { priced, roundHalfAway, thousandths } from './money.ts';

/** Usage of a lease under one version of a plan, in the days of a month that it covers. */
export interface UsageToBill {
  unit: PlanUnit;
  /** In units; below 0 counts as nothing. */
  used: number;
  terms: PlanTerms;
  days: number;
  daysOfMonth: number;
  basis: Record<string, unknown>;
}

const kinds = { swap: 'swapFee', km: 'distanceFee', kWh: 'energyFee' } as const;

/** What usage beyond the quota costs, and the discounts on it by volume. No lines where the plan has no price for it. */
export function usageLines(usage: UsageToBill): BillLine[] {
  const { unit, used, terms, basis } = usage;
  const unitPriceMicro = priceOf(terms, unit);
  if (unitPriceMicro === 0) return [];
  const counted = Math.max(0, thousandths(used));
  const quota = shareOfMonth(terms.included[unit], usage);
  const line = priced({
    kind: kinds[unit],
    quantity: Math.max(0, counted - quota) / 1000,
    unit,
    unitPriceMicro,
    rule: 'usageBeyondQuota',
    basis: { ...basis, used: counted / 1000, quota: quota / 1000, ...daysOf(usage) },
  });
  return [line, ...discounts(usage, counted, quota)];
}

const priceOf = ({ perSwapMicro, perKmMicro, perKwhMicro }: PlanTerms, unit: PlanUnit): number =>
  ({ swap: perSwapMicro, km: perKmMicro, kWh: perKwhMicro })[unit];

const daysOf = ({ days, daysOfMonth }: UsageToBill) => ({ days, daysOfMonth });

/**
 * What a month's quota or threshold is for the days covered, in thousandths of the unit: swaps whole, rounded down; km and kWh to the metre and Wh.
 */
function shareOfMonth(quota: number, { unit, days, daysOfMonth }: UsageToBill): number {
  const whole = BigInt(thousandths(quota)) * BigInt(days);
  if (unit === 'swap') return Number(whole / (1000n * BigInt(daysOfMonth))) * 1000;
  return roundHalfAway(whole, BigInt(daysOfMonth));
}

/** A line for every tier: of each unit beyond the quota, the discount of the highest threshold it lies above. */
function discounts(usage: UsageToBill, counted: number, quota: number): BillLine[] {
  const { unit, terms, basis } = usage;
  const tiers = terms.packages
    .filter((tier) => tier.unit === unit)
    .map((tier) => ({ ...tier, from: shareOfMonth(tier.above, usage) }))
    .sort((a, b) => a.above - b.above);
  return tiers.flatMap((tier, index) => {
    const from = Math.max(quota, tier.from);
    const to = Math.min(counted, tiers[index + 1]?.from ?? counted);
    if (to <= from || tier.discountPct === 0) return [];
    const off = roundHalfAway(BigInt(priceOf(terms, unit)) * BigInt(thousandths(tier.discountPct)), 100_000n);
    return priced({
      kind: 'volumeDiscount',
      quantity: (to - from) / 1000,
      unit,
      unitPriceMicro: off === 0 ? 0 : -off,
      rule: 'discountByVolume',
      basis: { ...basis, above: tier.from / 1000, discountPct: tier.discountPct, ...daysOf(usage) },
    });
  });
}
