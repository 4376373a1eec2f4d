import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPointName } from '../../../src/platform/fault-points.ts';
import type { CycleStep } from '../../helpers/cycle-steps.ts';
import type { Arena } from '../harness/arena.ts';
import { acknowledgedIsCommitted, conclude, sendTaxis } from '../harness/driver.ts';
import type { Program } from '../harness/program.ts';
import type { Service } from '../harness/service.ts';
import { commandOf } from '../harness/spy.ts';
import type { Verdict } from '../judge/verdict.ts';
import { clearLines, disturbLines } from './hurt-broker.ts';

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
  // Only a lossy line makes it send a command again.
  const lossy = point.name === 'before-resend';
  if (lossy) await disturbLines(arena, { dropPct: 50, duplicatePct: 0, reorderWithin: 0 });
  await diesAt(arena.launch({ faultPoint: point }), point.name);
  await acknowledgedIsCommitted(arena);
  if (lossy) await clearLines(arena);
  const next = await arena.start();
  await conclude(arena, next, { holdsAllowed: lossy });
  return next;
}

/**
 * The commit that decides the first command of a swap hangs on its way to the database, is lost, and the service dies: nobody may have heard
 * of the command meanwhile.
 */
export async function killWithCommitUnderWay(arena: Arena, running: Service): Promise<Service> {
  const lost = arena.wire.loseRequest('command authorise', 300);
  await sendTaxis(arena);
  await lost;
  await running.kill();
  const next = await arena.start();
  await conclude(arena, next);
  return next;
}

/** The process ends itself by SIGKILL at the point it was armed with. */
export async function diesAt(doomed: Program, name: FaultPointName): Promise<void> {
  const end = await Promise.race([doomed.exited, sleep(40_000, 'nothing', { ref: false })]);
  if (end !== 'SIGKILL') throw new Error(`the service ended with ${end} instead of at ${name}:\n${doomed.output()}`);
}

/** One swap at every station, and nothing goes wrong. */
export async function healthySwaps(arena: Arena, service: Service): Promise<Verdict> {
  await sendTaxis(arena);
  return conclude(arena, service);
}
