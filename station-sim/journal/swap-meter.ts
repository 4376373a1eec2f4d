import type { SwapMeasure } from './physical.ts';

/**
 * Measures, in the station, how long a car's swap takes and how much of it the station spends waiting for the service: from
 * the publication of the result that frees the robot to the arrival of the next command.
 */
export interface SwapMeter {
  inPosition(bay: string, car: { vin: string; waitedMs: number }, at: Instant): void;
  resultPublished(bay: string, mover: Mover, at: Instant): void;
  commandBegins(bay: string, type: string, mover: Mover, at: Instant): void;
  exchanged(bay: string): void;
  /** The finished measure, or null when no car was being measured. */
  released(bay: string, equipMs: number, outSocPct: number | null): SwapMeasure | null;
  left(bay: string): void;
}

/** One moment on both clocks: when the equipment did it, and when the line carried it. */
export interface Instant {
  equipMs: number;
  wallMs: number;
}

export type Mover = 'robot' | 'shuttle' | 'both' | 'none';

interface Running {
  vin: string;
  waitedMs: number;
  inPositionAtMs: number;
  robotFree: Instant;
  shuttleFree: Instant;
  exchanged: boolean;
  gaps: SwapMeasure['gaps'];
}

export function createSwapMeter(): SwapMeter {
  const running = new Map<string, Running>();
  return {
    inPosition(bay, { vin, waitedMs }, at) {
      const gaps: Running['gaps'] = [];
      const fresh = { robotFree: at, shuttleFree: { equipMs: 0, wallMs: 0 }, exchanged: false, gaps };
      running.set(bay, { vin, waitedMs, inPositionAtMs: at.equipMs, ...fresh });
    },
    resultPublished(bay, mover, at) {
      const swap = running.get(bay);
      if (!swap) return;
      if (mover !== 'shuttle') swap.robotFree = at;
      if (mover !== 'robot') swap.shuttleFree = at;
    },
    commandBegins(bay, type, mover, { equipMs, wallMs }) {
      const swap = running.get(bay);
      if (!swap || mover === 'shuttle' || mover === 'none') return;
      const { robotFree, shuttleFree } = swap;
      const free = mover === 'both' && shuttleFree.wallMs > robotFree.wallMs ? shuttleFree : robotFree;
      const gap = { wallMs: Math.max(0, wallMs - free.wallMs), equipMs: Math.max(0, equipMs - free.equipMs) };
      swap.gaps.push({ before: type, ...gap });
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
