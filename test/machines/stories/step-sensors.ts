import type { Step } from '../../../machines/track/memory.ts';
import type { BaySensors } from '../../../schema/wire/sensors.ts';

/** Sensors that contradict the end of each step. */
export const contradiction: Partial<Record<Step, Partial<BaySensors>>> = {
  authorise: { vehiclePresent: false },
  positionAndClamp: { clamps: 'between' },
  liftVehicle: { vehicleLift: 'between' },
  unlockPack: { packLock: 'between' },
  lowerPack: { packLift: 'between' },
  exchange: { packLift: 'between' },
  raisePack: { packLift: 'between' },
  lockPack: { packLock: 'between' },
  verifyPack: { packLock: 'between' },
  lowerVehicle: { vehicleLift: 'between' },
  release: { clamps: 'between' },
  fetchPack: { shuttle: 'between' },
  stowPack: { shuttle: 'between' },
  isolatePack: { shuttle: 'between' },
};

/** What the sensors show when the step is done. */
export const ends: Partial<Record<Step, Partial<BaySensors>>> = {
  lowerPack: { packLock: 'noPack', packLift: 'down' },
  exchange: { packLift: 'down' },
  lockPack: { packLock: 'locked', packLift: 'down' },
  fetchPack: { shuttle: 'atLift' },
  stowPack: { shuttle: 'atSlot' },
  isolatePack: { shuttle: 'atSlot' },
};
