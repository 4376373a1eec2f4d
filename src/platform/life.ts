import type { Log } from './log.ts';

export interface Life {
  /** What to do at the end, in the reverse order of the beginning. When the end has come already, it is done at once. */
  onEnd(what: string, end: () => Promise<unknown>): void;
  /** Told when the end begins, or at once when it has begun. */
  onEnding(listener: () => void): void;
  /** Ends everything; a step that fails does not keep the others from ending. */
  end(): Promise<void>;
  readonly ending: boolean;
}

interface Step {
  what: string;
  end: () => Promise<unknown>;
}

/** Everything that was started, so that it can be stopped from any point of a start that got half-way. */
export function createLife(log: Log): Life {
  const steps: Step[] = [];
  const listeners: (() => void)[] = [];
  let ended: Promise<void> | undefined;

  const run = async ({ what, end }: Step) => {
    const began = performance.now();
    try {
      await end();
      log.debug({ what, ms: Math.round(performance.now() - began) }, 'ended');
    } catch (error) {
      log.warn({ err: error, what }, 'did not end in order');
    }
  };
  const runAll = async () => {
    for (let step = steps.pop(); step; step = steps.pop()) await run(step);
  };
  return {
    onEnd(what, end) {
      steps.push({ what, end });
      // A start that goes on beside the end: what it starts is ended behind the rest.
      if (ended) ended = ended.then(runAll);
    },
    onEnding(listener) {
      if (ended) listener();
      else listeners.push(listener);
    },
    end() {
      if (ended) return ended;
      for (const listener of listeners) listener();
      ended = runAll();
      return ended;
    },
    get ending() {
      return ended !== undefined;
    },
  };
}
