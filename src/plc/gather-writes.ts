/** As much of a socket as is needed here. */
export interface Corkable {
  cork(): void;
  uncork(): void;
}

export interface GatheredWrites {
  /** Something unhurried is about to be written: a PUBACK, which the command that follows can carry along. */
  hold(): void;
  /** Write what was held back. */
  flush(): void;
}

/** Longest wait of something unhurried. */
const holdMs = 20;
/** Brokers stop delivering when some twenty messages wait for their PUBACK. */
const mostHeld = 8;

/** One system call instead of two for a message and the command it leads to. A write costs more than everything the message does. */
export function gatherWrites(socket: Corkable): GatheredWrites {
  let held = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    if (held === 0) return;
    held = 0;
    clearTimeout(timer);
    socket.uncork();
  };
  return {
    hold() {
      held += 1;
      if (held === 1) {
        socket.cork();
        timer = setTimeout(flush, holdMs);
      } else if (held >= mostHeld) flush();
    },
    flush,
  };
}
