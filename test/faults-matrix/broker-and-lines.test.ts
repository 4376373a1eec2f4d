import { describe, it } from 'vitest';
import { mosquittoInstalled } from '../faults/harness/broker.ts';
import { useStage } from '../faults/harness/stage.ts';
import { badLines, crashBroker, loseLinks } from '../faults/scenarios/hurt-broker.ts';

describe('aedes', () => {
  const stage = useStage({ stations: 6, seed: 'aedes' });

  it('is killed and wiped in the middle of swaps, three times', async () => {
    for (let i = 0; i < 3; i += 1) await crashBroker(stage().arena, stage().service);
  });

  it('stays away for longer than the link may be silent', async () => {
    await crashBroker(stage().arena, stage().service, 4_000);
  });

  it('carries everything, and the stations lose their links', async () => {
    await loseLinks(stage().arena, stage().service, 1_500);
  });
});

describe.skipIf(!mosquittoInstalled)('Mosquitto', () => {
  const stage = useStage({ stations: 6, seed: 'mosquitto', broker: 'mosquitto' });

  it('is killed and wiped in the middle of swaps, three times', async () => {
    for (let i = 0; i < 3; i += 1) await crashBroker(stage().arena, stage().service);
  });
});

describe('lines', () => {
  const stage = useStage({ stations: 6, seed: 'lines' });

  it('drop 30 % of the messages', async () => {
    await badLines(stage().arena, stage().service, { dropPct: 30, duplicatePct: 0, reorderWithin: 0 });
  });

  it('double 30 % of the messages', async () => {
    await badLines(stage().arena, stage().service, { dropPct: 0, duplicatePct: 30, reorderWithin: 0 });
  });

  it('reorder messages within 32', async () => {
    await badLines(stage().arena, stage().service, { dropPct: 0, duplicatePct: 0, reorderWithin: 32 });
  });

  it('do all of it at once', async () => {
    await badLines(stage().arena, stage().service, { dropPct: 30, duplicatePct: 30, reorderWithin: 32 });
  });
});
