import type { RecordEnvelope } from '../../schema/wire/uplink.ts';

export interface SequencerOptions {
  /** Records held back while an earlier one is missing. */
  window: number;
  waitMs: number;
  /** Fruitless resend requests before the gap is given up. */
  tries: number;
}

/** What to do about a gap: ask for the records again, or give up everything up to and including `to`. */
export type GapAction = { kind: 'resend'; from: number } | { kind: 'skip'; to: number };

/** One record, with whatever the caller hangs on it. */
export interface Sequenced {
  envelope: RecordEnvelope;
  /** Last number the record stands for: `seq`, or `to` of a lost stretch. */
  lastSeq: number;
}

export interface Sequencer<T extends Sequenced> {
  /** Lowest number that has not been handed out. */
  readonly next: number;
  /** Something is missing: `poll` wants to be asked. */
  readonly hasGap: boolean;
  /** Records that are now in order, oldest first. Empty: a duplicate, or one that has to wait. */
  offer(record: T): T[];
  /** The station says that this is its newest record. */
  heard(lastSeq: number): void;
  /** What is due about a gap, if there is one. Ask only while the station can be heard: silence is no proof that a record is gone. */
  poll(now: number): GapAction | null;
  /** From now on `next` is the one that is wanted. Returns held back records that are in order then. */
  reset(next: number): T[];
  /** Another journal begins: nothing of the old one counts. */
  clear(): void;
}

/**
 * Brings the records of one journal into order: takes only the next one, drops smaller ones, holds larger ones back. It does not know what is
 * committed; `next` runs ahead of the mark by what is in the mailbox.
 */
export function createSequencer<T extends Sequenced>(options: SequencerOptions, from: number): Sequencer<T> {
  const { window, waitMs, tries } = options;
  const held = new Map<number, T>();
  let next = from;
  let newest = 0;
  let gapSince: number | null = null;
  let asked = 0;
  let tryBegan = 0;
  let lastAsked = 0;

  const ask = (now: number): GapAction => {
    asked += 1;
    tryBegan = now;
    lastAsked = now;
    return { kind: 'resend', from: next };
  };
  const inOrder = (): T[] => {
    const ready: T[] = [];
    for (let record = held.get(next); record; record = held.get(next)) {
      held.delete(next);
      next = record.lastSeq + 1;
      ready.push(record);
    }
    return ready;
  };
  const closeGap = () => {
    asked = 0;
    gapSince = null;
  };

  return {
    get next() {
      return next;
    },
    get hasGap() {
      return newest >= next;
    },
    offer(record) {
      const { seq } = record.envelope;
      newest = Math.max(newest, seq);
      if (seq < next) return [];
      if (seq > next) {
        // Beyond the window the farthest goes: it comes again, with the resend that is due anyway.
        held.set(seq, record);
        if (held.size > window) held.delete(Math.max(...held.keys()));
        return [];
      }
      next = record.lastSeq + 1;
      closeGap();
      if (held.size === 0) return [record];
      for (const early of held.keys()) if (early < next) held.delete(early);
      return [record, ...inOrder()];
    },
    heard(lastSeq) {
      newest = Math.max(newest, lastSeq);
    },
    poll(now) {
      if (newest < next) {
        closeGap();
        return null;
      }
      gapSince ??= now;
      if (asked === 0) return now - gapSince >= waitMs || held.size >= window ? ask(now) : null;
      if (now - tryBegan < waitMs) {
        // Requests and answers are lost as well: one try asks several times.
        if (now - lastAsked < waitMs / 4) return null;
        lastAsked = now;
        return { kind: 'resend', from: next };
      }
      if (asked < tries) return ask(now);
      const to = held.size > 0 ? Math.min(...held.keys()) - 1 : newest;
      closeGap();
      return { kind: 'skip', to };
    },
    reset(wanted) {
      next = wanted;
      closeGap();
      for (const early of held.keys()) if (early < next) held.delete(early);
      return inOrder();
    },
    clear() {
      held.clear();
      newest = 0;
      next = 1;
      closeGap();
    },
  };
}
