export interface Ring<F> {
  /** Makes the next frame under the next id, `instance:n`, and keeps it. */
  push(make: (id: string) => F): F;
  /** Id of the newest frame (`instance:0` before the first). What a full state is "as of". */
  readonly lastId: string;
  /** Everything after that id; null when the id is of another instance, malformed, ahead, or already pushed out. */
  after(id: string): F[] | null;
}

/** The last `capacity` frames of this process. `instance` differs at each start, so that an old number is never taken for a new one. */
export function createRing<F>(instance: string, capacity: number): Ring<F> {
  const kept = new Map<number, F>();
  let last = 0;
  const idOf = (n: number) => `${instance}:${n}`;
  return {
    push(make) {
      last += 1;
      const frame = make(idOf(last));
      kept.set(last, frame);
      kept.delete(last - capacity);
      return frame;
    },
    get lastId() {
      return idOf(last);
    },
    after(id) {
      const digits = id.startsWith(`${instance}:`) ? id.slice(instance.length + 1) : '';
      if (!/^\d{1,15}$/.test(digits)) return null;
      const from = Number(digits);
      if (from > last || last - from > kept.size) return null;
      return [...kept].flatMap(([n, frame]) => (n > from ? [frame] : []));
    },
  };
}
