import { z } from 'zod';
import { safeText } from './ids.ts';

/** What a bay's sensors say at one instant. `between` is a known reading: neither end switch is made. */
export const baySensors = z.strictObject({
  /** Wheels on the stops. */
  vehiclePresent: z.boolean(),
  /** Wheel clamps. */
  clamps: z.enum(['open', 'closed', 'between']),
  /** The lift under the wheels that raises the car. */
  vehicleLift: z.enum(['down', 'up', 'between']),
  /** The bolts or latches that hold the pack in the car; `noPack` when nothing sits in the frame. */
  packLock: z.enum(['locked', 'unlocked', 'between', 'noPack']),
  /** The robot's lift table that carries the pack under the car. */
  packLift: z.enum(['down', 'up', 'between']),
  /** The shuttle between slots and lift. */
  shuttle: z.enum(['atLift', 'atSlot', 'between']),
  /** Exit light towards the driver. */
  exitLight: z.enum(['red', 'green']),
  /** True while any e-stop of the bay is pressed or not yet reset. */
  emergencyStop: z.boolean(),
});

export type BaySensors = z.infer<typeof baySensors>;

/** What the station's own safety controller allows the bay. Motion is possible only in `ready`. */
export const baySafety = z.enum(['ready', 'stopped', 'awaitingReset', 'awaitingConfirm']);
export type BaySafety = z.infer<typeof baySafety>;

/** Values a battery management system gives at a hand-over, a plug-in or the end of a charge. */
export const packReading = z.strictObject({
  /** State of charge, percent of the usable energy. */
  socPct: z.number().min(0).max(100),
  /** State of health as the BMS believes it, percent. */
  sohPct: z.number().min(0).max(110).optional(),
  /** Remaining energy by the BMS counter, Wh. */
  energyWh: z.number().min(0).max(1_000_000).optional(),
  /** Hottest cell, °C. */
  maxCellC: z.number().min(-60).max(1000).optional(),
  /** Largest voltage difference between cells, mV. */
  cellSpreadMv: z.number().min(0).max(5000).optional(),
  /** Life-long charge throughput, Ah. */
  throughputAh: z.number().min(0).optional(),
  /** Internal resistance of the whole pack at direct current as the BMS believes it, mΩ. */
  resistanceMohm: z.number().min(0).max(10_000).optional(),
  /** BMS firmware version. */
  firmware: safeText(32).optional(),
  /** Battery model the BMS names. */
  model: safeText(32).optional(),
});
export type PackReading = z.infer<typeof packReading>;
