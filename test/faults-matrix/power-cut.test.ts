import { describe, it } from 'vitest';
import { useStage } from '../faults/harness/stage.ts';
import { killSimulator } from '../faults/scenarios/kill-simulator.ts';
import { cutPower } from '../faults/scenarios/power-cut.ts';
import { cycleSteps } from '../helpers/cycle-steps.ts';

describe('the PLC loses power', () => {
  const stage = useStage({ stations: cycleSteps.length, seed: 'power cut' });

  it.each(['beforeMotion', 'inMotion', 'afterMotion'] as const)('%s, in each step of a cycle', async (when) => {
    const { arena, service } = stage();
    await cutPower(
      arena,
      service,
      cycleSteps.map((step) => ({ step, when })),
    );
  });

  it('everywhere at one instant: kill -9 of the simulator', async () => {
    const { arena, service } = stage();
    await killSimulator(arena, service);
  });
});
