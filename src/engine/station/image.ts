import type { MachineKind, StationState } from '../../../machines/contract.ts';
import type { DeliveryState } from '../../../schema/tables/outbox.ts';
import type { ContactRow } from '../commit/rows.ts';

/** A timer that is armed. */
export interface Timer {
  bay: string;
  machine: MachineKind;
  instance: string;
  sendId: string;
  token: string;
  /** UTC epoch ms. */
  dueAt: number;
}

export const timerKey = (timer: Pick<Timer, 'bay' | 'machine' | 'instance' | 'sendId'>): string =>
  `${timer.bay} ${timer.machine} ${timer.instance} ${timer.sendId}`;

/** A command without a result, as the last commit left it. */
export interface OpenCommand {
  id: string;
  bay: string;
  hash: string;
  /** JSON text without the head: sent as it is. */
  message: string;
  state: DeliveryState;
  /** The machine has withdrawn it. */
  cancelled: boolean;
  /** The station said that a cancel came too late. */
  tooLate: boolean;
}

/** A station as the database has it, at one version. Nothing in it is changed in place: a commit that applies yields the next one. */
export interface Image {
  station: string;
  partition: number;
  version: number;
  eventN: number;
  /** Last journal record whose effect is committed. */
  seq: number;
  contact: ContactRow;
  state: StationState;
  commands: ReadonlyMap<string, OpenCommand>;
  timers: ReadonlyMap<string, Timer>;
}

/** Boot, anchor, scale and reconciliation are the core's to change; the rest of the contact is the engine's. */
export function contactOf(contact: ContactRow, state: StationState): ContactRow {
  return {
    ...contact,
    boot: state.boot,
    anchor_utc_ms: state.anchor.utcMs,
    anchor_at_ms: state.anchor.atMs,
    time_scale: state.timeScale,
    reconciled: state.reconciled,
  };
}
