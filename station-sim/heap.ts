/** Binary heap by (due, order of insertion): equal times run in the order they were scheduled. */
export interface Heap<T> {
  push(due: number, item: T): void;
  /** Due time of the first entry; Infinity when empty. */
  peekDue(): number;
  pop(): { due: number; item: T } | null;
  clear(): void;
  size(): number;
}

interface Entry<T> {
  due: number;
  order: number;
  item: T;
}

export function createHeap<T>(): Heap<T> {
  let entries: Entry<T>[] = [];
  let order = 0;
  return {
    push(due, item) {
      entries.push({ due, order: order++, item });
      siftUp(entries, entries.length - 1);
    },
    peekDue: () => entries[0]?.due ?? Number.POSITIVE_INFINITY,
    pop() {
      const first = entries[0];
      if (!first) return null;
      const last = entries.pop();
      if (last && entries.length > 0) {
        entries[0] = last;
        siftDown(entries);
      }
      return { due: first.due, item: first.item };
    },
    clear: () => {
      entries = [];
    },
    size: () => entries.length,
  };
}

function before<T>(a: Entry<T> | undefined, b: Entry<T> | undefined): boolean {
  if (!a || !b) return false;
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

function swap<T>(entries: Entry<T>[], i: number, j: number): void {
  const a = entries[i];
  const b = entries[j];
  if (a && b) {
    entries[i] = b;
    entries[j] = a;
  }
}

function siftUp<T>(entries: Entry<T>[], start: number): void {
  let i = start;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(entries[i], entries[parent])) return;
    swap(entries, i, parent);
    i = parent;
  }
}

function siftDown<T>(entries: Entry<T>[]): void {
  let i = 0;
  for (;;) {
    const left = 2 * i + 1;
    const right = left + 1;
    let least = i;
    if (before(entries[left], entries[least])) least = left;
    if (before(entries[right], entries[least])) least = right;
    if (least === i) return;
    swap(entries, i, least);
    i = least;
  }
}
