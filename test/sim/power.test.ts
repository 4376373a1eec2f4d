import { describe, expect, it } from 'vitest';
import type { Command, CommandType } from '../../schema/wire/commands.ts';
import { createKit, type Kit, planSwap, swapOrders, swapUntil, withCar } from './kit.ts';

const steps: CommandType[] = [
  'fetchPack',
  'positionAndClamp',
  'liftVehicle',
  'unlockPack',
  'lowerPack',
  'exchange',
  'raisePack',
  'lockPack',
  'verifyPack',
  'stowPack',
  'connectCharger',
  'lowerVehicle',
  'release',
];

function confirmAtPanel(kit: Kit): void {
  kit.control({ type: 'panel', bay: '1', button: 'reset' });
  kit.control({ type: 'panel', bay: '1', button: 'confirm' });
}

function physicalPackOf(kit: Kit, place: string): string | null {
  const vin = kit.station.core.world.bays[0]?.vin;
  const physical = place === 'bay/1/vehicle' ? `vehicle/${vin}` : place;
  return [...kit.station.physicalPlaces()].find(([, at]) => at === physical)?.[0] ?? null;
}

describe.each(['beforeMotion', 'inMotion', 'afterMotion'] as const)('a power cut %s', (when) => {
  it.each(steps)('of %s: the outcome is unknown, nothing moves by itself, and the step can be finished', (step) => {
    const kit = createKit();
    const order = swapUntil(kit, step);
    kit.control({ type: 'fault', fault: { kind: 'powerCut', when, forMs: 2_000 } });
    const id = kit.command(order);
    kit.run(40_000);
    kit.ack();
    expect(kit.result(id)).toMatchObject({ outcome: 'unknown', reason: null, durationMs: 0 });
    const motions = kit.judge().counts.motions;
    const bootRecords = kit.records().filter((record) => record.boot === 2);
    expect(bootRecords[0]).toMatchObject({ type: 'booted', body: { reason: 'powerOn' } });
    expect(kit.bodies('safety').at(-1)).toMatchObject({ state: 'awaitingReset', cause: 'powerLoss' });
    expect(kit.result(kit.command(order))).toMatchObject({ outcome: 'refused', reason: 'emergencyStop' });
    kit.run(60_000);
    expect(kit.judge().counts.motions).toBe(motions);
    const hello = kit.hellos().at(-1);
    for (const { place, code } of hello?.bays[0]?.places ?? [])
      expect([place, code]).toEqual([place, physicalPackOf(kit, place)]);

    confirmAtPanel(kit);
    const again = kit.complete(order);
    const done = when === 'afterMotion' && step !== 'verifyPack';
    expect([again.outcome, again.reason]).toEqual(done ? ['refused', expect.any(String)] : ['completed', null]);
    expect(kit.judge().violations).toEqual([]);
  });
});

describe('after a boot', () => {
  it('numbers go on, and a reading tells what came to a new place unread', () => {
    const kit = createKit();
    const order = swapUntil(kit, 'lowerPack');
    const before = kit.station.core.plc.journal.lastSeq();
    const id = kit.command(order);
    kit.run(4_000);
    kit.control({ type: 'fault', fault: { kind: 'powerCut', when: 'now', forMs: 100 } });
    kit.run(20_000);
    const later = kit.records().filter((record) => record.seq > before && !record.type.startsWith('charge'));
    const told = later.slice(0, 6).map(({ type, body }) => [type, 'place' in body ? body.place : null]);
    expect(told).toEqual([
      ['commandAccepted', null],
      ['booted', null],
      ['packRead', 'bay/1/lift'],
      ['packRead', 'bay/1/vehicle'],
      ['commandResult', null],
      ['safety', null],
    ]);
    expect(kit.bodies('packRead').slice(-2)).toMatchObject([{ commandId: id }, { code: null, commandId: id }]);
    const seqs = kit.records().map((record) => record.seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  it('an empty bay at rest is ready at once; one with a car waits for the panel', () => {
    const kit = createKit();
    kit.control({ type: 'fault', fault: { kind: 'powerCut', when: 'now', forMs: 500 } });
    kit.run(5_000);
    expect(kit.hellos().at(-1)?.bays[0]?.safety).toBe('ready');
    withCar(kit);
    kit.control({ type: 'fault', fault: { kind: 'powerCut', when: 'now', forMs: 500 } });
    kit.run(5_000);
    expect(kit.hellos().at(-1)?.bays[0]).toMatchObject({ safety: 'awaitingReset', vehicle: { parked: true } });
    expect(kit.station.core.plc.boot).toBe(3);
  });

  it('a car that left while the controller was off is told late, as having left', () => {
    const kit = createKit();
    const release = swapUntil(kit, 'release');
    kit.complete(release);
    kit.control({ type: 'fault', fault: { kind: 'powerCut', when: 'now', forMs: 30_000 } });
    kit.run(40_000);
    const left = kit.records().find((record) => record.type === 'vehicleLeft');
    expect(left).toMatchObject({ boot: 2, body: { early: false } });
  });

  it('a watchdog reboot in an idle bay asks nobody', () => {
    const kit = createKit();
    withCar(kit);
    kit.control({ type: 'fault', fault: { kind: 'reboot', when: 'now' } });
    kit.run(5_000);
    expect(kit.bodies('booted').at(-1)?.reason).toBe('watchdog');
    expect(kit.hellos().at(-1)?.bays[0]?.safety).toBe('ready');
  });
});

describe('an emergency stop', () => {
  it.each(steps)('in %s ends the motion where it is; only reset and confirm at the panel allow the next', (step) => {
    const kit = createKit();
    const order = swapUntil(kit, step);
    const id = kit.command(order);
    kit.run(2_500);
    kit.control({ type: 'panel', bay: '1', button: 'emergencyStop' });
    const types = kit
      .records()
      .map((record) => record.type)
      // Packs that had come to a new place are read before the result.
      .filter((type) => type !== 'packRead')
      .slice(-3);
    expect(types).toEqual(['panel', 'safety', 'commandResult']);
    expect(kit.result(id)).toMatchObject({
      outcome: 'failed',
      reason: 'emergencyStop',
      sensors: { emergencyStop: true },
    });
    const motions = kit.judge().counts.motions;
    kit.control({ type: 'panel', bay: '1', button: 'reset' });
    expect(kit.result(kit.command(order))?.reason).toBe('awaitingConfirm');
    kit.control({ type: 'panel', bay: '1', button: 'confirm' });
    kit.run(60_000);
    expect(kit.judge().counts.motions).toBe(motions);
    expect(kit.complete(order).outcome).toBe('completed');
    expect(kit.judge().violations).toEqual([]);
  });

  it('goes through all four safety states, told one by one', () => {
    const kit = createKit();
    kit.control({ type: 'panel', bay: '1', button: 'emergencyStop' });
    confirmAtPanel(kit);
    expect(kit.bodies('safety').map((body) => [body.state, body.cause])).toEqual([
      ['stopped', 'emergencyStop'],
      ['awaitingReset', 'emergencyStop'],
      ['awaitingConfirm', 'reset'],
      ['ready', 'confirm'],
    ]);
  });

  it('by the light curtain frees itself, and then waits for the panel', () => {
    const kit = createKit();
    kit.control({ type: 'fault', fault: { kind: 'lightCurtain', bay: '1' } });
    kit.run(10_000);
    expect(kit.bodies('safety').at(-1)).toMatchObject({ state: 'awaitingReset', cause: 'lightCurtain' });
  });

  it('is seen to by the attendant where there is one', () => {
    const kit = createKit({ attendantAfterS: 20 });
    kit.control({ type: 'panel', bay: '1', button: 'emergencyStop' });
    kit.run(19_000);
    expect(kit.station.core.world.bays[0]?.safety).toBe('stopped');
    kit.run(2_000);
    expect(kit.station.core.world.bays[0]?.safety).toBe('ready');
  });

  it('by a hand on the e-stop is left to that hand, where the attendant sees to power losses only', () => {
    const kit = createKit({ attendantAfterS: 20, attendantFor: 'powerLoss' });
    kit.control({ type: 'panel', bay: '1', button: 'emergencyStop' });
    kit.run(60_000);
    expect(kit.station.core.world.bays[0]?.safety).toBe('stopped');
  });
});

describe('a repair', () => {
  it('puts bay, car and packs in order and says hello', () => {
    const kit = createKit();
    const plan = planSwap(kit);
    for (const order of swapOrders(plan)) {
      kit.complete(order as Command);
      if (order.type === 'exchange') break;
    }
    const stow = [{ pack: plan.oldPack, slot: plan.slot }];
    const hellos = kit.hellos().length;
    kit.control({ type: 'repair', bay: '1', vehiclePack: plan.newPack, stow });
    expect(kit.hellos().length).toBe(hellos + 1);
    const bay = kit.hellos().at(-1)?.bays[0];
    expect(bay?.sensors).toMatchObject({ clamps: 'open', vehicleLift: 'down', packLock: 'locked', exitLight: 'green' });
    expect(kit.station.physicalPlaces().get(plan.oldPack)).toBe(`slot/${plan.slot}`);
    kit.run(15_000);
    expect(kit.station.physicalPlaces().get(plan.newPack)).toBe(`vehicle/${plan.vin}`);
    expect(kit.bodies('vehicleLeft').length).toBe(1);
    expect(kit.judge().violations).toEqual([]);
  });
});
