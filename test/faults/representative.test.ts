import { describe, expect, it } from 'vitest';
import { useStage } from './harness/stage.ts';
import { badLines, crashBroker } from './scenarios/hurt-broker.ts';
import { crashDatabase, loseAnswers, terminateBackends } from './scenarios/hurt-database.ts';
import { healthySwaps, killAtPoint, killAtStep } from './scenarios/kill-service.ts';
import { cutPower } from './scenarios/power-cut.ts';
import { freezeOwner } from './scenarios/two-services.ts';

// The whole matrix is `npm run test:faults`.
describe('whatever is killed, dropped or repeated, no pack is lost and nothing moves twice', () => {
  const stage = useStage({ stations: 6, seed: 'representative' });
  const timeout = 120_000;

  it('when nothing goes wrong', { timeout }, async () => {
    const { arena, service } = stage();
    const verdict = await healthySwaps(arena, service);
    expect(verdict.examined).toMatchObject({ stations: 6, swaps: 6, exchanges: 6 });
  });

  it.each(['before-commit', 'after-commit-before-publish'] as const)(
    'when the service is killed at %s',
    { timeout },
    async (name) => {
      const now = stage();
      now.service = await killAtPoint(now.arena, now.service, { name, passage: 1 });
    },
  );

  it('when the service is killed while exchange is under way', { timeout }, async () => {
    const now = stage();
    now.service = await killAtStep(now.arena, now.service, 'exchange');
  });

  it('when the broker is killed and wiped', { timeout }, async () => {
    const { arena, service } = stage();
    await crashBroker(arena, service);
  });

  it('when PostgreSQL is stopped hard under load', { timeout }, async () => {
    const { arena, service } = stage();
    await crashDatabase(arena, service, 1_000);
  });

  it('when every session of the database is ended, and answers are lost', { timeout }, async () => {
    const { arena, service } = stage();
    await terminateBackends(arena, service, 6);
    await loseAnswers(arena, service, 2);
  });

  it('when 30 % of the messages are dropped, 30 % doubled, all reordered within 32', { timeout }, async () => {
    const { arena, service } = stage();
    await badLines(arena, service, { dropPct: 30, duplicatePct: 30, reorderWithin: 32 });
  });

  it('when the PLC loses power before, in and after a motion', { timeout }, async () => {
    const { arena, service } = stage();
    await cutPower(arena, service, [
      { step: 'liftVehicle', when: 'beforeMotion' },
      { step: 'lowerPack', when: 'inMotion' },
      { step: 'unlockPack', when: 'afterMotion' },
      { step: 'exchange', when: 'inMotion' },
      { step: 'fetchPack', when: 'inMotion' },
      { step: 'lockPack', when: 'inMotion' },
    ]);
  });

  it('when the owner is frozen past its lease and goes on', { timeout }, async () => {
    const { arena, service } = stage();
    await freezeOwner(arena, service, await arena.start());
  });
});
