import type { CommandOutcome, CommandType } from '../schema/wire/commands.ts';
import type { SohSource } from '../schema/wire/settlement/usage.ts';
import type { Track } from './contract.ts';

export type SwapState = 'requested' | 'running' | 'completed' | 'rolled-back' | 'refused' | 'needs-person';

/** Row of a swap as the core knows it. A patch holds the changed fields only. */
export interface SwapFacts {
  id: string;
  bay: string;
  vin: string;
  state: SwapState;
  reason: string | null;
  odometerKm: number;
  packOut: string | null;
  packIn: string | null;
  /** SOC at hand-over, percent. */
  packOutSocPct: number | null;
  packInSocPct: number | null;
  packOutEnergyWh: number | null;
  packInEnergyWh: number | null;
  /** State of health by which the pack was chosen, percent, and where it is from. A floor of health is judged by nothing else. */
  packInSohPct: number | null;
  packInSohSource: SohSource | null;
  /** UTC epoch ms, by the station's clock. */
  enteredAt: number | null;
  inPositionAt: number;
  releasedAt: number | null;
  leftAt: number | null;
  endedAt: number | null;
  /** vehicleInPosition to released, equipment ms. */
  swapTimeMs: number | null;
}

/** One line of a swap's timeline. Keyed (swap, ordinal). */
export interface StepFacts {
  swap: string;
  /** 1, 2, … in order of start. */
  ordinal: number;
  step: CommandType;
  track: Track;
  attempt: number;
  commandId: string;
  budgetMs: number;
  /** Equipment ms as the station measured; null while running. */
  actualMs: number | null;
  result: CommandOutcome | 'running';
  reason: string | null;
  startedAt: number;
  endedAt: number | null;
}
