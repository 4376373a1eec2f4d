import type { VehicleIdentity } from '../../schema/wire/events.ts';
import type { BaySensors } from '../../schema/wire/sensors.ts';
import type { SohFigure } from '../../schema/wire/settlement/usage.ts';
import type { SwapState } from '../contract.ts';
import {
  type Image,
  idleTrack,
  type Mode,
  type StationMoment,
  type TrackMemory,
  type TrackOwner,
} from '../track/memory.ts';

/**
 * What the cycle wants for the car. `swap`: the new pack; `refit`: the old one back, because no new one can be given; `asCame`: the car as
 * it came, because nothing was opened yet; `evacuate`: the car away at once, with the pack that is locked in it.
 */
export type Goal = 'swap' | 'refit' | 'asCame' | 'evacuate';

export interface CycleContext extends TrackOwner {
  image?: Image | undefined;
  bay: string;
  /** Swap id, and so the instance. */
  swap: string;
  mode: Mode;
  sensors: BaySensors | null;
  vehicle: VehicleIdentity;
  inPosition: StationMoment;
  goal: Goal;
  /** Pack the car came with. */
  outgoing: string | null;
  /** Pack the car is to leave with; null while none is set aside. */
  incoming: string | null;
  /** Its state of health as it was when it was chosen; null: nobody knew any. */
  incomingSoh: SohFigure | null;
  /** Packs not to be chosen again, and slots not to be stowed into again. */
  rejected: string[];
  badSlots: number[];
  /** A motion at the car has been commanded. */
  moved: boolean;
  /** `unlockPack` has been commanded: from here on the four ways out apply. */
  opened: boolean;
  verified: boolean;
  /** Wish to end the swap before it is opened, not yet acted on. */
  abort: string | null;
  /** A pack in the car or on the lift has a thermal event. */
  burning: boolean;
  /** Why the swap ends otherwise than completed. */
  reason: string | null;
  /** No way out without a person. */
  stuck: boolean;
  shuttleStuck: boolean;
  left: boolean;
  state: SwapState;
  connect: { pack: string; slot: number } | null;
  /** Lines of the timeline so far. */
  ordinal: number;
  robot: TrackMemory;
  shuttle: TrackMemory;
}

export interface CycleInput {
  image: Image;
  bay: string;
  swap: string;
  mode: Mode;
  sensors: BaySensors | null;
  vehicle: VehicleIdentity;
  inPosition: StationMoment;
  outgoing: string | null;
}

export function cycleContext(input: CycleInput): CycleContext {
  return {
    ...input,
    goal: 'swap',
    incoming: null,
    incomingSoh: null,
    rejected: [],
    badSlots: [],
    moved: false,
    opened: false,
    verified: false,
    abort: null,
    burning: false,
    reason: null,
    stuck: false,
    shuttleStuck: false,
    left: false,
    state: 'requested',
    connect: null,
    ordinal: 0,
    robot: idleTrack,
    shuttle: idleTrack,
  };
}
