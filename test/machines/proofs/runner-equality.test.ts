import { expect, test } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, assign, initialTransition, transition } from 'xstate';
import type { Runner, TakenAction, Transitioned } from '../../../machines/runtime/runner.ts';
import { createRandom } from '../../../station-sim/random.ts';
import { runners } from './golden-forms.ts';
import { makeMove, movesFrom, promise } from './track-moves.ts';
import { arrive, copyOf, createTrackWorld, type TrackWorld } from './track-world.ts';
import { walks } from './walk.ts';

/** Actions as XState's own functions give them, to be run or not by whoever asked. */
interface OwnAction {
  type: string;
  params: unknown;
  info: unknown;
  exec: ((info: unknown, params: unknown) => unknown) | undefined;
}

const isOwn = (type: string): boolean => !type.startsWith('xstate.');

const collected = (actions: readonly TakenAction[]) =>
  actions.map(({ type, params, produce }) => ({ type, params, gives: produce?.() ?? null }));

const asGiven = (actions: readonly OwnAction[]) =>
  actions.map(({ type, params, info, exec }) => ({
    type,
    params,
    gives: (isOwn(type) && exec ? exec(info, params) : null) ?? null,
  }));

const looked = ({ value, context, status, tags }: AnyMachineSnapshot) => ({ value, context, status, tags });

/** XState's own way to assign, for as long as `run` takes, in place of the one of `machines/runtime/assign.ts`. */
function withOwnAssign<T>({ implementations }: AnyStateMachine, run: () => T): T {
  const { resolve } = assign({}) as unknown as { resolve: unknown };
  const assigns = Object.values(implementations.actions).filter((action) => 'assignment' in Object(action));
  const ours = assigns.map((action) => Object.assign({}, action as object) as { resolve: unknown });
  if (ours.length === 0 || ours.some((action) => action.resolve === resolve)) throw new Error('nothing to compare');
  for (const action of assigns) Object.assign(action as object, { resolve });
  try {
    return run();
  } finally {
    for (const [index, action] of assigns.entries()) Object.assign(action as object, ours[index]);
  }
}

/** Compares every transition of this runner with XState's own, as long as it runs. Gives how many there were. */
function compare(runner: Runner): () => { steps: number; ignored: number; actions: number } {
  const count = { steps: 0, ignored: 0, actions: 0 };
  const { transition: step, initial: begin } = runner;
  const check = (given: Transitioned, [snapshot, actions]: [AnyMachineSnapshot, unknown]): Transitioned => {
    expect(looked(given.snapshot)).toEqual(looked(snapshot));
    expect(collected(given.actions)).toEqual(asGiven(actions as OwnAction[]));
    count.steps += 1;
    count.actions += given.actions.length;
    return given;
  };
  runner.transition = (snapshot, event) => {
    const given = step(snapshot, event);
    const own = withOwnAssign(runner.machine, () => transition(runner.machine, snapshot, event));
    // The rule of what counts as ignored leans on the same object being given back.
    expect(given.snapshot === snapshot).toBe((own[0] as unknown) === snapshot);
    if (given.snapshot === snapshot) count.ignored += 1;
    return check(given, own);
  };
  runner.initial = (input) =>
    check(
      begin(input),
      withOwnAssign(runner.machine, () => initialTransition(runner.machine, input as never)),
    );
  return () => {
    Object.assign(runner, { transition: step, initial: begin });
    return count;
  };
}

function play(seed: string, moves: number): void {
  const random = createRandom(seed);
  const { walked, berths, packs } = random.pick(walks);
  const fresh = (): TrackWorld => {
    const world = copyOf(createTrackWorld(walked, { berths, packs }));
    if (walked.machine === 'cycle') arrive(world);
    else promise(world);
    return world;
  };
  let world = fresh();
  for (let made = 0; made < moves; made += 1) {
    const over = walked.machine === 'cycle' && !world.state.bays['1']?.cycle;
    world = over ? fresh() : makeMove(world, random.pick(movesFrom(world)));
  }
}

/**
 * The runner takes a short way through XState's own methods (docs/adr/0008). Whatever happens, it must give what `transition()` gives: the
 * same states, context, actions in the same order with the same parameters and results. Guards upgrades of XState too.
 */
test('the runner gives what transition() of XState gives, in random worlds', { timeout: 120_000 }, () => {
  const stop = [compare(runners.bay), compare(runners.cycle)];
  for (let n = 1; n <= 24; n += 1) play(`equality-${n}`, 50);
  for (const [bay, cycle] of [stop.map((each) => each())]) {
    expect(bay?.steps).toBeGreaterThan(1000);
    expect(cycle?.steps).toBeGreaterThan(1000);
    expect(cycle?.ignored).toBeGreaterThan(10);
    expect(cycle?.actions).toBeGreaterThan(1000);
  }
});
