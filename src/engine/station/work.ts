import type { StationInput, StationStep } from '../../../machines/contract.ts';
import { unreadable } from '../../../schema/wire/ids.ts';
import type { Hello, RecordEnvelope, StationRecord } from '../../../schema/wire/uplink.ts';
import type { ActLine } from '../../acts/note.ts';
import type { Timer } from './image.ts';

/** What a caller of `stepNow` gets once the commit has applied. */
export interface Stepped {
  station: string;
  /** Version of the station after the commit; unchanged when nothing was written. */
  version: number;
  /** Number of the log line, or null when nothing was written. */
  eventN: number | null;
  action: StationStep['action'];
}

/**
 * Names a request that must not be done twice. Its answer is stored under this in the commit that has the effect; when there is one already,
 * the database refuses the whole commit of the station.
 */
export interface RequestKey {
  id: string;
  caller: string;
  operation: string;
  fingerprint: string;
}

export interface Reply<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A record that is next in its journal. `problem` instead of `record`: the body is not what its type says. */
export type RecordWork = {
  kind: 'record';
  envelope: RecordEnvelope;
  /** Last number it stands for: `seq`, or `to` of a lost stretch. */
  lastSeq: number;
  occurredAt: number;
  /** Monotonic ms; for the latency from here to the publish. */
  receivedAt: number;
} & ({ record: StationRecord; problem: null } | { record: null; problem: string });

/** What may be put into a station's mailbox. */
export type Work =
  | RecordWork
  | { kind: 'hello'; hello: Hello; occurredAt: number; receivedAt: number }
  | { kind: 'timer'; timer: Timer }
  /** A timer whose input could not be stored: taken away, and the bays hold. */
  | { kind: 'brokenTimer'; timer: Timer; problem: string }
  | {
      kind: 'input';
      input: Extract<StationInput, { source: 'action' | 'reservation' }>;
      /** Names this request in the log, so that its fate can be found after a doubt. */
      requestId: string;
      key?: RequestKey | undefined;
      /** Who asked: written with what comes of it. */
      act?: ActLine | undefined;
      reply: Reply<Stepped>;
    }
  | { kind: 'linkLost' }
  /** Records up to and including `to` are given up. */
  | { kind: 'skip'; to: number; detail: string }
  /** The station's memory is older than ours. */
  | { kind: 'journalBehind'; asOfSeq: number }
  /** Another journal speaks for the station. */
  | { kind: 'foreignJournal'; journalId: string }
  | {
      kind: 'adopt';
      journalId: string;
      by: string;
      key?: RequestKey | undefined;
      act?: ActLine | undefined;
      reply: Reply<Stepped>;
    }
  /** Only writes what is already known of commands that were sent. */
  | { kind: 'flush' }
  /** Another process has brought the station to this version. */
  | { kind: 'reload'; version: number };

/**
 * Records that decide nothing at once: they wait for the next commit instead of starting one. A result follows in the same motion, a car that
 * has entered is not in position yet, and a pack that is ready after an hour of charging may be so a tenth of a second later. The
 * acknowledgement has a second, so nobody waits for them.
 */
const unhurried: ReadonlySet<string> = new Set([
  'commandAccepted',
  'packRead',
  'chargeStarted',
  'chargeEnded',
  'packReady',
  'vehicleEntered',
]);

export const isUnhurried = (work: Work): boolean =>
  work.kind === 'record' ? work.record !== null && unhurried.has(work.record.type) : work.kind === 'flush';

/** Packs and vehicles the core has to know for this input. `fresh`: known or not, they may have been elsewhere meanwhile. */
export function namedBy(work: Work): { codes: string[]; fresh: boolean } | 'everything' | null {
  if (work.kind === 'hello' || work.kind === 'input') return 'everything';
  if (work.kind !== 'record' || work.record === null) return null;
  const { record } = work;
  switch (record.type) {
    case 'vehicleInPosition':
    case 'vehicleChanged': {
      const { vin, pack } = record.body.vehicle;
      return { codes: pack ? [vin, pack] : [vin], fresh: record.type === 'vehicleInPosition' };
    }
    case 'packRead':
      return record.body.code && record.body.code !== unreadable ? { codes: [record.body.code], fresh: false } : null;
    case 'chargeStarted':
    case 'chargeEnded':
    case 'packReady':
      return { codes: [record.body.pack], fresh: false };
    case 'alarm':
      return record.body.pack ? { codes: [record.body.pack], fresh: false } : null;
    default:
      return null;
  }
}
