import { beforeAll, describe, expect, it } from 'vitest';
import type { SwapFacts } from '../../machines/contract.ts';
import { defaultStationType } from '../../machines/station-type.ts';
import { createSimStation, type SimStation } from '../../station-sim/sim-station.ts';
import { createVirtualService, type VirtualService } from '../helpers/virtual-service.ts';

const dayMs = 24 * 3_600_000;
/** Midnight in Beijing. */
const startWallMs = Date.parse('2026-08-02T16:00:00.000Z');

describe('a default station under the core, one day of flat arrivals', () => {
  let station: SimStation;
  let service: VirtualService;
  let completed: SwapFacts[];
  beforeAll(() => {
    station = createSimStation({
      id: 'bj-001',
      seed: 'day',
      traffic: 'flat',
      startWallMs,
      heartbeat: false,
      telemetryEveryS: 0,
      keepPhysical: 1_000_000,
    });
    service = createVirtualService(station, { type: defaultStationType, startWallMs });
    station.connected(startWallMs);
    service.runTo(startWallMs + dayMs);
    completed = [...service.swaps.values()].filter(({ state }) => state === 'completed');
  }, 300_000);

  const physicalSwaps = () =>
    station.physical.entries().flatMap((entry) => (entry.kind === 'swap' && entry.exchanged ? [entry] : []));

  it('completes at least 600 swaps, in the ledger as in the station', () => {
    expect(completed.length).toBeGreaterThanOrEqual(600);
    expect(physicalSwaps()).toHaveLength(completed.length);
    const open = [...service.swaps.values()].filter(({ state }) => state !== 'completed');
    expect(open.length).toBeLessThanOrEqual(1);
    expect(service.raised).toEqual([]);
    expect(service.misses).toEqual([]);
  });

  it('gives out every pack at 90 % or more', () => {
    expect(Math.min(...completed.map(({ packInSocPct }) => packInSocPct ?? 0))).toBeGreaterThanOrEqual(90);
    expect(Math.min(...physicalSwaps().map(({ outSocPct }) => outSocPct ?? 0))).toBeGreaterThanOrEqual(90);
  });

  it('never draws more than 1.6 MW', () => {
    const { maxPowerW } = station.stats();
    expect(maxPowerW).toBeGreaterThan(400_000);
    expect(maxPowerW).toBeLessThanOrEqual(1_600_000);
  });

  it('keeps at least 99 % of the swaps within 90 s', () => {
    const quick = completed.filter(({ swapTimeMs }) => (swapTimeMs ?? Number.POSITIVE_INFINITY) <= 90_000);
    expect(quick.length / completed.length).toBeGreaterThanOrEqual(0.99);
  });

  it('knows where every pack is', () => {
    const wrong = [...station.physicalPlaces()].flatMap(([code, place]) => {
      const known = service.packs.get(code)?.place.key;
      // Taxis that have never been here, or are just driving in, are not in the ledger.
      if (known === undefined && place.startsWith('vehicle/')) return [];
      const key = place.startsWith('vehicle/') ? place : `bj-001/${place}`;
      return known === key ? [] : [`${code} is at ${key}, the ledger says ${known}`];
    });
    expect(wrong).toEqual([]);
  });
});
