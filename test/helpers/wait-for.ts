import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a fact: polls until the probe gives something truthy, and returns that. Fails with what was waited for, and with the
 * last error of the probe, when the deadline passes.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>> {
  const end = performance.now() + withinMs;
  for (;;) {
    let problem: unknown;
    try {
      const found = await probe();
      if (found) return found as Exclude<Awaited<T>, false | null | undefined | 0 | ''>;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`, { cause: problem });
    await sleep(everyMs);
  }
}
