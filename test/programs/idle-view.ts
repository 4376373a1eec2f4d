import type { BayView, StationState } from '../../machines/contract.ts';

/** Where no station is connected: every bay is shown as one that takes cars. */
export const idleView = (_: StationState, bay: string): BayView => ({
  bay,
  state: 'idle',
  swap: null,
  robotStep: null,
  shuttleStep: null,
  waitingFor: null,
  vin: null,
  safety: 'ready',
  sensors: null,
  allowed: [],
});
