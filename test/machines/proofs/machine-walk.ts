import type { AnyStateMachine, AnyStateNode, TransitionDefinition } from 'xstate';

export type AnyTransition = TransitionDefinition<never, never>;

/** Every state node of the machine that XState built, not of the data it was built from. */
export function nodesOf(machine: AnyStateMachine): AnyStateNode[] {
  const below = (node: AnyStateNode): AnyStateNode[] => [node, ...Object.values(node.states).flatMap(below)];
  return below(machine.root);
}

/** Every transition of a node, timers and eventless ones too, as XState resolved it. */
export function transitionsOf(node: AnyStateNode): AnyTransition[] {
  return [...node.transitions.values(), node.always ?? []].flat() as unknown as AnyTransition[];
}
