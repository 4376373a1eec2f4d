import { expect, test } from 'vitest';
import { cityLoad } from '../bench/city-load.ts';
import { cpuMsOfTree } from '../bench/cpu.ts';
import type { Measurement } from '../bench/measure.ts';
import { aimsOf } from '../bench/report.ts';
import { type BenchRun, summarise } from '../bench/results.ts';
import { stageShares } from '../bench/stage-profile.ts';
import { median, percentile, seededRandom } from '../bench/statistics.ts';

test('percentiles are by nearest rank, medians of an even number lie between', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(percentile([], 0.5)).toBeNaN();
});

test('the same seed gives the same arrivals', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('the city load is that of the busiest hour of a weekday', () => {
  const { swapsPerS, derivation } = cityLoad();
  // 310 x 600 / 86,400 on average; 19:00 to 20:00 has 1.5475 times that.
  expect(swapsPerS).toBeCloseTo(3.331, 2);
  expect(derivation).toContain('19:00 to 20:00');
});

test('CPU time of a tree of processes counts this one', () => {
  const before = cpuMsOfTree(process.pid);
  const until = process.cpuUsage().user + 100_000;
  while (process.cpuUsage().user < until) Math.sqrt(2);
  expect(cpuMsOfTree(process.pid) - before).toBeGreaterThan(80);
});

function measurement(totalMs: number, eventsPerS: number, commandMs: number[]): Measurement {
  const rest = { cpuMs: { service: 0, postgres: 0, broker: 0 }, seconds: 1, rssMb: 1, problems: [] };
  const perSwap = { eventsPerSwap: 40, commandsPerSwap: 14, acksPerSwap: 1, bytesUpPerSwap: 1, bytesDownPerSwap: 1 };
  const cpuMsPerSwap = { service: 0, postgres: 0, broker: 0, total: totalMs };
  const rates = { swaps: 1, swapsPerS: eventsPerS / 40, eventsPerS, meanBatch: 1 };
  return { ...rest, ...perSwap, ...rates, cpuMsPerSwap, commandMs, roundTripMs: [] };
}

test('results are medians, latencies are pooled over the rounds, aims compare within the run', () => {
  const floor = [measurement(10, 1000, [1, 1]), measurement(12, 1200, [3, 1]), measurement(50, 900, [1, 1])];
  const pitlane = [measurement(20, 600, [2, 2]), measurement(24, 610, [2, 9]), measurement(30, 590, [2, 2])];
  const naive = [measurement(40, 200, [5])];
  const run: BenchRun = {
    startedAt: '',
    quick: true,
    broker: 'aedes',
    cityDerivation: '',
    city: { floor, naive, pitlane },
    saturation: { floor, naive, pitlane },
    scale: { '31': floor, '310': floor, '3100': pitlane },
    telemetry: null,
  };
  const latest = summarise(run);
  expect(latest.rounds).toBe(3);
  expect(latest.cityLoad.pitlane).toEqual({ cpuMsPerSwap: 24, commandP50Ms: 2, commandP99Ms: 9 });
  expect(latest.saturation.floor).toEqual({ eventsPerS: 1000, swapsPerS: 25, meanBatch: 1 });
  const met = aimsOf(latest).map(({ value, limit, atMost }) => (atMost ? value <= limit : value >= limit));
  expect(met).toEqual([true, true, false, true, true, true, false]);
});

test('profile samples count for the nearest caller that has a stage', () => {
  const frame = (functionName: string, url: string) => ({
    functionName,
    url,
    scriptId: '1',
    lineNumber: 1,
    columnNumber: 1,
  });
  const node = (id: number, name: string, url: string, children: number[] = []) => ({
    id,
    callFrame: frame(name, url),
    hitCount: 0,
    children,
  });
  const profile = {
    nodes: [
      node(1, '(root)', '', [2, 6, 7]),
      node(2, 'receive', 'file:///x/src/plc/ingress.js', [3, 4]),
      node(3, 'run', 'file:///x/node_modules/zod/v4/core/schemas.js'),
      node(4, 'step', 'file:///x/machines/step-station.js', [5]),
      node(5, 'microstep', 'file:///x/node_modules/xstate/dist/raise.js'),
      node(6, '(idle)', ''),
      node(7, 'work', 'file:///x/node_modules/mqtt/build/lib/client.js', [8]),
      node(8, 'publish', 'file:///x/node_modules/mqtt/build/lib/client.js'),
    ],
    startTime: 0,
    endTime: 100,
    samples: [3, 5, 6, 7, 8],
    timeDeltas: [10, 40, 500, 30, 20],
  };
  expect(Object.fromEntries(stageShares(profile))).toEqual({ parse: 0.1, step: 0.4, receive: 0.3, publish: 0.2 });
});
