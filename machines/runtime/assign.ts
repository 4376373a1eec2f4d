import { type AnyMachineSnapshot, assign as assignOfXState } from 'xstate';

interface Given<C, E> {
  context: C;
  event: E;
}

/**
 * XState's `assign`, without actors in the context. XState's own makes a whole snapshot anew, with state value and tags, for what changes
 * nothing but the context; a microstep has several, and they were half of its cost. `runner-equality.test.ts` holds the two against each other.
 */
export function assign<C, E, P>(change: (given: Given<C, E>, params: P) => Partial<C>) {
  const action = assignOfXState(change as never);
  const resolve = (_: unknown, snapshot: AnyMachineSnapshot, { event }: { event: E }, params: P) => {
    const { context } = snapshot;
    const changed = { ...context, ...change({ context: context as C, event }, params) };
    return [{ ...snapshot, context: changed }, undefined, undefined];
  };
  return Object.assign(action, { resolve });
}
