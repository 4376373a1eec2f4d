import { describe, it } from 'vitest';
import { conclude, sendTaxis } from '../faults/harness/driver.ts';
import { useStage } from '../faults/harness/stage.ts';
import { killAtOddRecord, killForeignStep } from '../faults/scenarios/rare-points.ts';

describe('kill -9 of the service', () => {
  const stage = useStage({ stations: 2, seed: 'rare points' });

  it.each(['before-dead-letter', 'before-skip'] as const)('at %s', async (name) => {
    const now = stage();
    now.service = await killAtOddRecord(now.arena, now.service, name);
  });

  it('at foreign-step-before-wake, in a process that does not own the station', async () => {
    const { arena, service } = stage();
    await killForeignStep(arena, service);
    await sendTaxis(arena);
    await conclude(arena, service);
  });
});
