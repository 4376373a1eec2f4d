/**
 * The rows of one commit, in the form the statement reads them: keys are column names, instants are UTC epoch ms. Every list holds a row
 * at most once (the fold sees to it): Postgres changes a row once per statement and drops a second change silently.
 */

import type { ActLine } from '../../acts/note.ts';

interface Row {
  station: string;
}

/** A station's mark after the commit, and the version it was read at. */
export interface MarkRow {
  station: string;
  expected: number;
  event_n: number;
  seq: number;
}

/** What only a hello, a boot, an adoption or a lost link changes. */
export interface ContactRow {
  journal_id: string | null;
  boot: number;
  pending_journal_id: string | null;
  anchor_utc_ms: number;
  anchor_at_ms: number;
  time_scale: number;
  reconciled: boolean;
  link_up: boolean;
  station_epoch: number;
}

export interface EventRow extends Row {
  n: number;
  occurred_at: number;
  source: 'record' | 'hello' | 'timer' | 'action' | 'link' | 'gap' | 'reservation' | 'staff' | 'deadLetter';
  type: string;
  bay: string | null;
  swap: string | null;
  cause: string | null;
  body: unknown;
  decided: unknown;
  journal_id: string | null;
  seq: number | null;
}

export interface MachineRow extends Row {
  bay: string;
  machine: string;
  instance: string;
  revision: number;
  definition: number;
  source_hash: string;
  snapshot: unknown;
  ended_at: number | null;
}

export interface TimerKey extends Row {
  bay: string;
  machine: string;
  instance: string;
  /** Null: every timer of the instance. */
  send_id: string | null;
}

export interface TimerRow extends TimerKey {
  send_id: string;
  token: string;
  due_at: number;
}

/** A timer that takes the row of one that goes in the same commit: one change of a row instead of two. */
export interface ReplacedTimer extends TimerRow {
  old_send_id: string;
}

export interface CommandRow extends Row {
  id: string;
  bay: string;
  machine: string;
  instance: string;
  swap: string | null;
  type: string;
  hash: string;
  message: string;
  decided_epoch: number;
  valid_boot: number;
  valid_until_beat: number;
  state: string;
  event_n: number;
  sent_at: number | null;
  accepted_at: number | null;
  cancelled_at: number | null;
  settled_at: number | null;
  result: unknown;
}

/** Progress of a command that an earlier commit wrote. Null leaves a column as it is. */
export interface DeliveryRow extends Row {
  id: string;
  state: string | null;
  sent_at: number | null;
  accepted_at: number | null;
  cancelled_at: number | null;
  settled_at: number | null;
  result: unknown;
}

/** Where a pack is after the commit, and the version of its custody row before it; 0 when the ledger does not know it yet. */
export interface CustodyRow extends Row {
  pack: string;
  expected: number;
  version: number;
  kind: string;
  place: string;
  place_station: string | null;
  since: number;
}

export interface MoveRow extends Row {
  pack: string;
  version: number;
  from_kind: string | null;
  from_place: string | null;
  to_kind: string;
  to_place: string;
  event_n: number;
  bay: string | null;
  swap: string | null;
  cause: string;
  reading: unknown;
  occurred_at: number;
}

/** Columns to change, by column name; instants as ISO text. */
export type Patch = Record<string, unknown>;

export interface BatteryPatch extends Row {
  code: string;
  patch: Patch;
}

/** A pack the ledger meets for the first time. */
export interface NewBattery extends Row {
  code: string;
  model: string;
  firmware: string;
  soc_pct: number | null;
  soh_pct: number | null;
  energy_wh: number | null;
  ready: boolean;
  alarm_level: number;
  status: string;
  reserved_by: string | null;
  charge_wh: number;
  charge_ah: number;
  charge_from_wh: number | null;
  min_cell_c: number | null;
  max_cell_c: number | null;
  negative_events: number;
  swap_count: number;
}

export interface SlotRow extends Row {
  slot: number;
  reserved_by: string | null;
  locked: boolean;
  charging: boolean;
}

export interface VehicleRow extends Row {
  vin: string;
  firmware: string;
  odometer_km: number;
  seen_at: number;
  /** Packs that were fitted into it in this commit. */
  fitted: number;
}

export interface NewSwap extends Row {
  row: Patch;
}

export interface SwapPatch extends Row {
  id: string;
  patch: Patch;
}

export interface StepRow extends Row {
  swap: string;
  ordinal: number;
  step: string;
  track: string;
  attempt: number;
  command_id: string;
  budget_ms: number;
  actual_ms: number | null;
  result: string;
  reason: string | null;
  started_at: number;
  ended_at: number | null;
}

export interface ChargeRow extends Row {
  event_n: number;
  position: number;
  slot: number;
  pack: string;
  phase: string;
  register_wh: number;
  reading: unknown;
  occurred_at: number;
}

/** Last state of an alarm that was raised in this commit; `cleared_at` when it was cleared in it as well. */
export interface AlarmRow extends Row {
  key: string;
  level: number;
  code: string;
  bay: string | null;
  place: string | null;
  pack: string | null;
  detail: string;
  raised_at: number;
  raised_n: number;
  cleared_at: number | null;
}

/** An alarm of an earlier commit, cleared in this one. */
export interface ClearedAlarm extends Row {
  key: string;
  cleared_at: number;
}

/** Last state of an incident that was opened in this commit. */
export interface IncidentRow extends Row {
  key: string;
  code: string;
  bay: string | null;
  swap: string | null;
  packs: string[];
  detail: string;
  opened_at: number;
  opened_n: number;
  closed_at: number | null;
  closed_detail: string | null;
}

/** An incident of an earlier commit, closed in this one. */
export interface ClosedIncident extends Row {
  key: string;
  closed_at: number;
  closed_detail: string;
}

export interface DeadLetterRow extends Row {
  journal_id: string;
  seq: number;
  boot: number;
  type: string;
  problem: string;
  payload: string;
  event_n: number;
}

export interface HelloRow extends Row {
  journal_id: string;
  boot: number;
  as_of_seq: number;
  body: unknown;
  event_n: number;
}

/** The answer to a request that came with a key of its own; kept so that it is never done twice. */
export interface AnswerRow extends Row {
  /** Unique: a second one is refused by the database, with everything else of its station. */
  id: string;
  caller: string;
  operation: string;
  fingerprint: string;
  outcome: { row: object };
}

/** Who asked for what the commit does. */
export interface ActRow extends Row, ActLine {}

/** Everything one commit changes for one station. Empty lists cost nothing. */
export interface StationRows {
  mark: MarkRow;
  /** As it is after the commit; written when `contactChanged` of any station of the batch says so. */
  contact: ContactRow;
  contactChanged: boolean;
  events: EventRow[];
  machines: MachineRow[];
  timers: TimerRow[];
  timersReplaced: ReplacedTimer[];
  timersGone: TimerKey[];
  commands: CommandRow[];
  deliveries: DeliveryRow[];
  custody: CustodyRow[];
  moves: MoveRow[];
  batteries: BatteryPatch[];
  newBatteries: NewBattery[];
  slots: SlotRow[];
  vehicles: VehicleRow[];
  newSwaps: NewSwap[];
  swaps: SwapPatch[];
  steps: StepRow[];
  charges: ChargeRow[];
  alarms: AlarmRow[];
  alarmsCleared: ClearedAlarm[];
  incidents: IncidentRow[];
  incidentsClosed: ClosedIncident[];
  deadLetters: DeadLetterRow[];
  hellos: HelloRow[];
  answers: AnswerRow[];
  acts: ActRow[];
  /** Tell the owner: the commit comes from another process. */
  wakeOwner: boolean;
}
