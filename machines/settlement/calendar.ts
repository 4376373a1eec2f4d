/**
 * Days and months of Asia/Shanghai. The zone has stood at UTC+8 without summer time since 1992, so its days are arithmetic. Days are texts
 * `2026-08-31`, months `2026-08`: they compare as texts.
 */
const dayMs = 86_400_000;
const offsetMs = 8 * 3_600_000;

/** Days since 1970-01-01 of a day. */
export function dayNumber(day: string): number {
  const [year, month, date] = day.split('-').map(Number);
  const at = Date.UTC(year ?? Number.NaN, (month ?? Number.NaN) - 1, date ?? Number.NaN);
  if (Number.isNaN(at)) throw new RangeError(`${day} is no day`);
  return at / dayMs;
}

/** The reverse. Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. */
export function dayOfNumber(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const date = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

/** The day an instant falls on. */
export const beijingDay = (at: number): string => dayOfNumber(Math.floor((at + offsetMs) / dayMs));

/** Whole minutes since local midnight. */
export const beijingTime = (at: number): number => Math.floor(((((at + offsetMs) % dayMs) + dayMs) % dayMs) / 60_000);

export const beijingMonth = (at: number): string => beijingDay(at).slice(0, 7);

/** The instant a day begins. */
export const startOfDay = (day: string): number => dayNumber(day) * dayMs - offsetMs;

export const addDays = (day: string, count: number): string => dayOfNumber(dayNumber(day) + count);

/** From a day to another, excluded. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);

export const monthOfDay = (day: string): string => day.slice(0, 7);

export const firstDay = (month: string): string => `${month}-01`;

export function addMonths(month: string, count: number): string {
  const [year, ofYear] = month.split('-').map(Number);
  const months = (year ?? Number.NaN) * 12 + (ofYear ?? Number.NaN) - 1 + count;
  if (!Number.isInteger(months)) throw new RangeError(`${month} is no month`);
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}

export const daysOfMonth = (month: string): number => daysBetween(firstDay(month), firstDay(addMonths(month, 1)));

/** The same day so many months later; the last one of a shorter month. */
export function monthsLater(day: string, months: number): string {
  const month = addMonths(monthOfDay(day), months);
  const date = Math.min(Number(day.slice(8)), daysOfMonth(month));
  return `${firstDay(month).slice(0, 8)}${String(date).padStart(2, '0')}`;
}
