/** What one client still has to be sent. Bounded: a client that does not keep up is dropped, the others never wait for it. */
export interface Outlet {
  /** Queues a piece of text. False: the queue is full and the outlet has closed itself. */
  push(text: string): boolean;
  /** Everything queued, as soon as there is something; null when the outlet is closed. */
  take(): Promise<string | null>;
  /** Lets `take` hand out what is queued, then null. */
  end(): void;
  /** Forgets what is queued. */
  close(): void;
}

/** `onOverrun` is called once, when a push finds the queue full: whatever waits for the client must be cut off. */
export function createOutlet(maxChars: number, onOverrun: () => void = () => {}): Outlet {
  let queued: string[] = [];
  let chars = 0;
  let state: 'open' | 'ending' | 'closed' = 'open';
  let wake: (() => void) | null = null;

  const waken = () => {
    wake?.();
    wake = null;
  };
  const close = () => {
    state = 'closed';
    queued = [];
    chars = 0;
    waken();
  };
  return {
    push(text) {
      if (state !== 'open') return false;
      // One piece always fits, however long: the full state may be longer than all the room for what follows it.
      if (queued.length > 0 && chars + text.length > maxChars) {
        close();
        onOverrun();
        return false;
      }
      queued.push(text);
      chars += text.length;
      waken();
      return true;
    },
    async take() {
      while (queued.length === 0 && state === 'open') {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (queued.length === 0) return null;
      const text = queued.join('');
      queued = [];
      chars = 0;
      return text;
    },
    end() {
      if (state === 'open') state = 'ending';
      waken();
    },
    close,
  };
}
