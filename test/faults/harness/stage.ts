import { afterAll, afterEach, beforeEach } from 'vitest';
import { inWords } from '../judge/verdict.ts';
import { type Arena, type ArenaOptions, buildArena, type ServiceChoice } from './arena.ts';
import { allReconciled, tails } from './driver.ts';
import type { Service } from './service.ts';

/** What the scenarios of one test file share: processes are expensive, and a world with a past is the harder test. */
export interface Stage {
  arena: Arena;
  /** The service that is running now; a scenario that replaces it says so here. */
  service: Service;
}

/**
 * An arena with one ready service for the tests of a file. A test that fails leaves it in nobody knows what state: the next one gets a
 * new arena. At the end the file says what was examined.
 */
export function useStage(options: ArenaOptions & { service?: ServiceChoice }): () => Stage {
  let stage: Stage | null = null;
  let scenarios = 0;

  const close = async () => {
    const ending = stage;
    stage = null;
    await ending?.arena.end();
  };
  beforeEach(async () => {
    if (stage) return;
    const arena = await buildArena(options);
    try {
      stage = { arena, service: await arena.start(options.service) };
      await allReconciled(arena);
    } catch (error) {
      const said = tails(arena);
      await arena.end();
      throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
    }
  }, 120_000);
  afterEach(async ({ task }) => {
    scenarios += 1;
    if (task.result?.state === 'fail') await close();
  }, 30_000);
  afterAll(async () => {
    const verdict = stage?.arena.report();
    if (verdict) console.log(`examined in ${scenarios} scenarios: ${inWords(verdict)}`);
    await close();
  }, 30_000);
  return () => {
    if (!stage) throw new Error('there is no arena outside of a test');
    return stage;
  };
}
