import { describe, it } from 'vitest';
import { useStage } from '../faults/harness/stage.ts';
import { freezeOwner } from '../faults/scenarios/two-services.ts';

describe('two services on the same partitions', () => {
  const stage = useStage({ stations: 6, seed: 'two services' });

  it('one is frozen past its lease, then continued; and then the other', async () => {
    const now = stage();
    const second = await now.arena.start();
    await freezeOwner(now.arena, now.service, second);
    await freezeOwner(now.arena, second, now.service);
  });
});
