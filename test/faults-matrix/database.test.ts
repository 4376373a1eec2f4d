import { describe, it } from 'vitest';
import { useStage } from '../faults/harness/stage.ts';
import { crashBoth, crashDatabase, loseAnswers, terminateBackends } from '../faults/scenarios/hurt-database.ts';

describe('PostgreSQL', () => {
  const stage = useStage({ stations: 6, seed: 'database' });

  it('is stopped hard under load and comes back at once', async () => {
    await crashDatabase(stage().arena, stage().service, 0);
  });

  it('is stopped hard under load and stays away for three seconds', async () => {
    await crashDatabase(stage().arena, stage().service, 3_000);
  });

  it('and the service go down together', async () => {
    const now = stage();
    now.service = await crashBoth(now.arena, now.service);
  });

  it('ends every session, twenty times', async () => {
    await terminateBackends(stage().arena, stage().service, 20);
  });

  it('commits without its answer arriving, and loses requests', async () => {
    await loseAnswers(stage().arena, stage().service, 10);
  });
});
