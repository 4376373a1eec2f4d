export { engineSettings } from './commit/statement.ts';
export { engineDefaults } from './config.ts';
export { type Change, systemClock } from './context.ts';
export { createEngine, type Engine, type EngineOptions } from './engine.ts';
export { wakeChannel } from './foreign.ts';
export { MovedError } from './ownership.ts';
export { type PlantedBug, plantedBugs, readPlantedBugs } from './planted-bugs.ts';
export type { NewBay } from './station/load.ts';
export { BusyError, createStepper, type Stepper, UnknownStationError } from './stepper.ts';
