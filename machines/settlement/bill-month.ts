import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { PlanTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { daysBetween, daysOfMonth } from './calendar.ts';
import { microOfFen, roundHalfAway } from './money.ts';
import { type DayRange, feeOfDays } from './prorate.ts';
import { usageLines } from './usage-fees.ts';

/** What was used in the days of a part. */
export interface MonthUsage {
  swaps: number;
  km: number;
  /** Net energy of its receipts. */
  energyWh: number;
}

/** Days of a month on which one vehicle was under one version of a plan. Days without a lease, or suspended, are in no part. */
export interface MonthPart extends DayRange {
  plan: string;
  planVersion: number;
  terms: PlanTerms;
  vin: string;
  usage: MonthUsage;
}

/** A lease in a month. Parts do not overlap. */
export interface MonthToBill {
  /** `2026-08`. */
  month: string;
  lease: string;
  parts: readonly MonthPart[];
  /** What is held of the lessee when the month begins, and has to be when it ends: 0 before the lease and after it. */
  deposit: { heldFen: number; dueFen: number };
}

/** What a lease costs for a month beyond its receipts: monthly fee, usage beyond the quota, discounts, deposit. */
export function billMonth(bill: MonthToBill): BillLine[] {
  refuseOverlap(bill.parts);
  const lines = versionsOf(bill.parts).flatMap((parts) => [
    ...parts.flatMap((part) => monthlyFeeLine(bill, part)),
    ...usageOfVersion(bill, parts),
  ]);
  return [...lines, ...depositLine(bill)];
}

function refuseOverlap(parts: readonly MonthPart[]): void {
  const sorted = [...parts].sort((a, b) => (a.fromDay < b.fromDay ? -1 : 1));
  const clash = sorted.find(({ toDay }, index) => toDay > (sorted[index + 1]?.fromDay ?? toDay));
  if (clash) throw new RangeError(`a lease has two terms on one day, before ${clash.toDay}`);
}

/** Parts by version of a plan: the vehicles of a transfer share the quota of their version. */
function versionsOf(parts: readonly MonthPart[]): MonthPart[][] {
  const versions = new Map<string, MonthPart[]>();
  for (const part of parts) {
    const name = `${part.plan}/${part.planVersion}`;
    versions.set(name, [...(versions.get(name) ?? []), part]);
  }
  return [...versions.values()];
}

const basisOf = ({ lease }: MonthToBill, { plan, planVersion }: MonthPart) => ({ lease, plan, planVersion });

/** The amount is of the days' own prices, and may be a fen off quantity x unit price: so that the days of a month add up to its fee. */
function monthlyFeeLine(bill: MonthToBill, part: MonthPart): BillLine[] {
  const { fromDay, toDay, terms, vin } = part;
  const amountFen = feeOfDays(terms.monthlyFeeFen, bill.month, part);
  const inMonth = daysOfMonth(bill.month);
  const days = daysBetween(fromDay, toDay);
  if (terms.monthlyFeeFen === 0 || days === 0) return [];
  const isWhole = days === inMonth;
  return [
    {
      kind: 'monthlyFee',
      quantity: isWhole ? 1 : days,
      unit: isWhole ? 'month' : 'day',
      unitPriceMicro: isWhole
        ? microOfFen(terms.monthlyFeeFen)
        : roundHalfAway(BigInt(microOfFen(terms.monthlyFeeFen)), BigInt(inMonth)),
      amountFen,
      rule: isWhole ? 'monthlyFee' : 'monthlyFeeByDay',
      basis: { ...basisOf(bill, part), vin, feeFen: terms.monthlyFeeFen, fromDay, toDay, days, daysOfMonth: inMonth },
    },
  ];
}

function usageOfVersion(bill: MonthToBill, parts: readonly MonthPart[]): BillLine[] {
  const [first] = parts;
  if (!first) return [];
  const sum = (of: (part: MonthPart) => number) => parts.reduce((total, part) => total + of(part), 0);
  const common = {
    terms: first.terms,
    days: sum(({ fromDay, toDay }) => daysBetween(fromDay, toDay)),
    daysOfMonth: daysOfMonth(bill.month),
    basis: { ...basisOf(bill, first), vins: [...new Set(parts.map(({ vin }) => vin))] },
  };
  return [
    ...usageLines({ ...common, unit: 'swap', used: sum(({ usage }) => usage.swaps) }),
    ...usageLines({ ...common, unit: 'km', used: sum(({ usage }) => usage.km) }),
    ...usageLines({ ...common, unit: 'kWh', used: sum(({ usage }) => usage.energyWh) / 1000 }),
  ];
}

function depositLine({ lease, deposit: { heldFen, dueFen } }: MonthToBill): BillLine[] {
  const change = dueFen - heldFen;
  if (change === 0) return [];
  return [
    {
      kind: 'deposit',
      quantity: 1,
      unit: 'item',
      unitPriceMicro: microOfFen(change),
      amountFen: change,
      rule: change > 0 ? 'depositTaken' : 'depositReturned',
      basis: { lease, heldFen, dueFen },
    },
  ];
}
