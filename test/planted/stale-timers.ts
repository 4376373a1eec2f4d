import type { Effect } from '../../machines/contract.ts';
import type { PlantedBugs } from '../../machines/planted.ts';
import { createWorld } from '../machines/helpers/world.ts';

type Armed = Extract<Effect, { kind: 'armTimer' }>;

/**
 * A step fails and is tried again under a deadline of its own. The deadline of the first attempt, already on its way when it was cancelled,
 * arrives then: it must change nothing.
 */
export function staleTimersAreIgnored(planted: PlantedBugs | undefined): void {
  const world = createWorld(planted ? { planted } : {});
  world.script('unlockPack', { outcome: 'failed', reason: 'stuckLock' });
  world.hello();
  world.arrive(1);
  const attempts = () => world.commands().filter(({ type }) => type === 'unlockPack').length;
  if (!world.run(() => attempts() === 2)) throw new Error('the step was not tried again');
  const deadlines = world.effects.filter(
    (effect): effect is Armed =>
      effect.kind === 'armTimer' && effect.sendId.includes('robotDeadline.cycle.working.robot.unlockPack'),
  );
  const [first, second] = deadlines;
  if (!first || !second || first.sendId !== second.sendId || first.token === second.token) {
    throw new Error(`the attempts have no deadlines of their own: ${JSON.stringify(deadlines)}`);
  }
  const { bay, machine, instance, sendId, token } = first;
  const step = world.input({ source: 'timer', bay, machine, instance, sendId, token });
  if (step.effects.length > 0 || step.changed.length > 0) {
    throw new Error(`a stale timer decided ${JSON.stringify(step.effects.map(({ kind }) => kind))}`);
  }
  if (!world.run(() => world.swap()?.state === 'completed')) throw new Error('the swap was not completed');
}
