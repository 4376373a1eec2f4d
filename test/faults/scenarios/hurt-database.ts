import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../harness/arena.ts';
import { judge, sendTaxis, settled } from '../harness/driver.ts';
import { commandOf } from '../harness/spy.ts';
import type { Verdict } from '../judge/verdict.ts';
import { countSwaps } from './kill-service.ts';

/** PostgreSQL is stopped as by a crash in the middle of swaps, stays away, and comes back through recovery. */
export async function crashDatabase(arena: Arena, awayMs: number): Promise<Verdict> {
  return underLoad(arena, async () => {
    await arena.database.stopHard();
    await sleep(awayMs);
    await arena.database.restart();
  });
}

/** Every session of the services is ended, again and again, while cars are being served. */
export async function terminateBackends(arena: Arena, times: number): Promise<Verdict> {
  let ended = 0;
  const verdict = await underLoad(arena, async () => {
    for (let i = 0; i < times; i += 1) {
      ended += await arena.database.terminateBackends();
      await sleep(150);
    }
  });
  return { ...verdict, examined: { ...verdict.examined, 'sessions ended': ended } };
}

/** The database commits, and the service never hears of it; then the same with a request that never arrives. */
export async function loseAnswers(arena: Arena, times: number): Promise<Verdict> {
  const verdict = await underLoad(arena, async () => {
    for (let i = 0; i < times; i += 1) {
      await arena.wire.loseAnswerTo('"expected"');
      await arena.wire.loseRequest('"expected"');
    }
  });
  return { ...verdict, examined: { ...verdict.examined, 'answers lost': times, 'requests lost': times } };
}

/** Two cars for every station; `hurt` begins when packs are between slot and car. */
async function underLoad(arena: Arena, hurt: () => Promise<void>): Promise<Verdict> {
  const before = await countSwaps(arena);
  const busy = arena.spy.next('lowerPack commanded', (seen) => commandOf(seen, 'lowerPack'));
  await sendTaxis(arena);
  await sendTaxis(arena);
  await busy;
  await hurt();
  await settled(arena, before + 2 * arena.stations.length);
  return judge(arena);
}
