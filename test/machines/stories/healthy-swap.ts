import { expect, test } from 'vitest';
import { createWorld, packCode } from '../helpers/world.ts';

test.each([1, 2] as const)('a healthy swap with %i berth(s)', (berths) => {
  const world = createWorld({ berths, packs: berths === 2 ? 6 : 5 });
  world.hello();
  world.arrive(1);
  expect(world.run(() => world.swap()?.endedAt != null)).toBe(true);
  const swap = world.swap();
  expect(swap).toMatchObject({ state: 'completed', packOut: packCode(901), packIn: packCode(1), reason: null });
  expect(world.custodyErrors()).toEqual([]);
  if (berths === 2) {
    expect(swap?.swapTimeMs).toBeGreaterThan(78_000);
    expect(swap?.swapTimeMs).toBeLessThan(79_000);
  }
  world.leave();
  expect(world.timers.size).toBe(0);
});
