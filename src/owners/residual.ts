/**
 * What a pack may still be worth: linear by its state of health, from the price of a new one down to what a recycler pays. An estimate for
 * planning, by a rule anybody can repeat; a market price it is not. A change is a further version.
 */
export interface ResidualPolicy {
  version: number;
  /** For each kWh of a new pack. */
  newFenPerKwh: number;
  recyclingFenPerKwh: number;
  /** At and below this state of health only the material counts. */
  endSohPct: number;
}

const policies: readonly [ResidualPolicy, ...ResidualPolicy[]] = [
  { version: 1, newFenPerKwh: 65_000, recyclingFenPerKwh: 7_000, endSohPct: 60 },
];

export const residualPolicy: ResidualPolicy = policies.at(-1) ?? policies[0];

/** Whole fen. */
export function residualFen(nominalWh: number, sohPct: number, policy: ResidualPolicy = residualPolicy): number {
  const { newFenPerKwh, recyclingFenPerKwh, endSohPct } = policy;
  const left = Math.min(1, Math.max(0, (sohPct - endSohPct) / (100 - endSohPct)));
  return Math.round((nominalWh / 1000) * (recyclingFenPerKwh + (newFenPerKwh - recyclingFenPerKwh) * left));
}

/** Shares whole fen by weights, the largest remainders first, so that the parts add up. Without any weight nobody has a part. */
export function shareFen(totalFen: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum <= 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (totalFen * weight) / sum);
  const parts = exact.map(Math.floor);
  let left = totalFen - parts.reduce((all, part) => all + part, 0);
  const byRemainder = exact.map((value, at) => ({ at, rest: value - Math.floor(value) }));
  byRemainder.sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of byRemainder) {
    if (left <= 0) break;
    parts[at] = (parts[at] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}
