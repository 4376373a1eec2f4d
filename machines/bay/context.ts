import type { VehicleIdentity } from '../../schema/wire/events.ts';
import type { BaySensors } from '../../schema/wire/sensors.ts';
import {
  type Image,
  idleTrack,
  type Mode,
  type StationMoment,
  type TrackMemory,
  type TrackOwner,
} from '../track/memory.ts';

export interface Reservation {
  id: string;
  vin: string;
  pack: string;
  /** Expected arrival, UTC epoch ms. */
  arrivesAt: number;
  /** Last moment of its window, when that is later. */
  until?: number;
}

/** A charge limit that the station has not confirmed yet. */
export interface PendingLimit {
  slot: number | null;
  powerW: number;
  /** Command under way, or null while it waits to be sent. */
  id: string | null;
  attempts: number;
}

export interface StandingVehicle {
  identity: VehicleIdentity;
  inPosition: StationMoment;
}

export interface BayContext extends TrackOwner {
  image?: Image | undefined;
  bay: string;
  mode: Mode;
  sensors: BaySensors | null;
  /** Swaps so far: the n of the last swap id. */
  swaps: number;
  /** Car in the bay: when it drove in, and who it is once in position. */
  enteredAt: number | null;
  vehicle: StandingVehicle | null;
  /** Swap of the car that stands here or has just left. */
  lastSwap: string | null;
  reservation: Reservation | null;
  /** The reserved pack is to be on a berth now. */
  prefetch: boolean;
  isolate: string[];
  limits: PendingLimit[];
  /** Active alarms of the station; kept by its first bay. */
  alarms: { key: string; level: number; pack: string | null }[];
  /** Why the bay is held, and by whom. */
  hold: { reason: string; by: string } | null;
  /** Someone has pressed confirm at the panel since the last stop. */
  panelConfirmed: boolean;
  /** Supervisor who confirmed remotely since the last stop. */
  supervisor: string | null;
  connect: { pack: string; slot: number } | null;
  badSlots: number[];
  shuttleStuck: boolean;
  shuttle: TrackMemory;
}

export function bayContext(bay: string): BayContext {
  return {
    image: undefined,
    bay,
    mode: 'suspended',
    sensors: null,
    swaps: 0,
    enteredAt: null,
    vehicle: null,
    lastSwap: null,
    reservation: null,
    prefetch: false,
    isolate: [],
    limits: [],
    alarms: [],
    hold: null,
    panelConfirmed: false,
    supervisor: null,
    connect: null,
    badSlots: [],
    shuttleStuck: false,
    shuttle: idleTrack,
  };
}
