/**
 * Where a station keeps what a power cut must not take: its journal, its command table and the physical state. Values are
 * JSON. `flush` returns once everything put before is durable; the station publishes nothing earlier.
 */
export interface StateStore {
  load(): Map<string, unknown>;
  /** `undefined` removes the key. */
  put(key: string, value: unknown): void;
  flush(): void;
  close(): void;
}

/** Keeps nothing: for worlds that live and die with their process. */
export function createNoStore(): StateStore {
  return { load: () => new Map(), put: () => {}, flush: () => {}, close: () => {} };
}

/** Keeps JSON texts in memory: a second station built on it finds what the first one flushed, as after kill -9. */
export function createMemoryStore(): StateStore {
  const durable = new Map<string, string>();
  let pending: [string, string | undefined][] = [];
  return {
    load() {
      pending = [];
      return new Map([...durable].map(([key, text]) => [key, JSON.parse(text)]));
    },
    put: (key, value) => {
      pending.push([key, value === undefined ? undefined : JSON.stringify(value)]);
    },
    flush() {
      for (const [key, text] of pending) {
        if (text === undefined) durable.delete(key);
        else durable.set(key, text);
      }
      pending = [];
    },
    close: () => {},
  };
}
