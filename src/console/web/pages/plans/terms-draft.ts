import type { PlanTerms } from '../../../../../schema/wire/settlement/plan-terms.ts';

/** Members of the terms that are one number each, and how many of their units a yuan, or whatever is written, has. */
export const figures = {
  monthlyFeeFen: 100,
  perSwapMicro: 1_000_000,
  perKmMicro: 1_000_000,
  perKwhMicro: 1_000_000,
  depositFen: 100,
  sohCreditFen: 100,
  minimumTermMonths: 1,
  dueDays: 1,
  graceDays: 1,
} as const;
export type Figure = keyof typeof figures;

/** Rows that are added and taken away have a key of their own. */
export type Keyed<T> = T & { key: number };

export interface TermsDraft extends Omit<PlanTerms, 'packages' | 'serviceFee'> {
  packages: Keyed<PlanTerms['packages'][number]>[];
  feePerKwhMicro: number;
  periods: Keyed<PlanTerms['serviceFee']['periods'][number]>[];
}

export const draftOf = ({ packages, serviceFee, ...same }: PlanTerms): TermsDraft => ({
  ...same,
  packages: packages.map((each, key) => ({ ...each, key })),
  feePerKwhMicro: serviceFee.microPerKwh,
  periods: serviceFee.periods.map((each, key) => ({ ...each, key })),
});

export const termsOf = ({ packages, feePerKwhMicro, periods, ...same }: TermsDraft): PlanTerms => ({
  ...same,
  packages: packages.map(({ key: _, ...each }) => each),
  serviceFee: { microPerKwh: feePerKwhMicro, periods: periods.map(({ key: _, ...each }) => each) },
});

export const nextKey = (rows: readonly { key: number }[]): number => Math.max(-1, ...rows.map(({ key }) => key)) + 1;
