/**
 * The seam between the pure core (`machines`) and everything that does I/O (`src/engine`). Types only.
 *
 * One station is one consistency unit: its bays, machines, slots and the packs in it are loaded together, stepped in memory and
 * written by one statement that is gated on the station's version. `stepStation` is the only way in.
 */
import type { CommandParams, CommandType } from '../schema/wire/commands.ts';
import type { HelloBody } from '../schema/wire/hello.ts';
import type { BaySafety, BaySensors, PackReading } from '../schema/wire/sensors.ts';
import type { StationRecord } from '../schema/wire/uplink.ts';
import type { LedgerPlace, PackFacts } from './pack-facts.ts';
import type { PlantedBugs } from './planted.ts';
import type { LeaseFacts } from './policy/lease-terms.ts';
import type { StepFacts, SwapFacts } from './swap-facts.ts';

export type { LedgerPlace, PackCounters, PackFacts } from './pack-facts.ts';
export type { StepFacts, SwapFacts, SwapState } from './swap-facts.ts';

/** Machines of a bay. */
export type MachineKind = 'bay' | 'cycle';
/** All machines that are stored; a lease stands on its own, beside the stations. */
export type StoredKind = MachineKind | 'lease';
export type Track = 'robot' | 'shuttle';

/**
 * The stored form of a machine. `snapshot` is XState's persisted snapshot with the tokens of the armed timers; `definition` names the
 * machine version that wrote it. On an instance that a step gave, `snapshot` is a getter that encodes on first reading: read it (or
 * stringify) once per commit. Keep the object itself: the core finds the decoded machine by it, and a copy is decoded anew.
 */
export interface StoredMachine {
  kind: StoredKind;
  definition: number;
  sourceHash: string;
  snapshot: unknown;
}

/** A machine instance of a bay. `revision` rises with every step that had any action or change; command ids hang on it. */
export interface Instance {
  machine: MachineKind;
  /** `main` for the bay, the swap id for a cycle. */
  instance: string;
  revision: number;
  stored: StoredMachine;
}

/** Times of one step, equipment milliseconds (DESIGN section 6). */
export interface StepTimes {
  nominalMs: number;
  budgetMs: number;
  deadlineMs: number;
  /** Further attempts after the first failed one. */
  retries: number;
}

/** Data of a station type: nothing in the machines is a literal that a station could want otherwise. */
export interface StationType {
  bays: { bay: string; berths: 1 | 2 }[];
  slots: number;
  slotPowerW: number;
  stationPowerW: number;
  /** Isolation boxes for packs in a thermal event. */
  isolationBoxes: number;
  /** Least SOC of a pack that is dispatched, percent. */
  minDispatchSocPct: number;
  /** Least SOC of an old pack that may be refitted when no other way is left, percent. */
  minRefitSocPct: number;
  /** How long a car may wait in the bay for a pack to become ready, equipment ms. */
  maxPackWaitMs: number;
  /** A reserved pack is fetched at most so long before the expected arrival, wall ms. */
  prefetchLeadMs: number;
  /** A reservation lapses so long after the expected arrival, wall ms. */
  noShowMs: number;
  steps: Record<Exclude<CommandType, 'setChargeLimit'>, StepTimes>;
}

export interface SlotFacts {
  slot: number;
  /** Swap for which this slot is the reserved destination of an old pack, or null. */
  reservedBy: string | null;
  /** Alarm level 3 or staff locked it. */
  locked: boolean;
  charging: boolean;
}

export interface VehicleFacts {
  vin: string;
  /** Pack models the car takes; empty: any (no inventory record yet). */
  models: string[];
  /** Pack BMS firmware versions the car accepts; empty: any. */
  firmwares: string[];
  /** Interfaces of pack models it takes; absent or empty: any. */
  mechanicalInterfaces?: string[];
  electricalInterfaces?: string[];
  /** The car's own; absent or null: not known. */
  firmware?: string | null;
  /** Pack the ledger believes to be in the car. */
  pack: string | null;
  /** The car's reservation at this station, whose window has come; what is set aside for it is the car's. */
  promise?: string | null;
  /** Absent or null: a car without lease, which may swap. Read when the car comes into position, and not again. */
  lease?: LeaseFacts | null;
}

export interface BayState {
  bay: Instance;
  /** The open cycle, if a swap is open in this bay. */
  cycle: Instance | null;
}

/** Everything the core needs to know of one station. Immutable: a step returns a new one that shares what did not change. */
export interface StationState {
  station: string;
  type: StationType;
  simulated: boolean;
  timeScale: number;
  /** True once a hello of this boot and owner has been applied. No motion is sent before. */
  reconciled: boolean;
  boot: number;
  /** UTC epoch ms of the station's anchor, and the station ms of the same moment. */
  anchor: { utcMs: number; atMs: number };
  bays: Record<string, BayState>;
  slots: Record<number, SlotFacts>;
  /** Packs in this station, in cars standing in its bays, and every pack named by the event being stepped. */
  packs: Record<string, PackFacts>;
  /** Vehicles standing in bays or named by the event being stepped. */
  vehicles: Record<string, VehicleFacts>;
}

export type BayAction =
  | 'hold'
  | 'resume'
  | 'abort'
  | 'confirm'
  | 'reset'
  | 'resolve'
  | 'isolate-pack'
  | 'maintenance'
  | 'return-to-service';
export const bayActions: readonly BayAction[] = [
  'hold',
  'resume',
  'abort',
  'confirm',
  'reset',
  'resolve',
  'isolate-pack',
  'maintenance',
  'return-to-service',
];

/** A request of a person or program, already authenticated. */
export interface ActionRequest {
  bay: string;
  action: BayAction;
  reason: string;
  /** Key id or user id. */
  by: string;
  /** `resolve`: how the swap ended and where a person confirmed each pack. */
  resolution?: { outcome: 'completed' | 'rolled-back'; packs: { code: string; place: string }[] };
  /** `isolate-pack`. */
  pack?: string;
}

/** What can happen to a station. `occurredAt` and `now` are UTC epoch ms. */
export type StationInput =
  | { source: 'record'; record: StationRecord; occurredAt: number }
  /** `begun`: ids of commands whose `commandAccepted` is committed and whose result is not, as the outbox knows them. */
  | { source: 'hello'; hello: HelloBody; boot: number; occurredAt: number; begun?: readonly string[] }
  | { source: 'timer'; bay: string; machine: MachineKind; instance: string; sendId: string; token: string }
  | { source: 'action'; request: ActionRequest }
  /** The engine lost or regained sight of the station (heartbeat, will). Regained counts only with the next hello. */
  | { source: 'link'; up: false }
  /** A record that could change motion or custody had a bad body, or records were skipped or lost: the bays hold. */
  | { source: 'gap'; reason: 'deadLetter' | 'skipped' | 'journalLost'; detail: string }
  /** What is known of packs, slots or cars was changed outside the core, and the state has it: whoever waits in this bay looks again. */
  | { source: 'facts'; bay: string }
  /** A reservation is due: pre-fetch may begin (issue 3 sends it; the bay already obeys). */
  | {
      source: 'reservation';
      bay: string;
      reservation: string;
      vin: string;
      pack: string;
      arrivesAt: number;
      /** End of the window; the expected arrival when left out. */
      until?: number;
      state: 'due' | 'cancelled';
    };

/** Bound to one step: wall clock of the service, and the epoch under which commands are decided. */
export interface StepContext {
  now: number;
  epoch: number;
  /** Last beat heard of the station; commands are valid until `beat + validBeats`. */
  beat: number;
  validBeats: number;
  /** Defects switched on by a test; absent otherwise. */
  planted?: PlantedBugs;
}

/** What a step wants done. The engine folds these into rows of one statement; nothing else leaves the core. */
export type Effect =
  | {
      kind: 'command';
      id: string;
      hash: string;
      bay: string;
      machine: MachineKind;
      instance: string;
      swap: string | null;
      type: CommandType;
      params: CommandParams;
      validity: { boot: number; untilBeat: number };
    }
  /** Withdraw a command that has not begun; the station's answer arrives as its result. */
  | { kind: 'supersede'; id: string; bay: string }
  | {
      kind: 'armTimer';
      bay: string;
      machine: MachineKind;
      instance: string;
      sendId: string;
      token: string;
      dueAt: number;
    }
  | { kind: 'cancelTimer'; bay: string; machine: MachineKind; instance: string; sendId: string }
  | {
      kind: 'moveBattery';
      code: string;
      from: LedgerPlace | null;
      to: LedgerPlace;
      bay: string | null;
      swap: string | null;
      cause: string;
      reading: PackReading | null;
    }
  /** Changes of a pack that are not a move. */
  | { kind: 'updateBattery'; code: string; patch: Partial<Omit<PackFacts, 'code' | 'place' | 'custodyVersion'>> }
  | { kind: 'updateSlot'; slot: number; patch: Partial<Omit<SlotFacts, 'slot'>> }
  /** `fitted`: a pack has just come into the car. */
  | {
      kind: 'updateVehicle';
      vin: string;
      pack: string | null;
      odometerKm: number;
      firmware: string;
      fitted?: boolean;
    }
  | { kind: 'openSwap'; swap: SwapFacts }
  | { kind: 'updateSwap'; id: string; patch: Partial<Omit<SwapFacts, 'id'>> }
  | { kind: 'recordStep'; step: StepFacts }
  | {
      kind: 'raiseAlarm';
      key: string;
      level: number;
      code: string;
      bay: string | null;
      place: string | null;
      pack: string | null;
      detail: string;
    }
  | { kind: 'clearAlarm'; key: string }
  | {
      kind: 'openIncident';
      key: string;
      code: string;
      bay: string | null;
      swap: string | null;
      packs: string[];
      detail: string;
    }
  | { kind: 'closeIncident'; key: string; detail: string }
  /** Charge record for the energy books (issue 4 prices it). */
  | {
      kind: 'recordCharge';
      slot: number;
      pack: string;
      phase: 'started' | 'ended' | 'ready';
      registerWh: number;
      reading: PackReading | null;
    }
  /** Tell people: goes to the live stream and the log, never to a machine. */
  | { kind: 'notify'; bay: string | null; swap: string | null; code: string; detail: string };

/** An event that changed nothing, with the state it found. Logged. */
export interface Ignored {
  machine: MachineKind;
  instance: string;
  event: string;
  state: string;
}

export interface StationStep {
  state: StationState;
  effects: Effect[];
  ignored: Ignored[];
  /** Instances that are new, changed or ended by this step, to be written. `ended` rows are closed, not deleted. */
  changed: { bay: string; instance: Instance; ended: boolean }[];
  /** Present only for actions: refused with what is allowed now, or accepted with the command it led to, if any. */
  action?: { accepted: true; commandId: string | null } | { accepted: false; reason: string; allowed: BayAction[] };
}

/** Signature of `stepStation` in `machines/step-station.ts`. Pure: same arguments, same answer. */
export type StepStation = (state: StationState, input: StationInput, context: StepContext) => StationStep;

/** What a bay shows people: its state in words, what it waits for and what may be done. `machines/view.ts` derives it. */
export interface BayView {
  bay: string;
  state:
    | 'offline'
    | 'idle'
    | 'awaiting'
    | 'occupied'
    | 'swapping'
    | 'releasing'
    | 'held'
    | 'faulted'
    | 'maintenance'
    | 'emergencyStopped';
  swap: string | null;
  robotStep: string | null;
  shuttleStep: string | null;
  waitingFor: string | null;
  vin: string | null;
  safety: BaySafety;
  sensors: BaySensors | null;
  allowed: BayAction[];
}
