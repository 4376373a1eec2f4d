import { describe, expect, test } from 'vitest';
import { traitsOf } from '../../../machines/policy/assess.ts';
import { memoryOf, type TrackMemory } from '../../../machines/track/memory.ts';
import { carryOut, type Script } from '../helpers/plc.ts';
import { bayMemory, cycleMemory, runTo } from '../helpers/scenario.ts';
import { createWorld, packCode, type World } from '../helpers/world.ts';
import { hold, places, resume, wait } from './step-places.ts';
import { contradiction, ends } from './step-sensors.ts';

describe.each(places)('$machine $track $step', (place) => {
  const { machine, track, step } = place;
  const traits = traitsOf(step);
  const bad = contradiction[step] ?? {};

  const memory = (world: World): TrackMemory =>
    memoryOf(machine === 'bay' ? bayMemory(world) : cycleMemory(world), track);

  /** The step's command leaves as scripted. */
  function begin(...scripts: Script[]): World {
    const world = place.atGate();
    expect(memory(world)).toMatchObject({ step, phase: 'gate' });
    world.script(step, ...scripts);
    resume(world);
    return world;
  }

  const until = (world: World, phase: TrackMemory['phase']) => {
    const there = () => isOpen(world) && memory(world).step === step && memory(world).phase === phase;
    expect(world.run(there), `${step} comes to ${phase}`).toBe(true);
  };
  /** The step, or what follows from it, is behind. */
  const behind = (world: World) => {
    const gone = world.run(() => !isOpen(world) || memory(world).step !== step || memory(world).phase === 'idle');
    expect(gone, `${step} is behind`).toBe(true);
    expect(world.custodyErrors()).toEqual([]);
  };
  const isOpen = (world: World) => machine === 'bay' || world.state.bays['1']?.cycle !== null;
  const begun = (world: World) => runTo(world, step);
  const idOf = (world: World) => [...world.running.values()].find(({ type }) => type === step);

  /** Carries the motion out and reads, as the station should have done. */
  function readLate(world: World): void {
    const { last } = memory(world);
    if (!last) throw new Error('no command');
    for (const read of carryOut(world.equipment, last.command))
      world.record('packRead', { ...read, commandId: last.id });
  }

  test('waits at its gate while held, and goes on', () => {
    const world = begin();
    until(world, 'moving');
    behind(world);
  });

  const { divert } = place;
  if (divert)
    test('is left again at its gate when it is no longer wanted', () => {
      const world = place.atGate();
      divert?.(world);
      const { step: now, phase } = memory(world);
      expect({ now, phase }).not.toEqual({ now: step, phase: 'gate' });
      resume(world);
      wait(world);
    });

  if (traits.checked)
    test('completed, but the sensors contradict: a person, whose word lets it be repeated', () => {
      const world = begin({ outcome: 'completed', moves: false, sensors: bad });
      until(world, 'person');
      world.action({ action: 'confirm' });
      behind(world);
    });

  if (traits.carries)
    test('completed, and the pack is read only afterwards', () => {
      const world = begin({ outcome: 'completed', moves: false, sensors: ends[step] ?? {} });
      until(world, 'proving');
      readLate(world);
      behind(world);
    });

  if (traits.carries)
    test('completed, and the pack is never read', () => {
      const world = begin({ outcome: 'completed', moves: false, sensors: { ...ends[step], shuttle: 'between' } });
      if (['fetchPack', 'stowPack', 'isolatePack'].includes(step)) return;
      until(world, 'proving');
      world.run(() => memory(world).phase !== 'proving');
      expect(['person', 'moving', 'gate']).toContain(memory(world).phase);
    });

  if (traits.carries)
    test('completed, never read, and the sensors say nothing', () => {
      const world = begin({ outcome: 'completed', moves: false, sensors: ends[step] ?? {} });
      until(world, 'proving');
      world.run(() => memory(world).phase !== 'proving');
      expect(memory(world).phase).not.toBe('proving');
    });

  if (traits.carries)
    test('completed, and another pack is read', () => {
      const world = begin({ outcome: 'completed', moves: false, sensors: ends[step] ?? {}, wrongRead: packCode(950) });
      world.run(() => memory(world).step !== step || memory(world).phase !== 'moving');
      wait(world);
      expect(Object.values(world.state.packs).some(({ place: { kind } }) => kind === 'unknown')).toBe(true);
    });

  if (traits.carries)
    test('completed, and another pack is read afterwards', () => {
      const world = begin({ outcome: 'completed', moves: false, sensors: ends[step] ?? {} });
      until(world, 'proving');
      const { last } = memory(world);
      if (!last) throw new Error('no command');
      const to = world.destination({ type: last.command.type, params: last.command.params } as never);
      world.record('packRead', { place: to, code: packCode(950), commandId: last.id, reading: null });
      expect(memory(world).phase).not.toBe('proving');
    });

  if (traits.leavesTrace)
    test('failed, but the sensors show it is done: a person', () => {
      const world = begin({ outcome: 'failed', reason: 'other', moves: true });
      until(world, 'person');
      world.action({ action: 'confirm' });
      behind(world);
    });

  test('failed, tried again, and given up', () => {
    const fail = { outcome: 'failed', reason: 'stuckLock' } as const;
    const world = begin(fail, fail, fail);
    wait(world);
    wait(world);
    const { retries } = world.type.steps[step];
    const attempts = world.commands().filter(({ type, machine: by }) => type === step && by === machine);
    expect(attempts.length).toBeGreaterThan(retries);
  });

  test('failed for a reason that no attempt can mend', () => {
    const world = begin({ outcome: 'failed', reason: 'badParameters' });
    wait(world);
  });

  if (traits.leavesTrace)
    test('refused because it is done already: the sensors agree', () => {
      const world = begin({ outcome: 'refused', reason: 'interlock', moves: true });
      behind(world);
    });

  test('refused for the moment, then for want of something, then for good', () => {
    const refuse = (reason: 'moverBusy' | 'interlock' | 'badParameters'): Script => ({ outcome: 'refused', reason });
    const world = begin(refuse('moverBusy'), refuse('interlock'), refuse('badParameters'));
    until(world, 'pause');
    wait(world);
    expect(
      world.commands().filter(({ type, machine: by }) => type === step && by === machine).length,
    ).toBeGreaterThanOrEqual(3);
  });

  test('expired: decided anew, under another id', () => {
    const world = begin({ outcome: 'expired' });
    behind(world);
    const ids = world.commands().filter(({ type, machine: by }) => type === step && by === machine);
    expect(new Set(ids.map(({ id }) => id)).size).toBeGreaterThanOrEqual(2);
  });

  test('hold before it has begun: withdrawn, and given anew', () => {
    const world = place.atGate();
    world.drop(step);
    resume(world);
    hold(world);
    world.run(() => false, 5_000);
    expect(memory(world)).toMatchObject({ step, phase: 'gate' });
    resume(world);
    behind(world);
  });

  test('hold once it has begun: it ends', () => {
    const world = begin();
    begun(world);
    hold(world);
    wait(world);
    expect(world.steps.some(({ input }) => input.source === 'record' && input.record.type === 'cancelTooLate')).toBe(
      true,
    );
    resume(world);
    wait(world);
  });

  if (traits.checked)
    test('unknown, half-way: a person, whose word lets it be repeated', () => {
      const world = begin({ outcome: 'unknown', sensors: bad });
      until(world, 'person');
      world.action({ action: 'confirm' });
      behind(world);
    });

  if (traits.leavesTrace)
    test('unknown, and done', () => {
      const world = begin({ outcome: 'unknown', moves: true });
      behind(world);
    });

  test('unknown, and not begun', () => {
    const world = begin({ outcome: 'unknown' });
    behind(world);
  });

  test('stopped half-way; a badge at the panel lets it be repeated', () => {
    const world = begin();
    begun(world);
    world.emergencyStop(bad);
    expect(memory(world).phase).toBe('unclear');
    if (machine === 'bay')
      world.input({ source: 'action', request: { bay: '1', by: 'ann', reason: '', action: 'confirm' } });
    world.recover('badge-7');
    behind(world);
  });

  test('a conflict calls a person', () => {
    const world = begin({ outcome: 'conflict' });
    until(world, 'person');
    world.action({ action: 'confirm' });
    wait(world);
  });

  test('the link goes away and comes back', () => {
    const world = begin();
    begun(world);
    world.loseLink();
    world.hello();
    expect(memory(world).phase).toBe('moving');
    world.loseLink();
    hold(world);
    world.hello();
    wait(world);
    resume(world);
    behind(world);
  });

  test('the command never arrives: withdrawn at its deadline, tried again, given up', () => {
    const { retries } = createWorld().type.steps[step];
    const world = place.atGate();
    for (let n = 0; n <= retries; n += 1) world.drop(step);
    resume(world);
    for (let n = 0; n < 6; n += 1) wait(world);
    expect(world.commands().filter(({ type, machine: by }) => type === step && by === machine).length).toBeGreaterThan(
      retries,
    );
  });

  test('no answer at all: a person; then a late result', () => {
    const world = begin({ outcome: 'completed', silent: true });
    begun(world);
    const id = idOf(world)?.id;
    world.run(() => world.effects.some((effect) => effect.kind === 'supersede' && effect.id === id));
    world.loseLink();
    world.hello();
    until(world, 'person');
    world.finishRunning();
    behind(world);
  });

  test('no answer at all: a person; then a late failure, and a late lie', () => {
    const world = begin({ outcome: 'completed', silent: true });
    begun(world);
    until(world, 'person');
    world.finishWith(step, { outcome: 'failed', reason: 'other' });
    expect(memory(world).phase).toBe('person');
    if (traits.checked) {
      world.finishAgain(step, { outcome: 'completed', moves: false, sensors: bad });
      expect(memory(world).phase).toBe('person');
    }
    if (machine === 'bay') {
      world.action({ action: 'reset' });
      expect(memory(world).phase).not.toBe('person');
    }
  });
});
