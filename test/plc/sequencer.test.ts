import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordEnvelope } from '../../schema/wire/uplink.ts';
import { createSequencer, type Sequenced } from '../../src/plc/sequencer.ts';

const record = (seq: number, lastSeq = seq): Sequenced => ({
  envelope: {
    v: 1,
    station: 'bj-001',
    journalId: 'j',
    boot: 1,
    kind: 'record',
    seq,
    atMs: 0,
    type: 'x',
    body: {},
  } satisfies RecordEnvelope,
  lastSeq,
});
const options = { window: 64, waitMs: 3_000, tries: 3 };
const seqs = (records: Sequenced[]) => records.map(({ envelope }) => envelope.seq);

describe('sequencer', () => {
  it('hands out every record once and in order, however they are shuffled and doubled', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 200 }), (jumble) => {
        const sequencer = createSequencer(options, 1);
        const out: number[] = [];
        for (const at of jumble) out.push(...seqs(sequencer.offer(record(at + 1))));
        expect(out).toEqual(Array.from({ length: out.length }, (_, index) => index + 1));
        expect(sequencer.next).toBe(out.length + 1);
        const missing =
          Array.from({ length: 41 }, (_, index) => index + 1).find((seq) => !jumble.includes(seq - 1)) ?? 42;
        expect(sequencer.next).toBe(missing);
      }),
    );
  });

  it('takes a lost stretch as one record', () => {
    const sequencer = createSequencer(options, 5);
    expect(seqs(sequencer.offer(record(9)))).toEqual([]);
    expect(seqs(sequencer.offer(record(8)))).toEqual([]);
    expect(seqs(sequencer.offer(record(5, 7)))).toEqual([5, 8, 9]);
    expect(sequencer.hasGap).toBe(false);
  });

  it('asks after the wait, several times in a try, and gives up after the tries', () => {
    const sequencer = createSequencer(options, 1);
    sequencer.offer(record(4));
    const said: string[] = [];
    for (let now = 0; now <= 20_000; now += 250) {
      const action = sequencer.poll(now);
      if (action) said.push(`${now} ${action.kind} ${action.kind === 'resend' ? action.from : action.to}`);
      if (action?.kind === 'skip') break;
    }
    expect(said[0]).toBe('3000 resend 1');
    expect(said.at(-1)).toBe('12000 skip 3');
    expect(said.slice(0, -1).every((each) => each.endsWith('resend 1'))).toBe(true);
    expect(said).toHaveLength(13);
    // Whoever gives up says so with `reset`, and gets what was held back.
    expect(seqs(sequencer.reset(4))).toEqual([4]);
    expect(sequencer.poll(30_000)).toBe(null);
  });

  it('starts anew with each record that comes', () => {
    const sequencer = createSequencer(options, 1);
    sequencer.offer(record(3));
    sequencer.offer(record(5));
    sequencer.poll(0);
    expect(sequencer.poll(3_000)).toEqual({ kind: 'resend', from: 1 });
    expect(seqs(sequencer.offer(record(1)))).toEqual([1]);
    expect(sequencer.poll(3_100)).toBe(null);
    expect(sequencer.poll(6_099)).toBe(null);
    expect(sequencer.poll(6_100)).toEqual({ kind: 'resend', from: 2 });
  });

  it('does not wait when the window is full, and keeps the nearest', () => {
    const sequencer = createSequencer({ ...options, window: 4 }, 1);
    for (const seq of [9, 3, 4, 5, 6]) sequencer.offer(record(seq));
    expect(sequencer.poll(0)).toEqual({ kind: 'resend', from: 1 });
    expect(seqs(sequencer.offer(record(1)))).toEqual([1]);
    expect(seqs(sequencer.offer(record(2)))).toEqual([2, 3, 4, 5, 6]);
    // The one that fell out is known to exist.
    expect(sequencer.hasGap).toBe(true);
  });

  it('learns from the station that its tail is missing', () => {
    const sequencer = createSequencer(options, 10);
    sequencer.heard(9);
    expect(sequencer.hasGap).toBe(false);
    sequencer.heard(11);
    sequencer.poll(0);
    expect(sequencer.poll(3_000)).toEqual({ kind: 'resend', from: 10 });
  });

  it('forgets everything when another journal begins', () => {
    const sequencer = createSequencer(options, 10);
    sequencer.offer(record(12));
    sequencer.clear();
    expect(sequencer.next).toBe(1);
    expect(sequencer.hasGap).toBe(false);
    expect(seqs(sequencer.offer(record(1)))).toEqual([1]);
  });
});
