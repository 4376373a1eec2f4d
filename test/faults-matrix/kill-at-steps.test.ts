import { describe, it } from 'vitest';
import { useStage } from '../faults/harness/stage.ts';
import { killAtStep } from '../faults/scenarios/kill-service.ts';
import { cycleSteps } from '../helpers/cycle-steps.ts';

describe('kill -9 of the service', () => {
  const stage = useStage({ stations: 6, seed: 'steps' });

  it.each(cycleSteps)('when %s has been commanded', async (step) => {
    const now = stage();
    now.service = await killAtStep(now.arena, now.service, step);
  });
});
