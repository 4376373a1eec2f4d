import type { Random } from './random.ts';
import type { Clock } from './world/clock.ts';

export interface MessageFaultSettings {
  dropPct: number;
  duplicatePct: number;
  /** A message may be overtaken by so many later ones. */
  reorderWithin: number;
  /** Longest delay, wall milliseconds. */
  delayMs: number;
}

export const noMessageFaults: MessageFaultSettings = { dropPct: 0, duplicatePct: 0, reorderWithin: 0, delayMs: 0 };

/** One direction of a bad line: drops, doubles, delays and reorders what passes through it. */
export interface MessageFaults<T> {
  pass(message: T): void;
  set(settings: MessageFaultSettings): void;
}

/** A held message is let go at the latest after this long, so that the last one of a burst arrives too. */
const longestHoldMs = 250;

export function createMessageFaults<T>(clock: Clock, random: Random, deliver: (message: T) => void): MessageFaults<T> {
  let settings = noMessageFaults;
  let held: { message: T; overtaken: number; gone: boolean }[] = [];

  function letGo(entry: (typeof held)[number]): void {
    if (entry.gone) return;
    entry.gone = true;
    held = held.filter((other) => other !== entry);
    deliver(entry.message);
  }

  function reorder(message: T): void {
    if (settings.reorderWithin > 0 && random.chance(0.3)) {
      const entry = { message, overtaken: random.int(1, settings.reorderWithin), gone: false };
      held.push(entry);
      clock.afterWall(longestHoldMs, () => letGo(entry));
      return;
    }
    deliver(message);
    for (const entry of [...held]) {
      entry.overtaken -= 1;
      if (entry.overtaken <= 0) letGo(entry);
    }
  }

  function once(message: T): void {
    if (random.chance(settings.dropPct / 100)) return;
    if (settings.delayMs > 0) clock.afterWall(random.between(0, settings.delayMs), () => reorder(message));
    else reorder(message);
  }

  return {
    pass(message) {
      if (settings === noMessageFaults) {
        deliver(message);
        return;
      }
      once(message);
      if (random.chance(settings.duplicatePct / 100)) once(message);
    },
    set: (next) => {
      const off = next.dropPct + next.duplicatePct + next.reorderWithin + next.delayMs === 0;
      settings = off ? noMessageFaults : next;
      if (off) for (const entry of [...held]) letGo(entry);
    },
  };
}
