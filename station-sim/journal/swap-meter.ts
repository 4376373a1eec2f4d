import type { SwapMeasure } from './physical.ts';

/**
 * Measures, in the station, how long a car's swap takes and how much of it the station spends waiting for the service: from
 * the publication of the result that frees the robot to the arrival of the next command.
 */
export interface SwapMeter {
  inPosition(bay: string, car: { vin: string; waitedMs: number }, equipMs: number, wallMs: number): void;
  resultPublished(bay: string, mover: Mover, wallMs: number): void;
  commandBegins(bay: string, type: string, mover: Mover, wallMs: number): void;
  exchanged(bay: string): void;
  /** The finished measure, or null when no car was being measured. */
  released(bay: string, equipMs: number, outSocPct: number | null): SwapMeasure | null;
  left(bay: string): void;
}

export type Mover = 'robot' | 'shuttle' | 'both' | 'none';

interface Running {
  vin: string;
  waitedMs: number;
  inPositionAtMs: number;
  robotFreeMs: number;
  shuttleFreeMs: number;
  exchanged: boolean;
  gaps: SwapMeasure['gaps'];
}

export function createSwapMeter(): SwapMeter {
  const running = new Map<string, Running>();
  return {
    inPosition(bay, { vin, waitedMs }, equipMs, wallMs) {
      const gaps: Running['gaps'] = [];
      const fresh = { robotFreeMs: wallMs, shuttleFreeMs: 0, exchanged: false, gaps };
      running.set(bay, { vin, waitedMs, inPositionAtMs: equipMs, ...fresh });
    },
    resultPublished(bay, mover, wallMs) {
      const swap = running.get(bay);
      if (!swap) return;
      if (mover !== 'shuttle') swap.robotFreeMs = wallMs;
      if (mover !== 'robot') swap.shuttleFreeMs = wallMs;
    },
    commandBegins(bay, type, mover, wallMs) {
      const swap = running.get(bay);
      if (!swap || mover === 'shuttle' || mover === 'none') return;
      const freeMs = mover === 'both' ? Math.max(swap.robotFreeMs, swap.shuttleFreeMs) : swap.robotFreeMs;
      swap.gaps.push({ before: type, wallMs: Math.max(0, wallMs - freeMs) });
    },
    exchanged(bay) {
      const swap = running.get(bay);
      if (swap) swap.exchanged = true;
    },
    released(bay, equipMs, outSocPct) {
      const swap = running.get(bay);
      if (!swap) return null;
      running.delete(bay);
      const { vin, waitedMs, inPositionAtMs, exchanged, gaps } = swap;
      const serviceShareMs = gaps.reduce((sum, gap) => sum + gap.wallMs, 0);
      const swapMs = equipMs - inPositionAtMs;
      const times = { waitedMs, inPositionAtMs, releasedAtMs: equipMs, swapMs, serviceShareMs };
      return { bay, vin, exchanged, ...times, gaps, outSocPct };
    },
    left: (bay) => void running.delete(bay),
  };
}
