const dayMs = 86_400_000;
/** Beijing has kept this offset, without summer time, since 1992. */
const offsetMs = 8 * 3_600_000;

/** The day in Asia/Shanghai at an instant, `YYYY-MM-DD`. Days in this form compare as texts. */
export const dayAt = (ms: number): string => new Date(ms + offsetMs).toISOString().slice(0, 10);

/** Its first instant, UTC epoch ms. */
export const midnightOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) - offsetMs;

export const addDays = (day: string, days: number): string => dayAt(midnightOf(day) + days * dayMs);

/** The same day of the month so many months later; the last one of a shorter month. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}
