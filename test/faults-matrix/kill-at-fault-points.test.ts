import { describe, it } from 'vitest';
import { type FaultPointName, faultPointNames } from '../../src/platform/fault-points.ts';
import { useStage } from '../faults/harness/stage.ts';
import { killAtPoint, killWithCommitUnderWay } from '../faults/scenarios/kill-service.ts';

/** Points that need a world of their own are in `rare-fault-points.test.ts`. */
const rare: readonly FaultPointName[] = ['before-skip', 'before-dead-letter', 'foreign-step-before-wake'];
/** No swap passes these. Files, requests, promises and the closing of a month are killed in tests of their own (`killed`, `crash`). */
const elsewhere = /^(import|request|planner|month)-/;
const points = faultPointNames.filter((name) => !rare.includes(name) && !elsewhere.test(name));

describe('kill -9 of the service', () => {
  const stage = useStage({ stations: 6, seed: 'fault points' });

  it('with the commit of a first command under way', async () => {
    const now = stage();
    now.service = await killWithCommitUnderWay(now.arena, now.service);
  });

  it.each(points)('at %s', async (name) => {
    const now = stage();
    now.service = await killAtPoint(now.arena, now.service, { name });
  });
});
