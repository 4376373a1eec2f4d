import { daysBetween, daysOfMonth, firstDay } from './calendar.ts';
import { roundHalfAway } from './money.ts';

/** Days of one month, the last excluded. */
export interface DayRange {
  fromDay: string;
  toDay: string;
}

/**
 * What days of a month cost of its fee. Every day has a price in whole fen, the fee spread over the days by largest remainder: day prices differ by
 * at most one fen, and add up to the fee. So do the parts of any split, each computed without knowing of the others, on whoever's statement it stands.
 */
export function feeOfDays(feeFen: number, month: string, { fromDay, toDay }: DayRange): number {
  const days = daysOfMonth(month);
  const from = daysBetween(firstDay(month), fromDay);
  const to = daysBetween(firstDay(month), toDay);
  if (from < 0 || to > days || from > to) throw new RangeError(`${fromDay} to ${toDay} are no days of ${month}`);
  const until = (count: number) => roundHalfAway(BigInt(feeFen) * BigInt(count), BigInt(days));
  return until(to) - until(from);
}

/** Whole parts of a whole total by weights, by largest remainder (Hare–Niemeyer); equal remainders: the earlier first. */
export function largestRemainder(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum <= 0n) throw new RangeError('nothing to share by');
  const size = BigInt(Math.abs(total));
  const shares = weights.map((weight, index) => {
    const exact = size * BigInt(weight);
    return { index, whole: exact / sum, rest: exact % sum };
  });
  let missing = size - shares.reduce((all, { whole }) => all + whole, 0n);
  for (const share of [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest < b.rest ? 1 : -1))) {
    if (missing <= 0n) break;
    share.whole += 1n;
    missing -= 1n;
  }
  return shares.map(({ whole }) => (whole === 0n ? 0 : Math.sign(total) * Number(whole)));
}
