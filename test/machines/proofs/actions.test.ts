import { expect, test } from 'vitest';
import { type AnyStateMachine, assign, createMachine, raise, sendTo, spawnChild } from 'xstate';
import { bayRunner } from '../../../machines/bay/machine.ts';
import { cycleRunner } from '../../../machines/cycle/machine.ts';
import { leaseRunner } from '../../../machines/lease/machine.ts';
import { nodesOf, transitionsOf } from './machine-walk.ts';

const builtIn = new Set(['xstate.assign', 'xstate.raise', 'xstate.cancel']);

/**
 * What a durable machine may not have, by the place where it stands: an actor, history (nobody stores it), an action that does anything but
 * assign, arm or cancel a timer, or name one of ours. Delayed raises and their cancels are what XState makes of `after`.
 */
function offences(machine: AnyStateMachine): string[] {
  const found: string[] = [];
  for (const node of nodesOf(machine)) {
    const { id } = node;
    if (node.invoke.length > 0) found.push(`${id} invokes an actor`);
    if (node.type === 'history') found.push(`${id} is a history state`);
    if (node.output !== undefined || node.meta !== undefined) found.push(`${id} has output or meta`);
    const transitions = transitionsOf(node);
    const actions = [...node.entry, ...node.exit, ...transitions.flatMap((transition) => [...transition.actions])];
    found.push(...actions.flatMap((action) => judgeAction(machine, action).map((what) => `${id} ${what}`)));
    for (const { guard } of transitions) {
      const name = nameOf(guard);
      if (guard !== undefined && (name === null || typeof machine.implementations.guards[name] !== 'function')) {
        found.push(`${id} has a guard that is not one of the machine's named functions (${name})`);
      }
    }
  }
  for (const [name, actor] of Object.entries(machine.implementations.actors)) if (actor) found.push(`actor ${name}`);
  return found;
}

function nameOf(ref: unknown): string | null {
  if (typeof ref === 'string') return ref;
  return ref !== null && typeof ref === 'object' && 'type' in ref ? String(ref.type) : null;
}

/** A function of XState's own carries its type; any other is ours. */
const typeOfFunction = (action: unknown): string | null =>
  typeof action === 'function' && 'type' in action ? String(action.type) : null;

function judgeAction(machine: AnyStateMachine, action: unknown): string[] {
  if (typeof action === 'function') {
    const type = typeOfFunction(action);
    if (type === null) return ['has an inline function as action'];
    // In the machine's data itself XState may only have put what `after` needs.
    return type === 'xstate.raise' || type === 'xstate.cancel' ? judgeRaise(action) : [`has an inline ${type}`];
  }
  const name = nameOf(action);
  const implementation = name === null ? undefined : machine.implementations.actions[name];
  if (typeof implementation !== 'function') return [`has an action without implementation (${name})`];
  const type = typeOfFunction(implementation);
  if (type !== null && !builtIn.has(type)) return [`has the action ${name}, which is ${type}`];
  return type === 'xstate.raise' ? judgeRaise(implementation) : [];
}

/** A raise without a delay is no timer; one without an id cannot be stored. */
function judgeRaise(action: object): string[] {
  if (!('delay' in action)) return [];
  return action.delay !== undefined && 'id' in action && action.id ? [] : ['raises something that is no timer'];
}

test.each([
  ['bay', bayRunner.machine, 50],
  ['cycle', cycleRunner.machine, 50],
  ['lease', leaseRunner.machine, 10],
] as const)('the %s does nothing but assign, arm and cancel timers, and name its own actions', (_, machine, states) => {
  expect(nodesOf(machine).length).toBeGreaterThan(states);
  expect(offences(machine)).toEqual([]);
});

test('every named action, guard and delay is used by one of the machines', () => {
  const machines = [bayRunner.machine, cycleRunner.machine, leaseRunner.machine];
  const words = machines.flatMap(({ config }) => JSON.stringify(config).match(/"[\w.-]+"/g) ?? []);
  const used = new Set(words.map((word) => word.slice(1, -1)));
  const named = machines.flatMap(({ implementations: { actions, guards, delays } }) => [
    ...[actions, guards, delays].flatMap((each) => Object.keys(each)),
  ]);
  expect(named.filter((name) => !used.has(name))).toEqual([]);
});

test('the walk finds what it is for', () => {
  const judge = (state: object, actions: object = {}) =>
    offences(
      createMachine({ initial: 'a', states: { a: state } } as never, {
        actions: actions as never,
        guards: {},
      }) as never,
    ).length;
  const on = (action: unknown) => ({ on: { go: { actions: [action] } } });
  expect(judge({ entry: ['note'], after: { 5: {} } }, { note: assign({}) })).toBe(0);
  expect(judge({ exit: ['tell'] }, { tell: () => [] })).toBe(0);
  expect(judge({ invoke: { src: 'x' } })).toBeGreaterThan(0);
  expect(judge(on('go'), { go: spawnChild('x') })).toBe(1);
  expect(judge(on('go'), { go: sendTo('x' as never, { type: 'y' } as never) })).toBe(1);
  expect(judge(on('go'), { go: raise({ type: 'x' } as never) })).toBe(1);
  expect(judge(on('missing'))).toBe(1);
  expect(judge(on(() => {}))).toBe(1);
  expect(judge({ initial: 'h', states: { h: {}, was: { history: 'deep' } } })).toBe(1);
  expect(judge({ on: { go: { guard: () => true } } })).toBe(1);
});
