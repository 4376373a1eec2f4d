import { expect, test } from 'vitest';
import type { TakenAction } from '../../../machines/runtime/runner.ts';
import { foldTimers } from '../../../machines/runtime/timers.ts';
import { createWorld } from '../helpers/world.ts';

const raise = (id: string, delay?: number): TakenAction => ({
  type: 'xstate.raise',
  params: { id, delay },
  produce: null,
});
const cancel = (sendId: string): TakenAction => ({ type: 'xstate.cancel', params: { sendId }, produce: null });
const other: TakenAction = { type: 'send', params: undefined, produce: () => [] };

test('a step without timers leaves them as they are', () => {
  const before = { a: '1' };
  expect(foldTimers(before, [other, raise('b')], '1.2')).toEqual({ timers: before, armed: [], cancelled: [] });
});

test('armed and cancelled', () => {
  const folded = foldTimers({ a: 'old' }, [cancel('a'), raise('b', 50)], '1.2');
  expect(folded.timers).toEqual({ b: '1.2.0' });
  expect(folded.armed).toEqual([{ sendId: 'b', token: '1.2.0', delayMs: 50 }]);
  expect(folded.cancelled).toEqual(['a']);
});

test('what is armed and cancelled within one step leaves no trace', () => {
  expect(foldTimers({}, [raise('a', 5), cancel('a'), cancel('never')], '1.2')).toEqual({
    timers: {},
    armed: [],
    cancelled: [],
  });
});

test('armed again: a new token, and no cancel', () => {
  const folded = foldTimers({ a: 'old' }, [cancel('a'), raise('a', 5)], '1.2');
  expect(folded).toEqual({
    timers: { a: '1.2.0' },
    armed: [{ sendId: 'a', token: '1.2.0', delayMs: 5 }],
    cancelled: [],
  });
});

function supervised() {
  const world = createWorld();
  world.hello();
  world.arrive(1);
  world.run(() => [...world.running.values()].some(({ type }) => type === 'liftVehicle'));
  const [key = '', { token = '' } = {}] = [...world.timers].find(([each]) => each.includes('robotDeadline')) ?? [];
  const [machine = '', instance = '', sendId = ''] = key.split(' ');
  const fire = (change: object) =>
    world.input({ source: 'timer', bay: '1', machine: machine as 'cycle', instance, sendId, token, ...change });
  return { world, fire, sendId };
}

test('a timer with a token that is no longer the armed one is ignored', () => {
  const { fire, sendId } = supervised();
  const step = fire({ token: '1.1.0' });
  expect(step).toMatchObject({ effects: [], changed: [], ignored: [{ event: sendId }] });
});

test('one that its machine has never heard of is removed', () => {
  const { fire } = supervised();
  expect(fire({ sendId: 'xstate.after.none' }).effects).toMatchObject([
    { kind: 'cancelTimer', sendId: 'xstate.after.none' },
  ]);
  expect(fire({ instance: 'bj-001.1.99' }).effects).toMatchObject([{ kind: 'cancelTimer', instance: 'bj-001.1.99' }]);
});

test('one that has fired is used up', () => {
  const { world, fire, sendId } = supervised();
  expect(fire({}).effects).toContainEqual(expect.objectContaining({ kind: 'cancelTimer', sendId }));
  expect(fire({}).ignored).toHaveLength(1);
  expect([...world.timers.keys()].some((key) => key.includes(sendId))).toBe(false);
});

test('an event of the shuttle leaves the deadline of the robot alone', () => {
  const { world } = supervised();
  const deadline = () =>
    [...world.timers].filter(([key]) => key.includes('robotDeadline')).map(([, { token }]) => token);
  const before = deadline();
  world.run(
    () =>
      world.steps
        .at(-1)
        ?.step.effects.some((effect) => effect.kind === 'recordStep' && effect.step.track === 'shuttle') === true,
  );
  expect(deadline()).toEqual(before);
});

test('timers are due in wall time: equipment time divided by its speed', () => {
  const world = createWorld({ timeScale: 50 });
  world.hello();
  world.arrive(1);
  world.run(() => [...world.running.values()].some(({ type }) => type === 'positionAndClamp'));
  const armed = world.effects.findLast(
    (effect) =>
      effect.kind === 'armTimer' && effect.sendId.includes('robotDeadline.cycle.working.robot.positionAndClamp'),
  );
  const { deadlineMs } = world.type.steps.positionAndClamp;
  expect(armed?.kind === 'armTimer' && armed.dueAt - world.now).toBeCloseTo(deadlineMs / 50 + 5000, -2);
});
