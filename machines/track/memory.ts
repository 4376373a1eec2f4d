import type { Command, CommandType, FailureReason } from '../../schema/wire/commands.ts';
import type { BaySensors } from '../../schema/wire/sensors.ts';
import type { StationState, Track } from '../contract.ts';

/** Every command that a mover carries out is a step. */
export type Step = Exclude<CommandType, 'setChargeLimit'>;

/**
 * May things move? `running`: yes. `held`: motions end, gates stay shut. `suspended`: link lost, not reconciled, or the bay's safety is
 * not ready: gates shut, and deadlines stand still.
 */
export type Mode = 'running' | 'held' | 'suspended';

/** Where a step stands; mirrors the state below it, for guards and for people. */
export type Phase = 'idle' | 'gate' | 'moving' | 'proving' | 'unclear' | 'pause' | 'person' | 'done';

export interface Outstanding {
  id: string;
  command: Command;
  attempt: number;
  ordinal: number;
  /** UTC epoch ms of the decision. */
  decidedAt: number;
}

export interface Failure {
  step: Step;
  reason: string;
  /** False when the station refused it before anything moved. */
  begun: boolean;
}

/** What one track of a machine remembers. */
export interface TrackMemory {
  step: Step | null;
  phase: Phase;
  /** The attempt under way, from 1. */
  attempt: number;
  /** Refusals that only asked for patience. */
  pauses: number;
  /** The last command, and whether its result is still awaited. */
  last: Outstanding | null;
  open: boolean;
  failure: Failure | null;
  /** Equipment ms until the deadline acts; what is left of it while it stands still. */
  remainingMs: number;
  /** Since when the deadline runs, UTC epoch ms. */
  runsSince: number;
  /** Person who allowed a motion that stopped half-way to be repeated. */
  confirmedBy: string | null;
}

export const idleTrack: TrackMemory = {
  step: null,
  phase: 'idle',
  attempt: 1,
  pauses: 0,
  last: null,
  open: false,
  failure: null,
  remainingMs: 0,
  runsSince: 0,
  confirmedBy: null,
};

/**
 * The process image: all that a step may look at outside its own memory, frozen before the step and gone after it. Never stored.
 */
export interface Image {
  state: StationState;
  now: number;
  /** When it happened by the station's clock, UTC epoch ms; and station ms of which boot, when the station told. */
  at: number;
  atMs: number | null;
  boot: number;
  /** Revision that this step will give the instance. */
  revision: number;
  epoch: number;
  validity: { boot: number; untilBeat: number };
  /** The bay's own machine has a shuttle motion under way. */
  bayBusy: boolean;
  /** The bay's own machine has called a person for its shuttle. */
  bayStuck: boolean;
  /** Packs that are to go to isolation, by order of a person or of an alarm. */
  isolate: readonly string[];
  /** Isolation boxes with a pack that nobody can read. */
  unreadBoxes: readonly number[];
}

/** A moment by the station's clock: UTC epoch ms, and station ms since that boot. */
export interface StationMoment {
  at: number;
  atMs: number;
  boot: number;
}

/** What both machines have in their context. */
export interface TrackOwner {
  image?: Image | undefined;
  bay: string;
  mode: Mode;
  sensors: BaySensors | null;
  shuttle: TrackMemory;
  robot?: TrackMemory;
}

export function imageOf(context: TrackOwner): Image {
  if (!context.image) throw new Error('a machine is stepped only with its process image');
  return context.image;
}

export const memoryOf = (context: TrackOwner, track: Track): TrackMemory =>
  track === 'shuttle' ? context.shuttle : (context.robot ?? idleTrack);

export interface TrackResult {
  type: string;
  sensors: BaySensors;
  reason: FailureReason | null;
  detail: string | null;
  durationMs: number;
}
