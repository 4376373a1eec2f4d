import { expect, test } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { bayRunner } from '../../../machines/bay/machine.ts';
import { cycleRunner } from '../../../machines/cycle/machine.ts';
import { bayCoverage, cycleCoverage } from '../helpers/coverage.ts';
import { nodesOf } from './machine-walk.ts';
import { walk, walks } from './walk.ts';

/** States of a track that are left in the same step they are entered in. */
const passing = /\.(deciding|preparing|released)$/;

const isAtomic = (node: AnyStateNode): boolean => Object.keys(node.states).length === 0;

function restingStates(machine: AnyStateMachine, region: string): string[] {
  const own = nodesOf(machine).filter((node) => isAtomic(node) && node.id.startsWith(`${region}.`));
  return own.map(({ id }) => id.slice(region.length + 1)).filter((id) => !passing.test(`.${id}`));
}

/** `{ authorise: { moving: 'supervised' } }` as `authorise.moving.supervised`. */
function pathOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries(value as Record<string, unknown>);
  return `${key}.${pathOf(inner)}`;
}

test.each(walks)('every state of the $name is reached by a shortest path', { timeout: 120_000 }, (each) => {
  const { machine, track } = each.walked;
  const paths = walk(each);
  const reached = new Set([...paths.keys()].filter((key) => key !== 'over').map((key) => pathOf(JSON.parse(key).at)));
  const all =
    machine === 'bay'
      ? restingStates(bayRunner.machine, `bay.${track}`)
      : restingStates(cycleRunner.machine, `cycle.working.${track}`);
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter((state) => !reached.has(state))).toEqual([]);
  if (machine === 'cycle') expect(paths.has('over')).toBe(true);
});

/** Inside a step: `cycle.working.robot.lockPack.gate on …`, whatever the step. */
const insideStep = /^(bay|cycle\.working)\.(robot|shuttle)\.[a-zA-Z]+\.[a-zA-Z.]+ on /;

test('trying every event in each of these states takes all that is inside the steps: transitions, timers, guards', () => {
  const missing = [...cycleCoverage.missing(), ...bayCoverage.missing()];
  expect(missing.filter((what) => insideStep.test(what))).toEqual([]);
});
