/** Shifts go by Beijing's clock, wherever the reader is: 08 to 20 and 20 to 08. */
const hourMs = 3_600_000;
const zoneMs = 8 * hourMs;

export const spans = ['day', 'night', 'last8', 'last24'] as const;
export type Span = (typeof spans)[number];

/** The day in Beijing, `2026-05-01`. */
export const dayOf = (at: number): string => new Date(at + zoneMs).toISOString().slice(0, 10);

export function periodOf(span: Span, day: string, now: number): { from: string; to: string } {
  const begin = (hour: number) => Date.parse(`${day}T00:00:00Z`) - zoneMs + hour * hourMs;
  const [from, to] = {
    day: [begin(8), begin(20)],
    night: [begin(20), begin(32)],
    last8: [now - 8 * hourMs, now],
    last24: [now - 24 * hourMs, now],
  }[span] as [number, number];
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
