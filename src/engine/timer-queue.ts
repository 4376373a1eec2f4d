/** An entry that is due at a wall-clock time. Whether it still counts is asked when it is due: nothing is ever removed before. */
export interface Due<T> {
  at: number;
  item: T;
}

export interface TimerQueue<T> {
  add(at: number, item: T): void;
  clear(): void;
  readonly size: number;
}

/** Longest sleep: setTimeout overflows at 2^31, and a wall clock that is set back must be noticed. */
const mostSleepMs = 1_000;

/** All timers of a worker in one heap with one sleeping `setTimeout`. */
export function createTimerQueue<T>(now: () => number, onDue: (items: T[]) => void): TimerQueue<T> {
  const heap: Due<T>[] = [];
  let sleeping: NodeJS.Timeout | undefined;
  let wakesAt = Number.POSITIVE_INFINITY;

  const at = (index: number): Due<T> => heap[index] as Due<T>;
  const swap = (a: number, b: number) => {
    const kept = at(a);
    heap[a] = at(b);
    heap[b] = kept;
  };

  function push(entry: Due<T>): void {
    let child = heap.push(entry) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (at(parent).at <= at(child).at) break;
      swap(parent, child);
      child = parent;
    }
  }

  function pop(): Due<T> {
    const first = at(0);
    const last = heap.pop() as Due<T>;
    if (heap.length > 0) {
      heap[0] = last;
      for (let parent = 0; ; ) {
        const left = 2 * parent + 1;
        if (left >= heap.length) break;
        const child = left + 1 < heap.length && at(left + 1).at < at(left).at ? left + 1 : left;
        if (at(parent).at <= at(child).at) break;
        swap(parent, child);
        parent = child;
      }
    }
    return first;
  }

  function sleep(): void {
    const next = heap[0];
    if (!next) return;
    if (sleeping && wakesAt <= next.at) return;
    clearTimeout(sleeping);
    const ms = Math.min(mostSleepMs, Math.max(0, next.at - now()));
    wakesAt = now() + ms;
    sleeping = setTimeout(wake, ms);
  }

  function wake(): void {
    sleeping = undefined;
    const due: T[] = [];
    const time = now();
    while (heap.length > 0 && at(0).at <= time) due.push(pop().item);
    if (due.length > 0) onDue(due);
    sleep();
  }

  return {
    add(when, item) {
      push({ at: when, item });
      sleep();
    },
    clear() {
      heap.length = 0;
      clearTimeout(sleeping);
      sleeping = undefined;
    },
    get size() {
      return heap.length;
    },
  };
}
