import type { CommandType } from '../../../schema/wire/commands.ts';
import type { FaultPointName } from '../../../src/platform/fault-points.ts';
import type { Arena } from '../harness/arena.ts';
import { acknowledgedIsCommitted, conclude, sendTaxis } from '../harness/driver.ts';
import type { Service } from '../harness/service.ts';
import { commandOf } from '../harness/spy.ts';
import type { Verdict } from '../judge/verdict.ts';

/** Steps of a cycle, in the order a swap comes to them. */
export const cycleSteps = [
  'authorise',
  'fetchPack',
  'positionAndClamp',
  'liftVehicle',
  'unlockPack',
  'lowerPack',
  'exchange',
  'raisePack',
  'stowPack',
  'lockPack',
  'connectCharger',
  'verifyPack',
  'lowerVehicle',
  'release',
] as const satisfies readonly CommandType[];
export type CycleStep = (typeof cycleSteps)[number];

/**
 * Cars at every station; `kill -9` of the service the moment the first command of this step is on the wire, while the other stations are
 * wherever they are. Another service takes over.
 */
export async function killAtStep(arena: Arena, running: Service, step: CycleStep): Promise<Service> {
  const struck = arena.spy.next(`${step} commanded`, (seen) => commandOf(seen, step), {
    act: () => void running.kill(),
  });
  await sendTaxis(arena);
  await struck;
  await running.exited;
  await acknowledgedIsCommitted(arena);
  const next = await arena.start();
  await conclude(arena, next);
  return next;
}

/**
 * The service is killed in the middle of swaps; the one that takes over dies at the n-th passage of the named point; a third brings
 * everything to its end.
 */
export async function killAtPoint(
  arena: Arena,
  running: Service,
  point: { name: FaultPointName; passage?: number },
): Promise<Service> {
  const struck = arena.spy.next('unlockPack commanded', (seen) => commandOf(seen, 'unlockPack'), {
    act: () => void running.kill(),
  });
  await sendTaxis(arena);
  await struck;
  await running.exited;
  const doomed = arena.launch({ faultPoint: point });
  const end = await doomed.exited;
  if (end !== 'SIGKILL') throw new Error(`the service ended with ${end} before ${point.name}:\n${doomed.output()}`);
  await acknowledgedIsCommitted(arena);
  const next = await arena.start();
  await conclude(arena, next);
  return next;
}

/** One swap at every station, and nothing goes wrong. */
export async function healthySwaps(arena: Arena, service: Service): Promise<Verdict> {
  await sendTaxis(arena);
  return conclude(arena, service);
}
