import { expect, test } from 'vitest';
import { bayValue, countOf, cycleMemory, cycleState, expectPerson, expectSwap, runTo } from '../helpers/scenario.ts';
import { createWorld, type World } from '../helpers/world.ts';

function opened(options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld(options);
  world.hello();
  world.arrive(1);
  return world;
}

const robotSteps = [
  'authorise',
  'positionAndClamp',
  'liftVehicle',
  'unlockPack',
  'lowerPack',
  'exchange',
  'raisePack',
  'lockPack',
  'verifyPack',
  'lowerVehicle',
  'release',
];
const shuttleSteps = ['fetchPack', 'stowPack', 'connectCharger'];

test.each([...robotSteps, ...shuttleSteps])(
  'e-stop in %s before anything moved: nothing restarts until confirmed',
  (step) => {
    const world = opened();
    runTo(world, step);
    world.emergencyStop();
    const sent = world.commands().length;
    world.run(() => false, 300_000);
    expect(world.commands().length).toBe(sent);
    expect(bayValue(world).safety).toBe('stopped');
    world.recover();
    expectSwap(world, 'completed', null);
  },
);

test('a motion that stopped half-way is repeated only on a person’s word', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  world.emergencyStop({ vehicleLift: 'between' });
  world.recover();
  expectPerson(world);
  expect(countOf(world, 'liftVehicle')).toBe(1);
  expect(world.action({ action: 'confirm' }).action).toMatchObject({ accepted: true });
  expectSwap(world, 'completed', null);
});

test('a badge at the panel is that word', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  world.emergencyStop({ vehicleLift: 'between' });
  world.recover('badge-7');
  expectSwap(world, 'completed', null);
  expect(world.effects.some((effect) => effect.kind === 'openIncident')).toBe(false);
});

test('a motion that had ended when power came back goes on', () => {
  const world = opened();
  runTo(world, 'liftVehicle');
  world.equipment.sensors.vehicleLift = 'up';
  world.reboot();
  world.safety('awaitingReset', 'powerLoss');
  world.hello();
  world.run(() => false, 60_000);
  expect(countOf(world, 'unlockPack')).toBe(0);
  world.recover();
  expectSwap(world, 'completed', null);
  expect(countOf(world, 'liftVehicle')).toBe(1);
});

test.each([...robotSteps, ...shuttleSteps])('power cut in %s before anything moved', (step) => {
  const world = opened();
  runTo(world, step);
  world.reboot();
  world.safety('awaitingReset', 'powerLoss');
  const sent = world.commands().length;
  world.run(() => false, 60_000);
  expect(world.commands().length).toBe(sent);
  world.hello();
  world.recover();
  expectSwap(world, 'completed', null);
});

test('the link is away for minutes: the step ends, the next gate waits, no deadline acts', () => {
  const world = opened();
  runTo(world, 'unlockPack');
  world.loseLink();
  expect(cycleState(world)).toContain('suspended');
  const sent = world.commands().length;
  world.run(() => false, 600_000);
  expect(world.commands().length).toBe(sent);
  expect(world.swap()?.state).toBe('running');
  world.hello();
  expectSwap(world, 'completed', null);
});

test('a deadline keeps what is left of it while the link is away', () => {
  const world = opened();
  world.script('unlockPack', { outcome: 'completed', silent: true });
  runTo(world, 'unlockPack');
  const { remainingMs: whole, runsSince } = cycleMemory(world).robot;
  world.run(() => false, 20_000);
  world.loseLink();
  const { remainingMs: left } = cycleMemory(world).robot;
  expect(left).toBe(whole - (world.now - runsSince));
  expect(left).toBeLessThan(whole);
  world.run(() => false, 600_000);
  world.hello();
  const resumedAt = world.now;
  world.run(() => world.effects.some((effect) => effect.kind === 'supersede'));
  expect(world.now - resumedAt).toBe(left);
});

test('a command that is withdrawn at its deadline is tried again', () => {
  const world = opened();
  // The command never reaches the station: nothing is accepted, and the cancel is answered.
  world.drop('liftVehicle');
  expectSwap(world, 'completed', null);
  expect(countOf(world, 'liftVehicle')).toBe(2);
});

test('no answer at all calls a person; a late result still counts', () => {
  const world = opened();
  world.script('liftVehicle', { outcome: 'completed', silent: true });
  expectPerson(world);
  expect(cycleMemory(world).robot).toMatchObject({ step: 'liftVehicle', phase: 'person' });
  world.finishRunning();
  expectSwap(world, 'completed', null);
});

test('a conflict of ids is a person’s matter', () => {
  const world = opened();
  world.script('liftVehicle', { outcome: 'conflict' });
  expectPerson(world);
});

test('what the station refuses for the moment is asked again, uncounted', () => {
  const world = opened();
  const busy = { outcome: 'refused', reason: 'moverBusy' } as const;
  world.script('fetchPack', busy, busy, busy, busy, busy);
  world.script(
    'liftVehicle',
    { outcome: 'expired' },
    { outcome: 'expired' },
    { outcome: 'expired' },
    { outcome: 'expired' },
  );
  expectSwap(world, 'completed', null);
  expect(countOf(world, 'fetchPack')).toBe(6);
});

test('patience ends', () => {
  const world = opened();
  world.script(
    'liftVehicle',
    ...Array.from({ length: 70 }, () => ({ outcome: 'refused', reason: 'moverBusy' }) as const),
  );
  expectSwap(world, 'rolled-back', 'moverBusy');
});

test('hold: the step under way ends, the next gate waits; resume goes on', () => {
  const world = opened();
  runTo(world, 'unlockPack');
  world.action({ action: 'hold' });
  const sent = world.commands().length;
  world.run(() => false, 600_000);
  expect(world.commands().length).toBe(sent);
  expect(cycleState(world)).toContain('held');
  world.action({ action: 'resume' });
  expectSwap(world, 'completed', null);
});

test('hold withdraws a command that has not begun', () => {
  const world = opened();
  world.run(() => countOf(world, 'liftVehicle') === 1);
  world.action({ action: 'hold' });
  expect(world.effects.some((effect) => effect.kind === 'supersede')).toBe(true);
  world.run(() => false, 60_000);
  world.action({ action: 'resume' });
  expectSwap(world, 'completed', null);
});

test.each(['authorise', 'positionAndClamp', 'liftVehicle'])('abort in %s: the car goes as it came', (step) => {
  const world = opened();
  runTo(world, step);
  expect(world.action({ action: 'abort', reason: 'driver in a hurry' }).action).toMatchObject({ accepted: true });
  expectSwap(world, step === 'authorise' ? 'refused' : 'rolled-back', 'driver in a hurry');
  expect(world.equipment.sensors).toMatchObject({ clamps: 'open', vehicleLift: 'down', exitLight: 'green' });
});

test.each(['unlockPack', 'lowerPack', 'exchange', 'raisePack', 'lockPack', 'verifyPack', 'lowerVehicle', 'release'])(
  'abort in %s is refused, with what is allowed',
  (step) => {
    const world = opened();
    runTo(world, step);
    const { action } = world.action({ action: 'abort' });
    expect(action).toMatchObject({ accepted: false });
    expect(action?.accepted === false && action.allowed).toEqual(['hold', 'isolate-pack']);
    expectSwap(world, 'completed', null);
  },
);

test.each(['authorise', 'positionAndClamp', 'liftVehicle'])('consent withdrawn in %s', (step) => {
  const world = opened();
  runTo(world, step);
  world.changeVehicle({ consent: false });
  expectSwap(world, step === 'authorise' ? 'refused' : 'rolled-back', 'noConsent');
});

test('a car that is not willing yet is waited for', () => {
  const world = createWorld();
  world.hello();
  world.arrive(1, { consent: false });
  world.run(() => world.swap() !== null);
  world.run(() => false, 30_000);
  expect(countOf(world, 'authorise')).toBe(0);
  world.changeVehicle({ consent: true });
  expectSwap(world, 'completed', null);
});

test('a car that stays unwilling is refused in the end', () => {
  const world = createWorld();
  world.hello();
  world.arrive(1, { parked: false });
  expectSwap(world, 'refused', 'notParked');
});

test.each(['authorise', 'positionAndClamp', 'liftVehicle'])('the car drives off in %s', (step) => {
  const world = opened();
  runTo(world, step);
  world.running.clear();
  Object.assign(world.equipment.sensors, { clamps: 'open', vehicleLift: 'down' });
  world.leave(true);
  expectSwap(world, step === 'liftVehicle' ? 'rolled-back' : 'refused', 'vehicleLeft');
});

test.each(['unlockPack', 'lowerPack', 'exchange', 'raisePack', 'lockPack', 'verifyPack'])(
  'the car is gone in %s: a person',
  (step) => {
    const world = opened();
    runTo(world, step);
    world.leave(true);
    expectPerson(world);
    expect(world.swap()?.reason).toBe('vehicleLeft');
  },
);

test('the car drives off with its verified pack before it was released', () => {
  const world = opened();
  runTo(world, 'lowerVehicle');
  world.leave(true);
  expectSwap(world, 'completed', null);
});

test('a car that drives in and out again', () => {
  const world = createWorld();
  world.hello();
  world.record('vehicleEntered', { bay: '1' });
  expect(bayValue(world).work).toBe('occupied');
  world.record('vehicleLeft', { bay: '1', early: true });
  expect(bayValue(world).work).toBe('idle');
  expect(world.swap()).toBeNull();
});

test('a person at the bay lets a swap that was stuck be thought over again', () => {
  const world = opened({ packs: 1, type: { minRefitSocPct: 99 } });
  world.script('verifyPack', { outcome: 'failed' }, { outcome: 'failed' });
  expectPerson(world);
  expect(cycleState(world)).toContain('stuck');
  world.action({ action: 'confirm' });
  expectSwap(world, 'completed', null);
});

test('a car that left in good order is no longer the cycle’s', () => {
  const world = opened();
  world.script('stowPack', { outcome: 'completed', silent: true });
  world.run(() => world.equipment.sensors.exitLight === 'green');
  world.vanish();
  world.hello();
  expect(cycleState(world)).toContain('released');
  expect(bayValue(world).work).toBe('idle');
});

/** Lines of the timeline by what they say last. */
function timeline(world: World): string[] {
  const last = new Map<number, string>();
  for (const effect of world.effects) {
    if (effect.kind === 'recordStep') last.set(effect.step.ordinal, `${effect.step.step} ${effect.step.result}`);
  }
  return [...last.values()];
}

test('no line of the timeline is left running, not even of a command that never answered', () => {
  const world = opened();
  world.script('liftVehicle', { outcome: 'completed', silent: true });
  expectPerson(world);
  world.running.clear();
  world.action({ action: 'confirm' });
  expectSwap(world, 'completed', null);
  expect(timeline(world)).toContain('liftVehicle unknown');
  expect(timeline(world).filter((line) => line.endsWith('running'))).toEqual([]);
});

test('nor of one whose car has gone', () => {
  const world = opened();
  runTo(world, 'authorise');
  world.running.clear();
  world.leave(true);
  expectSwap(world, 'refused', 'vehicleLeft');
  expect(timeline(world)).toContain('authorise unknown');
  expect(timeline(world).filter((line) => line.endsWith('running'))).toEqual([]);
});
