import { expect } from 'vitest';
import type { Bay } from '../../schema/wire/api/station.ts';
import type { SwapDetail } from '../../schema/wire/api/swap.ts';
import type { LiveWorld } from '../api/live-world.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** A busy machine is slow, and nothing here is about time. */
const patience = { withinMs: 60_000 };

/** Taxis that come to bay 1 of a simulated station, and what becomes of them. The world is there once a test runs. */
export function taxisAt(station: string, world: () => LiveWorld) {
  const bayIdle = () =>
    waitFor(
      'the bay to be idle',
      async () => (await world().ask<Bay>(`/api/v1/stations/${station}/bays/1`)).body.state === 'idle',
      patience,
    );
  const swapWhen = (n: number, what: string, is: (swap: SwapDetail) => boolean) =>
    waitFor(
      `swap ${n} ${what}`,
      async () => {
        const { status, body } = await world().ask<SwapDetail>(`/api/v1/swaps/${station}.1.${n}`);
        return status === 200 && is(body) ? body : undefined;
      },
      patience,
    );
  return {
    bayIdle,
    swapWhen,
    /** A car drives in as soon as the bay is free; null: one that was never here. */
    async taxi(vin: string | null, socPct = 20): Promise<void> {
      await bayIdle();
      const body = { type: 'taxi', bay: null, vin, socPct };
      expect((await world().ask(`/api/v1/stations/${station}/simulator`, { body })).status).toBe(200);
    },
    ended: (n: number) => swapWhen(n, 'to end', ({ endedAt }) => endedAt !== null),
  };
}
