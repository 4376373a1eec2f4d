/** An estimate beside what was measured; all as parts of rated capacity. */
export interface Scored {
  soh: number;
  low: number;
  high: number;
  measured: number;
}

const round = (value: number): number | null => (Number.isFinite(value) ? Number(value.toFixed(2)) : null);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Errors in per cent of rated capacity (`mapePct`: of what was measured); coverage of the 90 % interval and its mean half width. */
export function summary(scored: readonly Scored[]) {
  const errors = scored.map(({ soh, measured }) => 100 * (soh - measured));
  const relative = scored.map(({ soh, measured }) => (100 * Math.abs(soh - measured)) / measured);
  const inside = scored.filter(({ low, high, measured }) => low <= measured && measured <= high).length;
  return {
    n: scored.length,
    maePct: round(mean(errors.map(Math.abs))),
    biasPct: round(mean(errors)),
    mapePct: round(mean(relative)),
    coverage90Pct: round((100 * inside) / scored.length),
    halfWidthPct: round(mean(scored.map(({ low, high }) => 50 * (high - low)))),
  };
}
