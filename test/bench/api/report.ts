import type { LoadFigures } from '../children/api-load.ts';
import { median } from '../statistics.ts';

export interface PathRounds {
  name: string;
  floor: LoadFigures[];
  pitlane: LoadFigures[];
}

const middle = (rounds: readonly LoadFigures[], figure: keyof LoadFigures): number =>
  median(rounds.map((round) => round[figure]));

/** A ratio of each round's pair, then the median: what the machine did meanwhile befell both. */
const ratio = ({ floor, pitlane }: PathRounds, figure: keyof LoadFigures): number =>
  median(pitlane.map((round, at) => round[figure] / (floor[at]?.[figure] ?? Number.NaN)));

/** A table in Markdown: medians over the rounds, and how the product compares with the floor. */
export function apiReport(paths: readonly PathRounds[]): string {
  const head = `| path | floor req/s | Pitlane req/s | ratio (aim ≥ 0.5) | floor p50 / p99, ms | Pitlane p50 / p99, ms | p99 ratio (aim ≤ 2) | bytes |
|---|--:|--:|--:|--:|--:|--:|--:|`;
  const lines = paths.map((path) => {
    const { name, floor, pitlane } = path;
    const pair = (rounds: LoadFigures[]) =>
      `${middle(rounds, 'p50Ms').toFixed(1)} / ${middle(rounds, 'p99Ms').toFixed(1)}`;
    return `| ${name} | ${middle(floor, 'requestsPerS').toFixed(0)} | ${middle(pitlane, 'requestsPerS').toFixed(0)} | ${ratio(
      path,
      'requestsPerS',
    ).toFixed(
      2,
    )} | ${pair(floor)} | ${pair(pitlane)} | ${ratio(path, 'p99Ms').toFixed(2)} | ${middle(floor, 'bytes')} / ${middle(pitlane, 'bytes')} |`;
  });
  return [head, ...lines].join('\n');
}
