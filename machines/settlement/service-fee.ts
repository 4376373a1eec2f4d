import type { PlanTerms } from '../../schema/wire/settlement/plan-terms.ts';
import { beijingDay, beijingTime } from './calendar.ts';
import { covers } from './tariff.ts';

/** The service fee at an instant: the first period of the plan that covers it, else the base fee. */
export function serviceFeeAt(
  { serviceFee }: PlanTerms,
  at: number,
): { microPerKwh: number; period: { from: string; to: string; months: number[] | null } | null } {
  const month = Number(beijingDay(at).slice(5, 7));
  const minute = beijingTime(at);
  const period = serviceFee.periods.find(
    (candidate) => (candidate.months?.includes(month) ?? true) && covers(candidate, minute),
  );
  if (!period) return { microPerKwh: serviceFee.microPerKwh, period: null };
  const { from, to, months = null, microPerKwh } = period;
  return { microPerKwh, period: { from, to, months } };
}
