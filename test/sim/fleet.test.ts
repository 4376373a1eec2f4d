import { describe, expect, it } from 'vitest';
import type { OutMessage } from '../../station-sim/core.ts';
import { createSimFleet, type FleetTransport, finishMotions } from '../../station-sim/sim-fleet.ts';
import { createSimStation } from '../../station-sim/sim-station.ts';
import { drawSize } from '../../station-sim/sizes.ts';

/** A transport that notes what it is told; links stand at once when told so. */
function noting() {
  const calls: string[] = [];
  const published: { id: string; message: OutMessage }[] = [];
  const transport: FleetTransport = {
    open: (station) => void calls.push(`open ${station.id}`),
    cut: (station) => void calls.push(`cut ${station.id}`),
    publish: (station, message) => void published.push({ id: station.id, message }),
  };
  return { calls, published, transport };
}

const stationOf = (id: string) =>
  createSimStation({
    id,
    seed: 'fleet',
    size: drawSize('fleet', id),
    traffic: 'flat',
    startWallMs: 0,
    telemetryEveryS: 0,
  });

describe('a fleet', () => {
  it('runs every station at its own times', () => {
    const { published, transport } = noting();
    const ids = Array.from({ length: 50 }, (_, i) => `s-${i}`);
    const fleet = createSimFleet(ids.map(stationOf), transport);
    for (const id of ids) fleet.connected(id, 0);
    while (fleet.nextEventMs() <= 60_000) fleet.advanceTo(fleet.nextEventMs());
    const beats = published.filter(({ message }) => message.topic === 'telemetry');
    for (const id of ids) {
      const own = beats.filter((beat) => beat.id === id).length;
      expect(own).toBeGreaterThanOrEqual(59);
      expect(own).toBeLessThanOrEqual(60);
    }
    const stopped = fleet.stations.filter((station) => station.core.world.bays[0]?.phase === 'inPosition');
    expect(stopped.length).toBe(50);
  });

  it('opens the link at the start, cuts it in a power cut, opens it anew after it', () => {
    const { calls, transport } = noting();
    const fleet = createSimFleet([stationOf('s-1')], transport);
    fleet.connected('s-1', 0);
    const fault = { kind: 'powerCut', when: 'now', forMs: 0 };
    fleet.control('s-1', { v: 1, station: 's-1', id: 'c-1', type: 'fault', fault }, 1_000);
    // In one leap, over the whole power cut.
    fleet.advanceTo(30_000);
    expect(calls).toEqual(['open s-1', 'cut s-1', 'open s-1']);
    expect(fleet.station('s-1')?.stats().boot).toBe(2);
  });

  it('ends a motion under way ahead of the clock, and leaves one that lasts longer', () => {
    const { transport } = noting();
    const fleet = createSimFleet([stationOf('s-1')], transport);
    fleet.connected('s-1', 0);
    for (let at = 0; at < 60_000; at = fleet.nextEventMs()) fleet.advanceTo(at);
    const clamp = {
      type: 'positionAndClamp',
      params: {},
      bay: '1',
      id: 's-1/1/cycle/s-1.1.1/1.1.0',
      hash: 'hash-0000',
    };
    const head = { v: 1, station: 's-1', kind: 'command', epoch: 1, ack: null };
    fleet.receive('s-1', { ...head, ...clamp, validity: { boot: 1, untilBeat: 1_000_000 } }, 60_000);
    expect(fleet.station('s-1')?.motionsUnderWay()).toBe(1);
    expect(finishMotions(fleet, 60_000, 61_000)).toBeLessThanOrEqual(61_000);
    expect(fleet.station('s-1')?.motionsUnderWay()).toBe(1);
    const endedAt = finishMotions(fleet, 61_000, 120_000);
    expect(fleet.station('s-1')?.motionsUnderWay()).toBe(0);
    expect(endedAt).toBeLessThan(90_000);
  });
});
