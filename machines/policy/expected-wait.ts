/** What is known of a station's bays and of the cars before ours. Durations are wall ms. */
export interface WaitFacts {
  now: number;
  /** Bays that take cars. */
  baysWorking: number;
  /** When the car of each running swap stood in position, UTC epoch ms. */
  running: readonly number[];
  /** Cars that are expected before ours. */
  carsBefore: number;
  /** From one car to the next, measured; null: nothing measured yet. */
  cycleMs: number | null;
}

/** Until something has been measured: 90 s of swap and half a minute to drive in and out. */
export const assumedCycleMs = 120_000;

/** A running swap is never taken to end at once, however long it has run. */
const leastRemainingMs = 5_000;

/** Expected wait of a car that comes now, from the line to the bay; null: no bay takes cars. */
export function expectedWaitMs(facts: WaitFacts): number | null {
  const { now, baysWorking, running, carsBefore } = facts;
  if (baysWorking <= 0) return null;
  const cycleMs = facts.cycleMs ?? assumedCycleMs;
  const remaining = running.map((since) => Math.max(leastRemainingMs, since + cycleMs - now));
  // Bays with no car are free now; more running swaps than bays wait for one another.
  const freeAt: number[] = Array.from({ length: Math.max(0, baysWorking - remaining.length) }, () => 0);
  freeAt.push(...remaining.sort((a, b) => a - b).slice(0, baysWorking));
  freeAt.sort((a, b) => a - b);
  for (let car = 0; car < carsBefore; car += 1) {
    freeAt[0] = (freeAt[0] ?? 0) + cycleMs;
    freeAt.sort((a, b) => a - b);
  }
  return Math.round(freeAt[0] ?? 0);
}
