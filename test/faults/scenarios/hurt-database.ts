import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../harness/arena.ts';
import { acknowledgedIsCommitted, conclude, sendTaxis } from '../harness/driver.ts';
import type { Service } from '../harness/service.ts';
import { commandOf } from '../harness/spy.ts';

/** PostgreSQL is stopped as by a crash in the middle of swaps, stays away, and comes back through recovery. */
export async function crashDatabase(arena: Arena, service: Service, awayMs: number): Promise<void> {
  await underLoad(arena, service, async () => {
    await arena.database.stopHard();
    await sleep(awayMs);
    await arena.database.restart();
    arena.count('database crashes', 1);
  });
}

/** The database goes, the service goes on for a while with what it hears, and dies too; both come back. */
export async function crashBoth(arena: Arena, service: Service): Promise<Service> {
  const busy = arena.spy.next('lowerPack commanded', (seen) => commandOf(seen, 'lowerPack'));
  await sendTaxis(arena);
  await busy;
  await arena.database.stopHard();
  await sleep(1_500);
  await service.kill();
  await arena.database.restart();
  await acknowledgedIsCommitted(arena);
  arena.count('database crashes', 1);
  const next = await arena.start();
  await conclude(arena, next);
  return next;
}

/** Every session of the services is ended, again and again, while cars are being served. */
export async function terminateBackends(arena: Arena, service: Service, times: number): Promise<void> {
  await underLoad(arena, service, async () => {
    for (let i = 0; i < times; i += 1) {
      arena.count('sessions ended', await arena.database.terminateBackends());
      await sleep(150);
    }
  });
}

/** How the rows of every commit of the engine begin on the wire: the first row of the first station. */
const engineCommit = '[[1,"';

/** The database commits, and the service never hears of it; then the same with a request that never arrives. */
export async function loseAnswers(arena: Arena, service: Service, times: number): Promise<void> {
  await underLoad(arena, service, async () => {
    for (let i = 0; i < times; i += 1) {
      await arena.wire.loseAnswerTo(engineCommit);
      await arena.wire.loseRequest(engineCommit);
    }
  });
  arena.count('answers lost', times);
  arena.count('requests lost', times);
}

/** Two cars for every station; `hurt` begins when packs are between slot and car. */
async function underLoad(arena: Arena, service: Service, hurt: () => Promise<void>): Promise<void> {
  const busy = arena.spy.next('lowerPack commanded', (seen) => commandOf(seen, 'lowerPack'));
  await sendTaxis(arena);
  await sendTaxis(arena);
  await busy;
  await hurt();
  await conclude(arena, service);
}
