/** A frame with its place in the order: `id` is `instance:n`. */
export interface Numbered<F> {
  n: number;
  id: string;
  frame: F;
}

export interface Ring<F> {
  push(frame: F): Numbered<F>;
  /** Id of the newest frame (`instance:0` before the first). What a full state is "as of". */
  readonly lastId: string;
  /** Everything after that id; null when the id is of another instance, malformed, ahead, or already pushed out. */
  after(id: string): Numbered<F>[] | null;
}

/** The last `capacity` frames of this process. `instance` differs at each start, so that an old number is never taken for a new one. */
export function createRing<F>(instance: string, capacity: number): Ring<F> {
  const slots: Numbered<F>[] = [];
  let last = 0;
  const idOf = (n: number) => `${instance}:${n}`;
  return {
    push(frame) {
      last += 1;
      const numbered = { n: last, id: idOf(last), frame };
      slots[last % capacity] = numbered;
      return numbered;
    },
    get lastId() {
      return idOf(last);
    },
    after(id) {
      const digits = id.startsWith(`${instance}:`) ? id.slice(instance.length + 1) : '';
      if (!/^\d{1,15}$/.test(digits)) return null;
      const from = Number(digits);
      if (from > last || last - from > capacity) return null;
      const missed: Numbered<F>[] = [];
      for (let n = from + 1; n <= last; n++) {
        const numbered = slots[n % capacity];
        if (numbered) missed.push(numbered);
      }
      return missed;
    },
  };
}
