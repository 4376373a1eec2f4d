const dayMs = 86_400_000;
const weeksBack = 8;
const weeksUsed = 4;
const daysBack = 14;

/**
 * What a site will take in a quarter of an hour, by what it took before: the mean of the same time on the same weekday, of the last four of the past
 * eight weeks that have a reading; where there is none, the last reading at that time of day within two weeks. Null: nobody knows.
 */
export function forecastLoad(history: ReadonlyMap<number, number>, startsAt: number, now: number): number | null {
  const known = (days: number): number | undefined => {
    const at = startsAt - days * dayMs;
    return at < now ? history.get(at) : undefined;
  };
  const weeks: number[] = [];
  for (let week = 1; week <= weeksBack && weeks.length < weeksUsed; week++) {
    const wh = known(7 * week);
    if (wh !== undefined) weeks.push(wh);
  }
  if (weeks.length > 0) return Math.round(weeks.reduce((sum, wh) => sum + wh, 0) / weeks.length);
  for (let day = 1; day <= daysBack; day++) {
    const wh = known(day);
    if (wh !== undefined) return wh;
  }
  return null;
}

/** How far back readings are of use. */
export const forecastReachMs = weeksBack * 7 * dayMs;
