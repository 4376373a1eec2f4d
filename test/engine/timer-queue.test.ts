import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTimerQueue } from '../../src/engine/timer-queue.ts';

describe('timer queue', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives out what is due, in order of time, whatever the order of adding', () => {
    const out: number[] = [];
    const queue = createTimerQueue<number>(Date.now, (items) => out.push(...items));
    const waits = Array.from({ length: 300 }, (_, at) => (at * 7919) % 5_000);
    for (const wait of waits) queue.add(Date.now() + wait, wait);
    vi.advanceTimersByTime(2_500);
    expect(out).toEqual(waits.filter((wait) => wait <= 2_500).sort((a, b) => a - b));
    vi.advanceTimersByTime(2_600);
    expect(out).toHaveLength(300);
    expect(queue.size).toBe(0);
  });

  it('gives out at once what is overdue, and wakes for a nearer one than it sleeps for', () => {
    const out: string[] = [];
    const queue = createTimerQueue<string>(Date.now, (items) => out.push(...items));
    queue.add(Date.now() + 900, 'far');
    queue.add(Date.now() - 5, 'overdue');
    queue.add(Date.now() + 10, 'near');
    vi.advanceTimersByTime(1);
    expect(out).toEqual(['overdue']);
    vi.advanceTimersByTime(10);
    expect(out).toEqual(['overdue', 'near']);
  });

  it('notices a wall clock that was set forward', () => {
    const out: string[] = [];
    let ahead = 0;
    const queue = createTimerQueue<string>(
      () => Date.now() + ahead,
      (items) => out.push(...items),
    );
    queue.add(Date.now() + 3_600_000, 'in an hour');
    ahead = 3_600_000;
    vi.advanceTimersByTime(1_000);
    expect(out).toEqual(['in an hour']);
    queue.add(0, 'never');
    queue.clear();
    vi.advanceTimersByTime(5_000);
    expect(out).toEqual(['in an hour']);
  });
});
