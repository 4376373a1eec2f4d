import { describe, expect, it } from 'vitest';
import type { Command } from '../../schema/wire/commands.ts';
import type { RecordEnvelope } from '../../schema/wire/uplink.ts';
import { createKit, type Kit, withCar } from './kit.ts';

const minuteMs = 60_000;
const clamp: Command = { type: 'positionAndClamp', params: {} };

/** Numbers of the records heard since the given message, repeats included. */
function heardSince(kit: Kit, from: number): number[] {
  return kit.heard.slice(from).flatMap((message) => (message.kind === 'record' ? [message.seq] : []));
}

/** Gives the journal so many records more. */
function write(kit: Kit, count: number): void {
  for (let i = 0; i < count; i += 1) kit.control({ type: 'panel', bay: '1', button: 'hold' });
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the journal', () => {
  it('says hello before any record after each connect', () => {
    const kit = createKit();
    expect(kit.heard.slice(0, 2).map((message) => message.kind)).toEqual(['hello', 'record']);
    kit.link(false);
    write(kit, 3);
    const from = kit.heard.length;
    kit.link(true);
    expect(kit.heard.slice(from).map((message) => message.kind)).toEqual(['hello', 'record', 'record', 'record']);
    expect(kit.hellos().at(-1)?.asOfSeq).toBe(kit.station.core.plc.journal.lastSeq());
  });

  it('has at most 64 records under way and sends the oldest again after 2 s without progress', () => {
    const kit = createKit();
    const start = kit.station.core.plc.journal.lastSeq();
    let from = kit.heard.length;
    write(kit, 100);
    expect(heardSince(kit, from)).toEqual(range(start + 1, start + 64));
    from = kit.heard.length;
    kit.run(1_900);
    expect(heardSince(kit, from)).toEqual([]);
    kit.run(1_200);
    expect(heardSince(kit, from)).toEqual(range(start + 1, start + 64));
    from = kit.heard.length;
    kit.ack(start + 10);
    expect(heardSince(kit, from)).toEqual(range(start + 65, start + 74));
  });

  it('asks a silent service less often after ten repeats', () => {
    const kit = createKit();
    write(kit, 1);
    const from = kit.heard.length;
    kit.run(100_000);
    const open = kit.station.core.plc.journal.ackedSeq() + 1;
    const repeats = heardSince(kit, from).filter((seq) => seq === open).length;
    expect(repeats).toBeGreaterThan(14);
    expect(repeats).toBeLessThan(22);
  });

  it('never changes a record', () => {
    const kit = createKit();
    write(kit, 5);
    kit.control({ type: 'fault', fault: { kind: 'powerCut', when: 'now', forMs: 500 } });
    kit.run(10_000);
    kit.send({ kind: 'resend', fromSeq: 1 });
    kit.ack();
    const bySeq = new Map<number, Set<string>>();
    for (const message of kit.heard as RecordEnvelope[]) {
      if (message.kind !== 'record') continue;
      bySeq.set(message.seq, (bySeq.get(message.seq) ?? new Set()).add(JSON.stringify(message)));
    }
    expect(bySeq.size).toBe(kit.station.core.plc.journal.lastSeq());
    expect([...bySeq.values()].every((texts) => texts.size === 1)).toBe(true);
  });

  it('answers a resend even when it had been acknowledged, for fifteen minutes', () => {
    const kit = createKit();
    write(kit, 5);
    kit.ack();
    const last = kit.station.core.plc.journal.lastSeq();
    kit.run(14 * minuteMs);
    let from = kit.heard.length;
    kit.send({ kind: 'resend', fromSeq: last - 2 });
    expect(heardSince(kit, from)).toEqual(range(last - 2, kit.station.core.plc.journal.lastSeq()));
    kit.ack();
    kit.run(20 * minuteMs);
    write(kit, 1);
    kit.ack();
    from = kit.heard.length;
    kit.send({ kind: 'resend', fromSeq: last - 2 });
    expect(kit.heard[from]).toMatchObject({ seq: last - 2, type: 'journalLost', body: { from: last - 2 } });
  });

  it('stands in for records it has lost', () => {
    const kit = createKit();
    write(kit, 10);
    const last = kit.station.core.plc.journal.lastSeq();
    kit.control({ type: 'fault', fault: { kind: 'journalLoss', keep: 4 } });
    const from = kit.heard.length;
    kit.send({ kind: 'resend', fromSeq: 3 });
    expect(kit.heard[from]).toMatchObject({ seq: 3, type: 'journalLost', body: { from: 3, to: last - 4 } });
    expect(heardSince(kit, from)).toEqual([3, ...range(last - 3, last)]);
    kit.control({ type: 'fault', fault: { kind: 'journalLoss', keep: 0 } });
    kit.send({ kind: 'resend', fromSeq: last });
    expect(kit.heard.at(-1)).toMatchObject({ seq: last, type: 'journalLost', body: { from: last, to: last } });
  });

  it('begins anew when the controller is replaced, or when the service knows more than it does', () => {
    const kit = createKit();
    const { plc } = kit.station.core;
    const first = plc.journalId;
    kit.control({ type: 'fault', fault: { kind: 'newJournal' } });
    const second = plc.journalId;
    expect(second).not.toBe(first);
    kit.ack(1_000);
    expect([first, second]).not.toContain(plc.journalId);
    expect(kit.heard.at(-1)?.kind).toBe('hello');
    const alarm = { journalId: plc.journalId, seq: 1, type: 'alarm', body: { code: 'journalBehind' } };
    expect(kit.heard.at(-2)).toMatchObject(alarm);
    write(kit, 1);
    expect(plc.journal.lastSeq()).toBe(2);
  });

  it('remembers its commands in a journal begun anew: finished ones do not move again, a running one ends in it', () => {
    const kit = createKit();
    withCar(kit);
    const repeat = (id: string) => kit.command(clamp, { id, hash: kit.station.core.plc.commands.get(id)?.hash });
    const id = kit.command(clamp);
    kit.run(5_000);
    kit.ack(1_000_000);
    kit.run(15_000);
    const results = kit.records().filter(({ type, seq }) => type === 'commandResult' && seq < 10);
    expect(results).toMatchObject([{ journalId: kit.station.core.plc.journalId, body: { id, outcome: 'completed' } }]);
    kit.ack(1_000_000);
    const from = kit.heard.length;
    repeat(id);
    kit.run(15_000);
    const answers = kit.heard.slice(from).filter((message) => message.kind === 'record' && message.type !== 'alarm');
    expect(answers).toEqual([]);
    expect(kit.judge().motions.get(id)?.begun).toBe(1);
    kit.send({ kind: 'helloRequest' });
    expect(kit.hellos().at(-1)?.results).toEqual([]);
  });

  it('ignores an acknowledgement of another journal, an old one, and an unreadable message', () => {
    const kit = createKit();
    write(kit, 3);
    const { journal } = kit.station.core.plc;
    const acked = journal.ackedSeq();
    kit.send({ kind: 'ack', ack: { journalId: 'another', seq: acked + 1 } });
    kit.send({ kind: 'ack', ack: { journalId: kit.station.core.plc.journalId, seq: 1 } });
    kit.send({ kind: 'ack', ack: 'all of it' });
    expect(journal.ackedSeq()).toBe(acked);
  });
});

describe('the line', () => {
  it('carries nothing while it is lost, and the station lives on', () => {
    const kit = createKit();
    kit.control({ type: 'fault', fault: { kind: 'linkLoss', forMs: 5_000 } });
    expect(kit.station.wantsLink()).toBe(false);
    const from = kit.heard.length;
    write(kit, 2);
    kit.run(4_000);
    expect(kit.heard.length).toBe(from);
    kit.run(3_000);
    expect(kit.heard.slice(from).map((message) => message.kind)).toEqual(['hello', 'record', 'record']);
  });

  it('drops, doubles and reorders as told, and everything arrives in the end', () => {
    const kit = createKit();
    const fault = { kind: 'messages', dropPct: 30, duplicatePct: 30, reorderWithin: 32, delayMs: 100 } as const;
    kit.control({ type: 'fault', fault });
    const start = kit.station.core.plc.journal.lastSeq();
    const from = kit.heard.length;
    write(kit, 200);
    for (let i = 0; i < 60; i += 1) {
      const have = new Set(kit.records().map((record) => record.seq));
      let mark = start;
      while (have.has(mark + 1)) mark += 1;
      kit.ack(mark);
      kit.run(1_000);
    }
    const seqs = heardSince(kit, from);
    expect(new Set(seqs).size).toBe(200);
    expect(seqs.length).toBeGreaterThan(220);
    expect(seqs).not.toEqual([...seqs].sort((a, b) => a - b));
  });

  it('beats once a second from 0 with the newest number', () => {
    const kit = createKit();
    const beats: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      kit.station.advanceTo(kit.now() + i * 1_000);
      for (const { topic, message } of kit.station.takeOutbox()) {
        if (topic === 'telemetry') beats.push((message as { beat: number }).beat);
      }
    }
    expect(beats).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('announces another speed with a hello; equipment then runs at it', () => {
    const kit = createKit();
    kit.control({ type: 'speed', timeScale: 10 });
    expect(kit.hellos().at(-1)?.timeScale).toBe(10);
    const before = kit.station.stats().equipMs;
    kit.run(5_000);
    expect(kit.station.stats().equipMs - before).toBeCloseTo(50_000, 3);
  });
});
