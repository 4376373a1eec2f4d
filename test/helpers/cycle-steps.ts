import type { CommandType } from '../../schema/wire/commands.ts';

/** The steps of a healthy cycle: the robot's in their order, then the shuttle's. */
export const cycleSteps = [
  'authorise',
  'positionAndClamp',
  'liftVehicle',
  'unlockPack',
  'lowerPack',
  'exchange',
  'raisePack',
  'lockPack',
  'verifyPack',
  'lowerVehicle',
  'release',
  'fetchPack',
  'stowPack',
  'connectCharger',
] as const satisfies readonly CommandType[];
export type CycleStep = (typeof cycleSteps)[number];
