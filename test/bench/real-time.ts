import { runRealSwaps } from './real-swaps.ts';
import { table } from './report.ts';
import { percentile } from './statistics.ts';

const stations = 12;
const limitMs = 8 * 60_000;

/** At speed 1: what a driver would see. A few stations side by side for some minutes. */
export async function runRealTime(say: (sentence: string) => void, signal: AbortSignal): Promise<string> {
  say(`${stations} simulated stations at speed 1, one taxi after the other; this takes about 7 minutes ...`);
  const result = await runRealSwaps({ stations, speed: 1, swaps: 36, limitMs, seed: 'real-time', say, signal });
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const row = (name: string, list: number[], show: (ms: number) => string) => [
    name,
    ...[0.5, 0.9, 0.99, 1].map((share) => show(percentile(list, share))),
  ];
  return [
    `${result.count} swaps at speed 1; ${result.without} ended without an exchange`,
    table(
      ['', 'p50', 'p90', 'p99', 'longest'],
      [
        row('swap time, s', result.swapMs, seconds),
        row("service's share, ms", result.serviceMs, (ms) => ms.toFixed(0)),
      ],
    ),
    `at most 90 s: ${(result.shareWithin90s * 100).toFixed(1)} % (wanted >= 99 %); service's share p99 ${result.serviceP99Ms.toFixed(0)} ms (wanted <= 1000)`,
  ].join('\n');
}
