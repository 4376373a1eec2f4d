import type { OpenSpan } from '../../schema/wire/api/opening-hours.ts';

const minuteMs = 60_000;
const dayMinutes = 1440;
const weekMinutes = 7 * dayMinutes;
/** China has had one zone and no summer time since 1991. */
const shanghaiOffsetMinutes = 480;
/** 1 January 1970 was a Thursday. */
const firstWeekday = 3;

/** Minutes since Monday 00:00 in Shanghai, with fraction. */
const minuteOfWeek = (at: number): number => {
  const minutes = at / minuteMs + shanghaiOffsetMinutes + firstWeekday * dayMinutes;
  return ((minutes % weekMinutes) + weekMinutes) % weekMinutes;
};

/** Spans of a week that follow each other without a gap, joined; past Sunday midnight they go on with Monday. */
function joined(spans: readonly OpenSpan[]): { from: number; to: number }[] {
  const sorted = spans
    .map(({ weekday, opens, closes }) => {
      const day = (weekday - 1) * dayMinutes;
      return { from: day + opens, to: day + closes };
    })
    .sort((a, b) => a.from - b.from);
  const merged: { from: number; to: number }[] = [];
  for (const span of [
    ...sorted,
    ...sorted.map(({ from, to }) => ({ from: from + weekMinutes, to: to + weekMinutes })),
  ]) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** Open from the first to the last moment? Null: there are no hours, and the station never closes. */
export function isOpenThroughout(spans: readonly OpenSpan[] | null, from: number, to: number): boolean {
  if (spans === null) return true;
  const start = minuteOfWeek(from);
  const end = start + (to - from) / minuteMs;
  // A joined span longer than a week has no end.
  return joined(spans).some((span) => span.from <= start && (end <= span.to || span.to - span.from >= weekMinutes));
}
