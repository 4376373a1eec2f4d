import { describe, expect, it } from 'vitest';
import type { Command } from '../../schema/wire/commands.ts';
import { wantedPowerW } from '../../station-sim/plc/charging.ts';
import { createRandom } from '../../station-sim/random.ts';
import { createPack } from '../../station-sim/world/pack.ts';
import { createKit, type Kit } from './kit.ts';

const minuteMs = 60_000;
const limit = (slot: number | null, powerW: number): Command => ({ type: 'setChargeLimit', params: { slot, powerW } });
const power = (kit: Kit) => kit.station.core.world.slots.reduce((sum, slot) => sum + slot.powerW, 0);
const charging = (kit: Kit) => kit.station.core.world.slots.filter((slot) => slot.charging);

describe('a charge', () => {
  it('has constant current first, then falling power at constant voltage', () => {
    const curve = [10, 30, 50, 70, 80, 90, 96].map((socPct) => {
      const pack = createPack('curve', 1, createRandom('curve'), socPct);
      return wantedPowerW(pack, 60_000);
    });
    expect(curve[1]).toBeGreaterThan(curve[0] ?? 0);
    expect(curve[2]).toBeGreaterThan(curve[1] ?? 0);
    for (let i = 3; i < curve.length; i += 1) expect(curve[i]).toBeLessThan(curve[i - 1] ?? 0);
    expect(curve[6]).toBeLessThan(15_000);
  });

  it('meters what the packs took, and warms them a little', () => {
    const kit = createKit();
    const stored = () => [...kit.station.core.world.packs.values()].reduce((sum, pack) => sum + pack.energyWh, 0);
    const before = stored();
    kit.run(30 * minuteMs);
    const { energyWh } = kit.station.stats();
    expect(stored() - before).toBeCloseTo(energyWh * 0.95, 3);
    const [slot] = charging(kit);
    const pack = kit.station.core.world.packs.get(kit.station.core.world.at.get(`slot/${slot?.slot}`) ?? '');
    expect(pack?.cellC).toBeGreaterThan(22);
    expect(pack?.cellC).toBeLessThan(45);
  });

  it('tells of its start, of the pack being ready, and of its end, with a register that only rises', () => {
    const kit = createKit();
    for (let i = 0; i < 240; i += 1) {
      kit.run(minuteMs);
      kit.ack();
    }
    const started = kit.bodies('chargeStarted');
    const ended = kit.bodies('chargeEnded');
    expect(ended.length).toBe(started.length);
    expect(new Set(ended.map((body) => body.reason))).toEqual(new Set(['full']));
    expect(kit.bodies('packReady').length).toBe(60);
    expect(Math.min(...kit.bodies('packReady').map((body) => body.reading.socPct))).toBeGreaterThanOrEqual(92);
    for (const end of ended) {
      const start = started.find((body) => body.slot === end.slot);
      expect(end.registerWh).toBeGreaterThan(start?.registerWh ?? 0);
    }
  });
});

describe('the limits', () => {
  it('of the station hold at once, and share the power', () => {
    const kit = createKit();
    expect(power(kit)).toBeGreaterThan(500_000);
    expect(kit.complete(limit(null, 300_000)).outcome).toBe('completed');
    expect(power(kit)).toBeCloseTo(300_000, 3);
    expect(charging(kit).every((slot) => slot.powerW > 0)).toBe(true);
    expect(kit.hellos().at(-1)?.stationPowerLimitW).toBe(1_600_000);
    kit.send({ kind: 'helloRequest' });
    expect(kit.hellos().at(-1)?.stationPowerLimitW).toBe(300_000);
  });

  it('of a slot hold; 0 ends the charge, more lets it go on; never above the hardware', () => {
    const kit = createKit();
    const slot = charging(kit)[0];
    if (!slot) throw new Error('nothing charges');
    kit.complete(limit(slot.slot, 5_000));
    expect(slot.powerW).toBeLessThanOrEqual(5_000);
    kit.complete(limit(slot.slot, 0));
    expect(kit.bodies('chargeEnded').at(-1)).toMatchObject({ slot: slot.slot, reason: 'stopped' });
    kit.complete(limit(slot.slot, 9_000_000));
    expect(kit.bodies('chargeStarted').at(-1)?.slot).toBe(slot.slot);
    expect(slot.limitW).toBe(60_000);
    expect(kit.complete(limit(61, 1_000))).toMatchObject({ outcome: 'failed' });
  });

  it('hold in any safety state and over a power cut', () => {
    const kit = createKit();
    kit.control({ type: 'panel', bay: '1', button: 'emergencyStop' });
    expect(kit.complete(limit(null, 250_000)).outcome).toBe('completed');
    kit.control({ type: 'fault', fault: { kind: 'powerCut', when: 'now', forMs: 5_000 } });
    expect(power(kit)).toBe(0);
    kit.run(10_000);
    expect(power(kit)).toBeCloseTo(250_000, 3);
    expect(kit.bodies('chargeEnded').at(-1)?.reason).toBe('powerLost');
  });
});

describe('a hot pack', () => {
  const hot = (kit: Kit, level: number): number => {
    const slot = charging(kit)[level]?.slot ?? 0;
    kit.control({ type: 'fault', fault: { kind: 'overheat', place: `slot/${slot}`, level } });
    return slot;
  };

  it('at level 2 is no longer ready; at level 3 its slot is locked and charges no more', () => {
    const kit = createKit();
    const warm = hot(kit, 2);
    expect(kit.bodies('alarm').at(-1)).toMatchObject({ active: true, level: 2, place: `slot/${warm}` });
    const locked = hot(kit, 3);
    expect(kit.bodies('chargeEnded').at(-1)).toMatchObject({ slot: locked, reason: 'fault' });
    const pack = kit.station.core.world.at.get(`slot/${locked}`) ?? '';
    const fetch: Command = { type: 'fetchPack', params: { pack, slot: locked, berth: 1 } };
    expect(kit.result(kit.command(fetch))).toMatchObject({ outcome: 'refused', reason: 'interlock' });
    kit.control({ type: 'clearFaults' });
    expect(kit.bodies('alarm').slice(-2)).toMatchObject([{ active: false }, { active: false }]);
  });

  it('at level 4 is isolated by the station itself when nobody commands it', () => {
    const kit = createKit();
    const slot = hot(kit, 4);
    const pack = kit.station.core.world.at.get(`slot/${slot}`);
    expect(kit.bodies('smoke')).toEqual([{ bay: null, active: true }]);
    kit.run(4_000);
    expect(kit.judge().counts.motions).toBe(0);
    kit.run(60_000);
    expect(kit.bodies('packRead')).toMatchObject([{ place: 'isolation/1', code: pack, commandId: null }]);
    expect(kit.station.physicalPlaces().get(pack ?? '')).toBe('isolation/1');
    expect(kit.judge().violations).toEqual([]);
  });

  it('at level 4 makes no smoke any more when it has been dealt with, isolated or not', () => {
    const kit = createKit();
    hot(kit, 4);
    kit.control({ type: 'clearFaults' });
    expect(kit.bodies('smoke').at(-1)).toEqual({ bay: null, active: false });
  });

  it('at level 4 is isolated by command', () => {
    const kit = createKit();
    const slot = hot(kit, 4);
    const pack = kit.station.core.world.at.get(`slot/${slot}`) ?? '';
    const order: Command = { type: 'isolatePack', params: { pack, from: `slot/${slot}`, to: 'isolation/1' } };
    expect(kit.complete(order).outcome).toBe('completed');
    kit.run(60_000);
    expect(kit.bodies('packRead').length).toBe(1);
    expect(kit.bodies('packRead')[0]?.commandId).not.toBeNull();
  });
});
