import { addMonths, daysOfMonth, firstDay, monthOfDay } from '../settlement/calendar.ts';

/** The same day so many months later; the last one of a shorter month. */
export function monthsLater(day: string, months: number): string {
  const month = addMonths(monthOfDay(day), months);
  const date = Math.min(Number(day.slice(8)), daysOfMonth(month));
  return `${firstDay(month).slice(0, 8)}${String(date).padStart(2, '0')}`;
}
