import type { BaySafety, BaySensors } from '../../schema/wire/sensors.ts';

/** One physical pack, as nature knows it. Its BMS reports these values, rounded. */
export interface Pack {
  code: string;
  model: string;
  firmware: string;
  /** Usable energy when full, Wh; fades with what goes through the pack, faster in heat. Against `ratedWh` it is the true state of health. */
  capacityWh: number;
  energyWh: number;
  /** What the BMS believes of its health: it counts cycles and knows of nothing else. */
  sohPct: number;
  /** By how much the BMS's SOC is off when the pack is empty, points; from 90 % up it is right. */
  socOffset: number;
  /** True internal resistance, mΩ. */
  resistanceMohm: number;
  /** Hottest cell, °C, as of `cellAtMs` of equipment time. */
  cellC: number;
  cellAtMs: number;
  spreadMv: number;
  throughputAh: number;
  /** 0 sound; 2, 3, 4 the GB/T 32960 level of its temperature alarm. */
  hot: 0 | 2 | 3 | 4;
  /** Where the smoke of it is told: a bay, or the room of the slots. Null: it makes none. */
  smoke: { bay: string | null } | null;
  /** `dirty`: no reader can read its code; `unread`: one has tried, so the controller does not know what is there. */
  label: 'clean' | 'dirty' | 'unread';
  /** A name of `schema/wire/places.ts` for places that do not move, or `vehicle/<VIN>`. Null: taken away. */
  place: string | null;
}

export interface Slot {
  slot: number;
  connected: boolean;
  charging: boolean;
  /** As the last `packReady` said. */
  ready: boolean;
  /** Life-long meter of the charger, Wh. */
  registerWh: number;
  limitW: number;
  /** Drawn from the grid now, W. */
  powerW: number;
  faulty: boolean;
}

/** `clear` nobody; `entering` and `leaving` between the loops; `inPosition` wheels on the stops. */
export type BayPhase = 'clear' | 'entering' | 'inPosition' | 'leaving';

export interface Bay {
  bay: string;
  berths: number;
  clamps: BaySensors['clamps'];
  vehicleLift: BaySensors['vehicleLift'];
  packLock: BaySensors['packLock'];
  packLift: BaySensors['packLift'];
  shuttle: BaySensors['shuttle'];
  exitLight: BaySensors['exitLight'];
  emergencyStop: boolean;
  safety: BaySafety;
  phase: BayPhase;
  /** The car in the bay, from the entry loop to the exit loop. */
  vin: string | null;
  /** The PLC has told of the car on the stops. */
  announced: boolean;
  /** Clamps were opened by a release: the car may go. */
  released: boolean;
  parked: boolean;
  hvOff: boolean;
  consent: boolean;
  /** How fast the equipment works on this car: factor on every step. */
  pace: number;
  /** Equipment time before which no next car drives in. */
  nextEntryMs: number;
}

/** Actuators whose every change the physical journal keeps. */
export type Device = 'clamps' | 'vehicleLift' | 'packLock' | 'packLift' | 'shuttle' | 'exitLight';

export interface Taxi {
  vin: string;
  firmware: string;
  odometerKm: number;
  where: 'away' | 'queue' | 'bay';
  /** The bay it queues at or stands in. */
  bay: string | null;
  arrivedAtMs: number;
  /** Equipment time from which an away taxi may come back. */
  backAtMs: number;
}

export interface World {
  packs: Map<string, Pack>;
  /** place name → pack code. The one truth of where packs are. */
  at: Map<string, string>;
  slots: Slot[];
  bays: Bay[];
  isolationBoxes: number;
  taxis: Map<string, Taxi>;
  stationLimitW: number;
  /** Equipment time up to which charging has been reckoned. */
  chargedToMs: number;
  /** Taxis made so far: the serial of the next one. */
  taxisMade: number;
  packsMade: number;
}

/** The frame of the car in the bay, or null when no car stands there. */
export function framePlace(bay: Bay): string | null {
  return bay.vin && bay.phase !== 'clear' ? vehicleFrame(bay.vin) : null;
}

export const vehicleFrame = (vin: string): string => `vehicle/${vin}`;

export function packInFrame(world: World, bay: Bay): string | null {
  const place = framePlace(bay);
  return place ? (world.at.get(place) ?? null) : null;
}

export function sensorsOf(bay: Bay): BaySensors {
  return {
    vehiclePresent: bay.phase === 'inPosition',
    clamps: bay.clamps,
    vehicleLift: bay.vehicleLift,
    packLock: bay.packLock,
    packLift: bay.packLift,
    shuttle: bay.shuttle,
    exitLight: bay.exitLight,
    emergencyStop: bay.emergencyStop,
  };
}
