import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedBug, plantedBugs } from '../../src/engine/index.ts';
import { type Arena, buildArena } from '../faults/harness/arena.ts';
import { type Cluster, startCluster } from '../faults/harness/database.ts';
import { allReconciled } from '../faults/harness/driver.ts';
import { type Reaper, startReaper } from '../faults/harness/reaper.ts';
import type { Service } from '../faults/harness/service.ts';
import { badLines } from '../faults/scenarios/hurt-broker.ts';
import { crashBoth } from '../faults/scenarios/hurt-database.ts';
import { killAtStep, killWithCommitUnderWay } from '../faults/scenarios/kill-service.ts';
import { higherEpoch, loseAnswerToAction, replayJournals, slowClamps } from '../faults/scenarios/odd-moments.ts';
import { staleTimersAreIgnored } from './stale-timers.ts';

type Scenario = (arena: Arena, service: Service) => Promise<unknown>;

const killedAtUnlock: Scenario = (arena, service) => killAtStep(arena, service, 'unlockPack');
const lossyLines: Scenario = (arena, service) =>
  badLines(arena, service, { dropPct: 30, duplicatePct: 30, reorderWithin: 32 });

/** Which scenario of the suite shows a bug, and by which of its findings. */
interface Trial {
  scenario: Scenario;
  shows: RegExp;
}

const unsettled = /waited \d+ ms in vain for: everything to settle/;
const trials: Record<Exclude<PlantedBug, 'staleTimer'>, Trial> = {
  ackBeforeCommit: { scenario: crashBoth, shows: /acknowledged before it was committed/ },
  recomputedCommandId: { scenario: killedAtUnlock, shows: /was never decided|was refused|everything to settle/ },
  epochNotChecked: { scenario: higherEpoch, shows: unsettled },
  timerNotCancelled: { scenario: slowClamps, shows: /fired, and .*(stale token|null)/ },
  duplicateAfterBoot: { scenario: replayJournals, shows: /is logged \d times/ },
  markNotMoved: { scenario: killedAtUnlock, shows: /acknowledged before it was committed|is logged \d times/ },
  inDoubtIsFailed: { scenario: loseAnswerToAction, shows: /stands \d times in the log/ },
  newIdOnResend: { scenario: lossyLines, shows: /was never decided|was refused|everything to settle/ },
  publishBeforeCommit: { scenario: killWithCommitUnderWay, shows: /was never decided|everything to settle/ },
  shuttleKillsRobotDeadline: {
    scenario: slowClamps,
    shows: /robotDeadline.* fired, and .*stale token|0 deadlines acted/,
  },
};
/** Lossy lines are passed without a bug by `test/faults/representative.test.ts`, and take their time. */
const scenarios = new Set(Object.values(trials).flatMap(({ scenario }) => (scenario === lossyLines ? [] : [scenario])));

// The proof that the zeros of the fault tests mean something.
describe('a bug planted in the product', () => {
  let folder: string;
  let reaper: Reaper;
  let cluster: Cluster;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pitlane-planted-'));
    reaper = startReaper();
    cluster = await startCluster(join(folder, 'database'), reaper);
  }, 60_000);
  afterAll(async () => {
    await cluster?.end();
    await reaper?.end();
    await rm(folder, { recursive: true, force: true });
  }, 30_000);

  async function play(bug: PlantedBug | null, play: Iterable<Scenario>): Promise<void> {
    const env = bug ? { PITLANE_PLANTED_BUG: bug } : {};
    const patienceMs = bug ? 12_000 : 60_000;
    const arena = await buildArena({ stations: 3, seed: `planted ${bug}`, cluster, env, patienceMs });
    try {
      let service = await arena.start();
      await allReconciled(arena);
      for (const scenario of play) {
        const next = await scenario(arena, service);
        if (isService(next)) service = next;
      }
    } finally {
      await arena.end();
    }
  }

  it.each(Object.entries(trials))('is caught: %s', { timeout: 120_000 }, async (bug, { scenario, shows }) => {
    await expect(play(bug as PlantedBug, [scenario])).rejects.toThrow(shows);
  });

  it('is caught: staleTimer', () => {
    expect(() => staleTimersAreIgnored(new Set(['staleTimer']))).toThrow(/a stale timer/);
  });

  it('is needed for that: without one every scenario passes', { timeout: 240_000 }, async () => {
    await play(null, scenarios);
    staleTimersAreIgnored(undefined);
  });

  it('has a trial, whichever it is', () => {
    expect([...Object.keys(trials), 'staleTimer'].sort()).toEqual([...plantedBugs].sort());
  });
});

const isService = (value: unknown): value is Service =>
  typeof value === 'object' && value !== null && 'apiUrl' in value;
