import type { AnyStateNode } from 'xstate';
import { bayRunner } from '../../../machines/bay/machine.ts';
import { cycleRunner } from '../../../machines/cycle/machine.ts';
import type { Runner } from '../../../machines/runtime/runner.ts';

/**
 * How often the guard of one transition let it pass, and how often not. Unguarded ones always pass. One that passed is taken only if no
 * other region's transition went before it, so that is counted apart.
 */
interface Count {
  taken: number;
  guarded: boolean;
  passed: number;
  refused: number;
}

export interface Coverage {
  /** Transitions never taken, and guarded ones whose guard never refused. */
  missing(): string[];
  transitions(): number;
  states(): number;
  /** States that no transition leads to and that no entered parent begins with. */
  unreachable(): string[];
}

type Transition = AnyStateNode['transitions'] extends Map<string, (infer T)[]> ? T : never;

/**
 * Counts, from now on, every transition of a machine and both outcomes of its guard: eventless ones and timers too. A transition counts as
 * taken only in a step; a refusal counts when it is asked for with `can` too, since that is how an action is refused.
 */
export function countCoverage(runner: Runner): Coverage {
  const counts = new Map<string, Count>();
  const byTransition = new Map<unknown, Count>();
  runner.inspect((event) => {
    if (event.type !== '@xstate.microstep') return;
    for (const transition of event._transitions) {
      const count = byTransition.get(transition);
      if (count) count.taken += 1;
    }
  });
  const targets = new Set<string>([runner.machine.root.id]);
  let stepping = 0;
  const nodes = allNodes(runner.machine.root);
  for (const node of nodes) {
    for (const [key, transition] of transitionsOf(node)) instrument(key, transition);
  }
  for (const name of ['initial', 'transition'] as const) {
    const original = runner[name] as (...args: unknown[]) => unknown;
    (runner as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => {
      stepping += 1;
      try {
        return original(...args);
      } finally {
        stepping -= 1;
      }
    };
  }

  function instrument(key: string, transition: Transition): void {
    const { guard } = transition;
    const count: Count = { taken: 0, guarded: guard !== undefined, passed: 0, refused: 0 };
    counts.set(key, count);
    byTransition.set(transition, count);
    for (const target of transition.target ?? []) targets.add(target.id);
    const name = typeof guard === 'string' ? guard : (guard as { type: string } | undefined)?.type;
    const params = typeof guard === 'string' ? undefined : (guard as { params?: unknown } | undefined)?.params;
    const check = name === undefined ? () => true : runner.machine.implementations.guards[name];
    (transition as { guard: unknown }).guard = (args: unknown) => {
      const passed = (check as (args: unknown, params: unknown) => boolean)(args, params);
      if (!passed) count.refused += 1;
      else if (stepping > 0) count.passed += 1;
      return passed;
    };
  }

  return {
    missing: () =>
      [...counts].flatMap(([key, { guarded, taken, refused }]) => [
        ...(taken === 0 ? [`${key}: never taken`] : []),
        ...(guarded && refused === 0 ? [`${key}: never refused`] : []),
      ]),
    transitions: () => counts.size,
    states: () => nodes.length,
    unreachable: () => nodes.filter((node) => !isReached(node, targets)).map(({ id }) => id),
  };
}

function allNodes(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(allNodes)];
}

/** With a name that says where it stands: source, event, place among the candidates, guard. */
function transitionsOf(node: AnyStateNode): [string, Transition][] {
  const lists: [string, Transition[]][] = [...node.transitions, ['always', (node.always ?? []) as Transition[]]];
  return lists.flatMap(([event, list]) =>
    list.map((transition, index): [string, Transition] => {
      const { guard } = transition;
      const name = typeof guard === 'string' ? guard : ((guard as { type?: string } | undefined)?.type ?? '');
      const params = JSON.stringify((guard as { params?: unknown } | undefined)?.params ?? '');
      const to = transition.target?.map(({ id }) => id).join() ?? 'itself';
      return [`${node.id} on ${event} #${index} [${name}${params}] to ${to}`, transition];
    }),
  );
}

function isReached(node: AnyStateNode, targets: ReadonlySet<string>): boolean {
  if (targets.has(node.id)) return true;
  const { parent } = node;
  if (!parent) return true;
  const begins = parent.type === 'parallel' || parent.initial.target?.some(({ id }) => id === node.id);
  const inside = allNodes(node).some(({ id }) => id !== node.id && targets.has(id));
  return inside || (begins === true && isReached(parent, targets));
}

export const bayCoverage = countCoverage(bayRunner);
export const cycleCoverage = countCoverage(cycleRunner);
