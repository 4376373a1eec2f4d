interface Due {
  at: number;
  order: number;
  run: () => void;
}

/** A time that passes only as far as something is due. */
export function createVirtualTime(startMs: number) {
  const due: Due[] = [];
  let now = startMs;
  let order = 0;
  return {
    get now() {
      return now;
    },
    after(ms: number, run: () => void): void {
      order += 1;
      due.push({ at: now + ms, order, run });
    },
    /** Runs what is due until `done` holds, or the time has passed. */
    run(done: () => boolean = () => false, forMs = 3_600_000): boolean {
      const end = now + forMs;
      while (!done()) {
        due.sort((a, b) => a.at - b.at || a.order - b.order);
        const next = due[0];
        if (!next || next.at > end) break;
        due.shift();
        now = Math.max(now, next.at);
        next.run();
      }
      if (done()) return true;
      now = end;
      return false;
    },
  };
}
