import type { EventBody, EventType } from '../../schema/wire/events.ts';
import { contractVersion } from '../../schema/wire/topics.ts';
import type { Heartbeat, RecordEnvelope, Will } from '../../schema/wire/uplink.ts';
import { atMs, beat, type Core } from '../core.ts';
import { helloMessage } from './hello.ts';
import type { JournalRecord } from './journal.ts';

/** Records under way at most: as many as the service's reorder window takes. */
const window = 64;
const stalledAfterMs = 2_000;
/** A service that stays silent is asked less often. */
const patientAfterRepeats = 10;
const patientAfterMs = 10_000;

/** Journals an event and sends it when the link stands. Gives its number. */
export function emit<T extends EventType>(core: Core, type: T, body: EventBody<T>): number {
  const { plc, link } = core;
  if (plc.journal.ackedSeq() >= plc.journal.lastSeq()) link.progressMs = core.clock.wallMs();
  const record = plc.journal.append(plc.boot, atMs(core), type, body);
  core.touch(`rec/${record.seq}`);
  pump(core);
  return record.seq;
}

/** Sends what has not been sent on this connection, as far as the window reaches. */
export function pump(core: Core): void {
  const { plc, link } = core;
  if (!link.up || !plc.on) return;
  const { journal } = plc;
  link.sentSeq = Math.max(link.sentSeq, journal.ackedSeq());
  // Records that are gone take no room in the window: one `journalLost` stands for all of them.
  const gone = (journal.oldestSeq() || journal.lastSeq() + 1) - 1;
  const limit = Math.min(journal.lastSeq(), Math.max(journal.ackedSeq(), gone) + window);
  if (link.sentSeq >= limit) return;
  sendRange(core, link.sentSeq + 1, limit);
  link.sentSeq = limit;
}

/** Sends records again, with `journalLost` in the place of those that are gone. */
export function sendRange(core: Core, from: number, to: number): void {
  const { journal } = core.plc;
  let seq = from;
  while (seq <= to) {
    const record = journal.get(seq);
    if (record) {
      send(core, toMessage(core, record));
      seq += 1;
      continue;
    }
    const oldest = journal.oldestSeq();
    const lostTo = oldest > seq ? oldest - 1 : journal.lastSeq();
    send(core, lostMessage(core, seq, lostTo));
    seq = lostTo + 1;
  }
}

/** The connection is gone at the station's end, without a goodbye. */
export function breakLink(core: Core): void {
  core.link.up = false;
  core.link.breaks += 1;
}

/** One record again, as the answer to a repeated command. False when it has left the journal. */
export function sendAgain(core: Core, seq: number): boolean {
  const record = core.plc.journal.get(seq);
  if (record) send(core, toMessage(core, record));
  return record !== null;
}

/** When no acknowledgement moved for 2 s, the oldest open records go out again. */
export function resendStalled(core: Core): void {
  const { plc, link } = core;
  const wallMs = core.clock.wallMs();
  const open = plc.journal.lastSeq() > plc.journal.ackedSeq();
  const afterMs = link.fruitless < patientAfterRepeats ? stalledAfterMs : patientAfterMs;
  if (!link.up || !plc.on || !open || wallMs - link.progressMs < afterMs) return;
  link.progressMs = wallMs;
  link.fruitless += 1;
  link.sentSeq = plc.journal.ackedSeq();
  pump(core);
}

export function sendHello(core: Core): void {
  if (core.plc.on) send(core, helloMessage(core));
}

export function sendFenced(core: Core, id: string | null): void {
  send(core, { ...head(core), kind: 'fenced', id, epoch: core.plc.epoch });
}

export function sendHeartbeat(core: Core): void {
  const message: Heartbeat = {
    ...head(core),
    kind: 'heartbeat',
    beat: beat(core),
    atMs: atMs(core),
    lastSeq: core.plc.journal.lastSeq(),
    epoch: core.plc.epoch,
  };
  core.link.send({ topic: 'telemetry', message });
}

export function sendTelemetry(core: Core): void {
  const { world } = core;
  const slots = world.slots.map((slot) => {
    const pack = packOfSlot(core, slot.slot);
    return {
      slot: slot.slot,
      socPct: pack ? Number(((100 * pack.energyWh) / pack.capacityWh).toFixed(1)) : null,
      powerW: Math.round(slot.powerW),
      maxCellC: pack ? Number(pack.cellC.toFixed(1)) : null,
    };
  });
  const powerW = Math.round(world.slots.reduce((sum, slot) => sum + slot.powerW, 0));
  const message = { ...head(core), kind: 'telemetry', atMs: atMs(core), powerW, slots };
  core.link.send({ topic: 'telemetry', message });
}

export function willMessage(core: Core): Will {
  return { ...head(core), kind: 'will' };
}

function packOfSlot(core: Core, slot: number) {
  const code = core.world.at.get(`slot/${slot}`);
  return code ? core.world.packs.get(code) : undefined;
}

function send(core: Core, message: unknown): void {
  if (core.link.up) core.link.send({ topic: 'up', message });
}

function head(core: Core) {
  return {
    v: contractVersion,
    station: core.options.id,
    journalId: core.plc.journalId,
    boot: core.plc.boot,
  } as const;
}

function toMessage(core: Core, record: JournalRecord): RecordEnvelope {
  const { seq, boot, type, body } = record;
  return { ...head(core), boot, kind: 'record', seq, atMs: record.atMs, type, body };
}

function lostMessage(core: Core, from: number, to: number): RecordEnvelope {
  return { ...head(core), kind: 'record', seq: from, atMs: atMs(core), type: 'journalLost', body: { from, to } };
}
