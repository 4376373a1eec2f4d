/** What a judge looked at and what it found wrong. A verdict that examined nothing proves nothing. */
export interface Verdict {
  examined: Record<string, number>;
  violations: string[];
}

export function mergeVerdicts(...verdicts: readonly Verdict[]): Verdict {
  const merged: Verdict = { examined: {}, violations: [] };
  for (const { examined, violations } of verdicts) {
    for (const [what, count] of Object.entries(examined)) merged.examined[what] = (merged.examined[what] ?? 0) + count;
    merged.violations.push(...violations);
  }
  return merged;
}

export const inWords = ({ examined }: Verdict): string =>
  Object.entries(examined)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
