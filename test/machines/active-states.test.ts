import { expect, test } from 'vitest';
import { baySpec } from '../../machines/bay/spec.ts';
import { cycleSpec } from '../../machines/cycle/spec.ts';
import type { StateSpec } from '../../machines/runtime/spec.ts';
import { bayStates } from '../../machines/view.ts';
import { runTo } from './helpers/scenario.ts';
import { createWorld } from './helpers/world.ts';

/** The state of a path, or undefined. */
const stateAt = (spec: StateSpec, path: string): StateSpec | undefined =>
  path.split('.').reduce<StateSpec | undefined>((state, key) => state?.states?.[key], spec);

test('the active states are paths of the charts, down to states with none inside, and parallel tracks have one each', () => {
  const world = createWorld();
  const look = () => {
    const found = bayStates(world.state, '1');
    if (!found) throw new Error('no bay 1');
    const shown = [
      ...found.states.map((path) => stateAt(baySpec, path)),
      ...(found.cycle?.states ?? []).map((path) => stateAt(cycleSpec, path)),
    ];
    for (const state of shown) {
      expect(state).toBeDefined();
      expect(state?.states).toBeUndefined();
    }
    return found;
  };
  expect(look()).toMatchObject({ cycle: null, states: expect.arrayContaining(['work.idle', 'link.lost']) });
  world.hello();
  expect(look().states).toEqual(expect.arrayContaining(['link.up', 'safety.ready', 'hold.free', 'shuttle.planning']));
  world.arrive(1);
  runTo(world, 'unlockPack');
  const swapping = look();
  expect(swapping.states).toContain('work.swapping');
  expect(swapping.cycle?.swap).toBe('bj-001.1.1');
  expect(swapping.cycle?.states.some((path) => path.startsWith('working.robot.unlockPack.'))).toBe(true);
  expect(swapping.cycle?.states.some((path) => path.startsWith('working.shuttle.'))).toBe(true);
  expect(bayStates(world.state, '9')).toBeNull();
});
