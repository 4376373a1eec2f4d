import { describe, it } from 'vitest';
import { useStage } from '../faults/harness/stage.ts';
import { higherEpoch, loseAnswerToAction, replayJournals, slowClamps } from '../faults/scenarios/odd-moments.ts';

describe('at an odd moment', () => {
  const stage = useStage({ stations: 4, seed: 'odd moments' });

  it('every station boots, and its whole journal comes again', async () => {
    const { arena, service } = stage();
    await replayJournals(arena, service);
  });

  it('the stations have heard a higher epoch', async () => {
    const { arena, service } = stage();
    await higherEpoch(arena, service);
  });

  it("the answer to a person's wish is lost", async () => {
    const { arena, service } = stage();
    await loseAnswerToAction(arena, service);
  });

  it('a motion outlasts its deadline', async () => {
    const { arena, service } = stage();
    await slowClamps(arena, service);
  });
});
