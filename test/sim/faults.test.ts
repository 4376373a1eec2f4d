import { describe, expect, it } from 'vitest';
import { simFault } from '../../schema/wire/simulator.ts';
import { applyPlan } from '../../station-sim/apply-plan.ts';
import { faultPlan } from '../../station-sim/fault-plan.ts';
import { createKit, swapUntil, withCar } from './kit.ts';

const hourMs = 3_600_000;
const kinds = simFault.options.map((option) => option.shape.kind.value);

describe('faults on demand', () => {
  it('are all that a simulated station must be able to have', () => {
    const asked = ['stuck', 'sensorLie', 'reboot', 'powerCut', 'messages', 'linkLoss', 'wrongPack', 'overheat'];
    expect(kinds).toEqual(expect.arrayContaining([...asked, 'emergencyStop', 'driveOffEarly']));
  });

  it('an e-stop, pressed at a planned time, stops the motion that is under way', () => {
    const kit = createKit();
    const order = swapUntil(kit, 'liftVehicle');
    applyPlan(kit.station, faultPlan.parse({ at: [{ atS: 2, fault: { kind: 'emergencyStop', bay: '1' } }] }));
    expect(kit.complete(order)).toMatchObject({ outcome: 'failed', reason: 'emergencyStop' });
    expect(kit.bodies('safety').at(-1)).toMatchObject({ state: 'stopped', cause: 'emergencyStop' });
  });
});

describe('faults by probability', () => {
  it.each(['powerCut', 'reboot'] as const)('%s strikes in the middle of a motion', (kind) => {
    const kit = createKit({ probabilities: { step: { positionAndClamp: { [kind]: 1 } } } });
    withCar(kit);
    const id = kit.command({ type: 'positionAndClamp', params: {} });
    kit.run(30_000);
    expect(kit.result(id)).toMatchObject({ outcome: 'unknown', sensors: { clamps: 'between' } });
    const reason = kind === 'powerCut' ? 'powerOn' : 'watchdog';
    expect(kit.bodies('booted').at(-1)?.reason).toBe(reason);
  });

  it('hands exchange packs and dirt covers labels, so many an hour', () => {
    const kit = createKit({
      probabilities: { perHour: { wrongPack: 6, dirtyLabel: 6 } },
      size: { slots: 6, packs: 5 },
    });
    const before = new Map(kit.station.physicalPlaces());
    for (let i = 0; i < 60; i += 1) {
      kit.run(hourMs / 20);
      kit.ack();
    }
    expect([...kit.station.physicalPlaces()]).not.toEqual([...before]);
    expect([...kit.station.core.world.packs.values()].some(({ label }) => label === 'dirty')).toBe(true);
  });
});
