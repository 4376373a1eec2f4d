import { expect, test } from 'vitest';
import { defaultStationType } from '../../machines/station-type.ts';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { createStationReplay, placeKey } from '../faults/judge/physical.ts';
import { createVirtualService } from '../helpers/virtual-service.ts';

const startWallMs = Date.parse('2026-08-02T00:00:00.000Z');
const hours = 6;

test('two bays share the slots of one station, and never one pack or one slot', { timeout: 120_000 }, () => {
  const station = createSimStation({
    id: 'bj-001',
    seed: 'two-bays',
    size: { bays: 2, berths: 2, slots: 40, packs: 38 },
    traffic: 'flat',
    startWallMs,
    heartbeat: false,
    telemetryEveryS: 0,
    keepPhysical: 1_000_000,
  });
  const bays = ['1', '2'].map((bay) => ({ bay, berths: 2 as const }));
  const service = createVirtualService(station, { type: { ...defaultStationType, bays, slots: 40 }, startWallMs });
  station.connected(startWallMs);
  service.runTo(startWallMs + hours * 3_600_000);

  const completed = [...service.swaps.values()].filter(({ state }) => state === 'completed');
  for (const { bay } of bays) expect(completed.filter((swap) => swap.bay === bay).length).toBeGreaterThan(50);
  expect(service.raised).toEqual([]);
  expect(service.misses).toEqual([]);

  const replay = createStationReplay(station.id);
  for (const entry of station.physical.entries()) replay.take(entry);
  expect(replay.violations).toEqual([]);
  expect(replay.refusals).toEqual([]);
  for (const { code, place } of Object.values(service.image.state.packs)) {
    expect(placeKey(station.id, station.physicalPlaces().get(code) ?? 'nowhere')).toBe(place.key);
  }
});
