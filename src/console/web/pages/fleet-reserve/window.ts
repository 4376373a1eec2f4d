/** A window as a person writes it: when it begins, by Beijing's clock, and how long it is. */
export interface WrittenWindow {
  /** `2026-11-23T14:05`, Asia/Shanghai. */
  begin: string;
  minutes: number;
}

const beijing = 8 * 3_600_000;
const step = 5 * 60_000;

const written = (at: number): string => new Date(at + beijing).toISOString().slice(0, 16);

/** Soon enough to be of use, late enough to get there. */
export const usualWindow = (now: number): WrittenWindow => ({
  begin: written(Math.ceil((now + 20 * 60_000) / step) * step),
  minutes: 15,
});

export const windowOf = (from: string, to: string): WrittenWindow => ({
  begin: written(Date.parse(from)),
  minutes: Math.round((Date.parse(to) - Date.parse(from)) / 60_000),
});

/** As the API wants it; null while it is not written in full. */
export function instantsOf({ begin, minutes }: WrittenWindow): { from: string; to: string } | null {
  const from = Date.parse(`${begin}:00+08:00`);
  if (Number.isNaN(from)) return null;
  return { from: new Date(from).toISOString(), to: new Date(from + minutes * 60_000).toISOString() };
}
