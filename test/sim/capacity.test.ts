import { describe, expect, it } from 'vitest';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { createStationReplay } from '../faults/judge/physical.ts';
import { createDriver } from './driver.ts';

const hourMs = 3_600_000;

describe('a default station in a day of flat arrivals', () => {
  it('does 600 swaps, every pack out at 90 % or more, never above its power limit', () => {
    const station = createSimStation({
      id: 'bj-001',
      seed: 'capacity',
      traffic: 'flat',
      startWallMs: 0,
      heartbeat: false,
      telemetryEveryS: 0,
      keepPhysical: 1_000_000,
    });
    const driver = createDriver(station);
    station.connected(0);
    driver.runTo(24 * hourMs);
    const swaps = station.physical.entries().flatMap((entry) => (entry.kind === 'swap' ? [entry] : []));
    const times = swaps.map((swap) => swap.swapMs).sort((a, b) => a - b);
    const outSoc = swaps.map((swap) => swap.outSocPct ?? 0);
    const stats = station.stats();
    expect(driver.refusals).toEqual([]);
    expect(swaps.filter((swap) => swap.exchanged).length).toBeGreaterThanOrEqual(600);
    expect(Math.min(...outSoc)).toBeGreaterThanOrEqual(90);
    expect(stats.maxPowerW).toBeLessThanOrEqual(1_600_000);
    expect(times[0]).toBeGreaterThanOrEqual(72_000);
    expect(times.at(-1)).toBeLessThanOrEqual(88_000);
  });
});

describe('a station with two bays', () => {
  it('swaps in both, from the same slots, without a pack in two places', () => {
    const station = createSimStation({
      id: 'bj-001',
      seed: 'two bays',
      size: { bays: 2 },
      traffic: 'flat',
      startWallMs: 0,
      heartbeat: false,
      telemetryEveryS: 0,
      keepPhysical: 1_000_000,
    });
    const driver = createDriver(station);
    station.connected(0);
    driver.runTo(2 * hourMs);
    expect(driver.refusals).toEqual([]);
    expect(driver.completed()).toBeGreaterThan(80);
    const judge = createStationReplay(station.id);
    for (const entry of station.physical.entries()) judge.take(entry);
    expect(judge.violations).toEqual([]);
  });
});
