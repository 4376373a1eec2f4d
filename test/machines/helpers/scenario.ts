import { expect } from 'vitest';
import type { SwapState } from '../../../machines/contract.ts';
import { bayContextOf, cycleContextOf, describe, liveOf } from '../../../machines/station/live.ts';
import type { World } from './world.ts';

export function bayOf(world: World) {
  const bay = world.state.bays['1'];
  if (!bay) throw new Error('no bay');
  return bay;
}

export const bayValue = (world: World) => liveOf(bayOf(world).bay).snapshot.value as Record<string, unknown>;
export const bayMemory = (world: World) => bayContextOf(bayOf(world));

export function cycleMemory(world: World) {
  const cycle = cycleContextOf(bayOf(world));
  if (!cycle) throw new Error('no cycle is open');
  return cycle;
}

export function cycleState(world: World): string {
  const { cycle } = bayOf(world);
  return cycle ? describe(liveOf(cycle).snapshot.value) : 'none';
}

/** Runs until the last swap is closed, and checks how. */
export function expectSwap(world: World, state: SwapState, reason?: string | null): void {
  const ended = world.run(() => world.swap()?.endedAt != null);
  expect(ended, `the swap ends (${cycleState(world)}, ${world.swap()?.state} ${world.swap()?.reason})`).toBe(true);
  const swap = world.swap();
  expect({ state: swap?.state, reason: reason === undefined ? undefined : swap?.reason }).toEqual({ state, reason });
  expect(world.custodyErrors()).toEqual([]);
  expect([...world.timers.keys()].filter((key) => key.startsWith('cycle'))).toEqual([]);
}

/** Runs until the swap asks for a person. */
export function expectPerson(world: World): void {
  const asked = world.run(() => world.swap()?.state === 'needs-person');
  expect(asked, `a person is asked for (${cycleState(world)}, ${world.swap()?.state})`).toBe(true);
}

/** Runs until a command of this type is under way, so that something can happen in the middle of it. */
export function runTo(world: World, step: string): void {
  const seen = world.commands().length;
  const begun = world.run(() => [...world.running.values()].some(({ type }) => type === step));
  expect(begun, `${step} begins (after ${seen} commands, ${cycleState(world)})`).toBe(true);
}

export const countOf = (world: World, step: string): number =>
  world.commands().filter(({ type }) => type === step).length;
