import type { CommandType } from '../schema/wire/commands.ts';
import type { StationType, StepTimes } from './contract.ts';

type MotionStep = Exclude<CommandType, 'setChargeLimit'>;

/** Nominal equipment seconds (DESIGN section 6) and further attempts. Shuttle times are those of a 60-slot rack. */
const nominal: Record<MotionStep, [seconds: number, retries: number]> = {
  authorise: [2, 2],
  positionAndClamp: [12, 2],
  liftVehicle: [6, 2],
  unlockPack: [8, 2],
  lowerPack: [6, 2],
  exchange: [12, 1],
  raisePack: [6, 2],
  lockPack: [8, 2],
  verifyPack: [8, 1],
  lowerVehicle: [6, 2],
  release: [4, 2],
  fetchPack: [20, 1],
  stowPack: [20, 1],
  connectCharger: [5, 1],
  isolatePack: [30, 1],
};

const budgetFactor = 1.3;
/** Deadlines act, so they are generous: three times nominal, and never below half a minute. */
const deadlineFactor = 3;
const leastDeadlineMs = 30_000;

function stepTimes([seconds, retries]: [number, number]): StepTimes {
  const nominalMs = seconds * 1000;
  return {
    nominalMs,
    budgetMs: Math.round(nominalMs * budgetFactor),
    deadlineMs: Math.max(leastDeadlineMs, nominalMs * deadlineFactor),
    retries,
  };
}

/** The default station: 1 bay, 2 shuttle berths, 60 slots, 1.6 MW. */
export const defaultStationType: StationType = {
  bays: [{ bay: '1', berths: 2 }],
  slots: 60,
  slotPowerW: 60_000,
  stationPowerW: 1_600_000,
  isolationBoxes: 2,
  minDispatchSocPct: 90,
  minRefitSocPct: 5,
  maxPackWaitMs: 300_000,
  prefetchLeadMs: 120_000,
  noShowMs: 600_000,
  steps: Object.fromEntries(
    Object.entries(nominal).map(([step, times]) => [step, stepTimes(times)]),
  ) as StationType['steps'],
};
