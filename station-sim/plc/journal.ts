import type { EventBody, EventType } from '../../schema/wire/events.ts';

/** A record as journaled. Station and journal id are added when it is sent. */
export interface JournalRecord {
  seq: number;
  boot: number;
  atMs: number;
  type: EventType;
  body: EventBody;
}

/**
 * The PLC's journal: gap-free numbers that run on across boots, kept until the service has committed them and some minutes
 * longer, because a restored database may ask again.
 */
export interface PlcJournal {
  append(boot: number, atMs: number, type: EventType, body: EventBody): JournalRecord;
  lastSeq(): number;
  /** Oldest record still here; 0 when none. */
  oldestSeq(): number;
  ackedSeq(): number;
  /** False when nothing moved. */
  acknowledge(seq: number, wallMs: number): boolean;
  /** The service has lost commits: records from here are open again. */
  reopenFrom(seq: number): void;
  get(seq: number): JournalRecord | null;
  /** Too many open records: nothing new may begin. */
  isFull(): boolean;
  /** Forgets what is below the newest `keep`. */
  lose(keep: number): void;
  /** Drops committed records that are old enough; gives the numbers dropped. */
  prune(wallMs: number): number[];
}

export interface JournalLimits {
  /** Wall milliseconds a committed record is kept. */
  keepAckedMs: number;
  maxAcked: number;
  maxRecords: number;
}

export interface SavedJournal {
  records: JournalRecord[];
  lastSeq: number;
  ackedSeq: number;
}

export function createPlcJournal(saved: SavedJournal, limits: JournalLimits): PlcJournal {
  let records = newestGapFree(saved.records);
  let last = Math.max(saved.lastSeq, records.at(-1)?.seq ?? 0);
  let ackedSeq = saved.ackedSeq;
  /** Acknowledged so far at so and so late: what is older than keepAckedMs may go. */
  let marks: { seq: number; wallMs: number }[] = [];
  const first = () => records[0]?.seq ?? 0;

  function dropBelow(seq: number): number[] {
    const count = records.length === 0 ? 0 : Math.max(0, Math.min(records.length, seq - first()));
    return records.splice(0, count).map((record) => record.seq);
  }

  return {
    append(boot, atMs, type, body) {
      last += 1;
      const record: JournalRecord = { seq: last, boot, atMs, type, body };
      records.push(record);
      return record;
    },
    lastSeq: () => last,
    oldestSeq: first,
    ackedSeq: () => ackedSeq,
    acknowledge(seq, wallMs) {
      if (seq <= ackedSeq || seq > last) return false;
      ackedSeq = seq;
      const newest = marks.at(-1);
      if (newest && Math.floor(newest.wallMs / 1000) === Math.floor(wallMs / 1000)) newest.seq = seq;
      else marks.push({ seq, wallMs });
      return true;
    },
    reopenFrom(seq) {
      ackedSeq = Math.min(ackedSeq, Math.max(0, seq - 1));
      marks = marks.filter((mark) => mark.seq <= ackedSeq);
    },
    isFull: () => last - ackedSeq > limits.maxRecords - 100,
    get: (seq) => records[seq - first()] ?? null,
    lose: (keep) => {
      records = keep === 0 ? [] : records.slice(-keep);
    },
    prune(wallMs) {
      let limit = Math.max(ackedSeq - limits.maxAcked, last - limits.maxRecords);
      while (marks[0] && marks[0].wallMs + limits.keepAckedMs <= wallMs)
        limit = Math.max(limit, marks.shift()?.seq ?? 0);
      return dropBelow(limit + 1);
    },
  };
}

/** Records pruned before a crash may come back from the store: only the gap-free newest run counts. */
function newestGapFree(records: JournalRecord[]): JournalRecord[] {
  const sorted = [...records].sort((a, b) => a.seq - b.seq);
  let start = sorted.length - 1;
  while (start > 0 && sorted[start - 1]?.seq === (sorted[start]?.seq ?? 0) - 1) start -= 1;
  return start > 0 ? sorted.slice(start) : sorted;
}
