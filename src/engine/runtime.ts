import type { Hello } from '../../schema/wire/uplink.ts';
import type { ParsedRecord } from '../plc/ingress.ts';
import { createSequencer, type Sequencer } from '../plc/sequencer.ts';
import type { EngineConfig } from './config.ts';
import type { Image } from './station/image.ts';
import type { Work } from './station/work.ts';

/** A record on its way through the sequencer. */
export type Arrival = ParsedRecord & { receivedAt: number };

/** When a command that is open goes out next. */
export interface Delivery {
  nextAt: number;
  tries: number;
}

/** What a boot's clock shows: UTC and equipment ms of one moment. */
export interface Anchor {
  utcMs: number;
  atMs: number;
  timeScale: number;
}

/** A station this worker runs: its image, its mailbox, and what is known of it without being stored. */
export interface Runtime {
  readonly station: string;
  readonly partition: number;
  readonly lane: number;
  /** Null: to be read (again) before the next step. */
  image: Image | null;
  /** The image was read anew: what others have changed in it may be what a bay waits for. */
  looksAgain: boolean;
  /** The adopted journal, also while the image is being read. */
  journalId: string | null;
  /** Journals that counted before another was adopted. What is still on its way from them is no new controller. */
  left: Set<string>;
  mailbox: Work[];
  /** So many pieces of work go one by one: together they could not be stored. */
  solo: number;
  sequencer: Sequencer<Arrival>;
  /** A hello ahead of the mark. */
  hello: { hello: Hello; receivedAt: number } | null;
  /** A hello has been applied since this worker took the station. Nothing that moves is sent before. */
  greeted: boolean;
  /** A hello was asked for and none has been applied since: it is asked for again. */
  wantsHello: boolean;
  /** Monotonic ms of the last request. */
  helloAskedAt: number;
  /** When the station made its newest record that we have seen, by its own clock. */
  newest: { boot: number; atMs: number } | null;
  /** It was told that its journal is older than the mark. */
  behindTold: boolean;
  /** Last beat heard, and the boot it belongs to. */
  beat: { boot: number; beat: number };
  /** Monotonic ms of the last sign of life. */
  heardAt: number;
  anchors: Map<number, Anchor>;
  deliveries: Map<string, Delivery>;
  /** Commands that were sent and whose row does not say so yet, with the wall time. */
  sent: Map<string, number>;
  /** Highest mark that the station has been told. */
  acked: number;
  /** Gone: what still arrives for it is dropped. */
  dropped: boolean;
}

export function createRuntime(image: Image, lane: number, config: EngineConfig, now: number): Runtime {
  const { boot, anchor_utc_ms: utcMs, anchor_at_ms: atMs, time_scale: timeScale } = image.contact;
  return {
    station: image.station,
    partition: image.partition,
    lane,
    image,
    looksAgain: false,
    journalId: image.contact.journal_id,
    left: new Set(),
    mailbox: [],
    solo: 0,
    sequencer: createSequencer<Arrival>(
      { window: config.reorderWindow, waitMs: config.reorderWaitMs, tries: config.resendTries },
      image.seq + 1,
    ),
    hello: null,
    greeted: false,
    wantsHello: false,
    helloAskedAt: Number.NEGATIVE_INFINITY,
    newest: null,
    behindTold: false,
    beat: { boot, beat: 0 },
    heardAt: now,
    anchors: utcMs > 0 ? new Map([[boot, { utcMs, atMs, timeScale }]]) : new Map(),
    deliveries: new Map(),
    sent: new Map(),
    acked: 0,
    dropped: false,
  };
}

/** The journal that counts from now on; the one before is left. */
export function countJournal(runtime: Runtime, journalId: string | null): void {
  if (journalId === null || journalId === runtime.journalId) return;
  if (runtime.journalId !== null) runtime.left.add(runtime.journalId);
  runtime.left.delete(journalId);
  runtime.journalId = journalId;
}

/** UTC of a station time. A boot that has not said hello yet has no clock: then it is now. */
export function occurredAt(runtime: Runtime, boot: number, atMs: number, now: number): number {
  const anchor = runtime.anchors.get(boot);
  if (!anchor) return now;
  return Math.round(anchor.utcMs + (atMs - anchor.atMs) / anchor.timeScale);
}
