import type { Tariff, TariffPeriod } from '../../schema/wire/settlement/tariff.ts';
import { beijingDay, beijingTime } from './calendar.ts';

interface Hours {
  from: string;
  to: string;
}

/** Minutes of a day of a time such as `07:30`; `24:00` is 1440. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The reverse. */
export const timeOfMinute = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** Does a range of hours cover a minute of the day? One that does not end after its start runs over midnight. */
export function covers({ from, to }: Hours, minute: number): boolean {
  const start = minutesOf(from);
  const end = minutesOf(to);
  return end > start ? minute >= start && minute < end : minute >= start || minute < end;
}

const underneath = ['peak', 'flat', 'valley'] as const;

/** The period of a minute of a day in a month (1 to 12); null: the table leaves the hour out. */
export function periodOfMinute(tariff: Tariff, month: number, minute: number): TariffPeriod | null {
  const { critical } = tariff.periods;
  const isCritical =
    tariff.prices.critical !== undefined &&
    critical.some(({ months, hours }) => months.includes(month) && hours.some((range) => covers(range, minute)));
  if (isCritical) return 'critical';
  return underneath.find((period) => tariff.periods[period].some((range) => covers(range, minute))) ?? null;
}

/** The period that prices an instant: critical where the table has a price for it, else what is underneath. */
export const periodAt = (tariff: Tariff, at: number): TariffPeriod | null =>
  periodOfMinute(tariff, Number(beijingDay(at).slice(5, 7)), beijingTime(at));

/** How a tariff is named on receipts: category and first day. */
export const tariffName = ({ category, validFrom }: Pick<Tariff, 'category' | 'validFrom'>): string =>
  `${category}/${validFrom}`;
