const twoDigits = (n: number) => String(n).padStart(2, '0');

/** An instant as a field of day and time has it: by the clock of the desk. */
export function localTime(at: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  return `${day}T${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** The instant that such a field has; null: none. */
export function instantOf(written: string): string | null {
  const date = new Date(written);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
