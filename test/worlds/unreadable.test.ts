import { expect, test } from 'vitest';
import { defaultStationType } from '../../machines/station-type.ts';
import { bayView } from '../../machines/view.ts';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { createStationReplay, placeKey } from '../faults/judge/physical.ts';
import { createVirtualService } from '../helpers/virtual-service.ts';

const startWallMs = Date.parse('2026-08-02T00:00:00.000Z');

/** A station with a car in it, and a service. Dirt covers the code of the pack of the car, or of every pack in a slot. */
function soiled(what: 'car' | 'slots') {
  const slots = 8;
  const station = createSimStation({
    id: 'bj-001',
    seed: 'unreadable',
    size: { bays: 1, berths: 2, slots, packs: 7 },
    traffic: 'none',
    startWallMs,
    heartbeat: false,
    telemetryEveryS: 0,
    keepPhysical: 1_000_000,
  });
  const type = { ...defaultStationType, bays: [{ bay: '1', berths: 2 as const }], slots };
  const service = createVirtualService(station, { type, startWallMs });
  let now = startWallMs;
  let n = 0;
  const view = () => bayView(service.image.state, '1');
  const control = (order: Record<string, unknown>) => {
    n += 1;
    const report = station.control({ v: 1, station: station.id, id: `c-${n}`, ...order }, now);
    if (!report?.ok) throw new Error(report?.error ?? 'not understood');
  };
  const until = (fact: () => boolean) => {
    for (let i = 0; i < 3_000 && !fact(); i += 1) {
      now += 1_000;
      service.runTo(now);
    }
    if (!fact()) throw new Error(JSON.stringify(view()));
  };
  const act = (action: 'resume' | 'confirm') => service.act({ bay: '1', action, by: 'ann', reason: '' });
  const swaps = () => [...service.swaps.values()];

  station.connected(startWallMs);
  const soil = (place: string) => control({ type: 'fault', fault: { kind: 'dirtyLabel', place } });
  until(() => station.core.world.slots.some(({ ready }) => ready));
  if (what === 'slots') for (let slot = 1; slot < slots; slot += 1) soil(`slot/${slot}`);
  control({ type: 'taxi', bay: '1', vin: null, socPct: 20 });
  until(() => (view()?.swap ?? null) !== null);
  if (what === 'car') soil('bay/1/vehicle');
  until(() => view()?.state === 'held' || view()?.state === 'faulted');
  until(() => station.motionsUnderWay() === 0);
  return { station, service, control, until, act, swaps, view };
}

test.each([
  ['the old pack, read at the lift', 'car', 'bay/1/lift'],
  ['the new pack, read at the berth', 'slots', 'bay/1/berth'],
] as const)('%s: nothing moves until somebody has wiped it, then the swap comes to its end', (_name, what, at) => {
  const { station, service, control, until, act, swaps, view } = soiled(what);
  expect(view()?.waitingFor).toContain(`the pack at ${at}`);
  const motions = station.physical.entries().length;
  expect(act('resume')).toMatchObject({ accepted: false });
  until(() => service.raised.some((raised) => raised.startsWith('codeUnreadable')));
  expect(station.physical.entries().length).toBe(motions);

  control({ type: 'cleanLabels' });
  until(() => view()?.allowed.includes('resume') === true);
  expect(act('resume')).toMatchObject({ accepted: true });
  if (view()?.allowed.includes('confirm')) act('confirm');
  until(() => swaps()[0]?.endedAt != null);
  expect(swaps()[0]?.state).toBe('completed');

  const replay = createStationReplay(station.id);
  for (const entry of station.physical.entries()) replay.take(entry);
  expect(replay.violations).toEqual([]);
  for (const { code, place } of Object.values(service.image.state.packs)) {
    expect(placeKey(station.id, station.physicalPlaces().get(code) ?? 'nowhere')).toBe(place.key);
  }
});
