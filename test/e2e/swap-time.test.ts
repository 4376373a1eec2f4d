import { expect, test } from 'vitest';
import { runRealSwaps } from '../bench/real-swaps.ts';
import { percentile } from '../bench/statistics.ts';
import { ensureBuilt } from '../helpers/programs.ts';

/**
 * Real processes: service, Postgres, broker, simulator. The equipment runs at 50x; a swap's time is converted to speed 1, where the
 * service's share of it is as long as here and the equipment's own time as long as the station's clock says.
 */
test('of over 300 healthy swaps 99 % take at most 90 s, and the service has at most 1 s of each', async () => {
  await ensureBuilt();
  const result = await runRealSwaps({ stations: 8, speed: 50, swaps: 310, limitMs: 240_000, seed: 'swap-time' });
  console.log(
    `${result.count} swaps: p50 ${(percentile(result.swapMs, 0.5) / 1000).toFixed(1)} s, p99 ${(percentile(result.swapMs, 0.99) / 1000).toFixed(1)} s, ` +
      `service p50 ${percentile(result.serviceMs, 0.5).toFixed(0)} ms, p99 ${result.serviceP99Ms.toFixed(0)} ms, without exchange ${result.without}`,
  );
  expect(result.count).toBeGreaterThanOrEqual(300);
  expect(result.shareWithin90s).toBeGreaterThanOrEqual(0.99);
  expect(result.serviceP99Ms).toBeLessThanOrEqual(1_000);
}, 300_000);
