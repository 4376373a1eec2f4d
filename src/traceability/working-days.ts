import { createRequire } from 'node:module';

/** Days that are not what their weekday says, `YYYY-MM-DD`: true is a working day. */
export type Exceptions = ReadonlyMap<string, boolean>;

const require = createRequire(import.meta.url);
/** Holidays and make-up working days as the State Council announces them each autumn for the next year; package `chinese-days`. */
const announced = require('chinese-days/dist/chinese-days.json') as Record<
  'holidays' | 'workdays',
  Record<string, string>
>;

export const announcedDays: Exceptions = new Map([
  ...Object.keys(announced.holidays).map((day) => [day, false] as const),
  ...Object.keys(announced.workdays).map((day) => [day, true] as const),
]);

/** The last year whose holidays are known. What falls later is counted by weekdays alone until somebody enters them. */
export const lastAnnouncedYear = Math.max(...[...announcedDays.keys()].map((day) => Number(day.slice(0, 4))));

const dayMs = 86_400_000;
const msOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function isWorkingDay(day: string, entered: Exceptions = new Map()): boolean {
  const weekday = new Date(msOf(day)).getUTCDay();
  return entered.get(day) ?? announcedDays.get(day) ?? (weekday !== 0 && weekday !== 6);
}

/** The nth working day after `day`: the day itself does not count (Civil Code of the PRC, art. 201). */
export function addWorkingDays(day: string, n: number, entered: Exceptions = new Map()): string {
  let ms = msOf(day);
  for (let left = n; left > 0; ) {
    ms += dayMs;
    if (isWorkingDay(dayOf(ms), entered)) left -= 1;
  }
  return dayOf(ms);
}
