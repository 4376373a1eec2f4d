import {
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type InspectionEvent,
} from 'xstate';
import type { StoredKind } from '../contract.ts';

/** An action that XState resolved and did not run. `result` is what a named custom action of ours gave: effects or tells. */
export interface TakenAction {
  type: string;
  params: unknown;
  produce: (() => unknown) | null;
}

export interface Transitioned {
  snapshot: AnyMachineSnapshot;
  actions: TakenAction[];
}

/** One machine of this program: how it moves and what its stored form needs to name it. */
export interface Runner {
  kind: StoredKind;
  definition: number;
  sourceHash: string;
  machine: AnyStateMachine;
  /** Shows every microstep to `watch`: which transitions were taken. Without anyone watching it costs nothing. */
  inspect(watch: (event: InspectionEvent) => void): void;
  initial(input: unknown): Transitioned;
  transition(snapshot: AnyMachineSnapshot, event: { type: string }): Transitioned;
  restore(persisted: unknown): AnyMachineSnapshot;
}

/**
 * The same as XState's `transition()`, which builds a new actor, and so runs the initial transition, for every event; here one inert
 * actor serves all. Nothing is run: actions are collected.
 */
export function createRunner(
  machine: AnyStateMachine,
  identity: { kind: StoredKind; definition: number; sourceHash: string },
): Runner {
  const self = createActor(machine, { input: undefined });
  let taken: TakenAction[] = [];
  const scope: AnyActorScope = {
    self,
    id: '',
    sessionId: '',
    system: self.system,
    logger: () => {},
    defer: () => {},
    emit: () => {},
    stopChild: () => {},
    actionExecutor: ({ type, params, info, exec }) => {
      const custom = exec && !type.startsWith('xstate.') ? exec : null;
      taken.push({ type, params, produce: custom ? () => custom(info, params) : null });
    },
  };

  function collect(run: () => AnyMachineSnapshot): Transitioned {
    taken = [];
    const snapshot = run();
    const actions = taken;
    taken = [];
    return { snapshot, actions };
  }

  return {
    ...identity,
    machine,
    inspect: (watch) => void self.system.inspect(watch),
    initial(input) {
      const result = collect(() => machine.getInitialSnapshot(scope, input));
      // XState swallows what is thrown here and gives a snapshot in error instead.
      if (result.snapshot.status === 'error') throw result.snapshot.error;
      return result;
    },
    transition: (snapshot, event) => collect(() => machine.transition(snapshot, event, scope)),
    restore: (persisted) => createActor(machine, { snapshot: persisted as never }).getSnapshot() as AnyMachineSnapshot,
  };
}
