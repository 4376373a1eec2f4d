import { weekdayWeights, weekendWeights } from './rhythm-weights.ts';

/** Demand over its weekly mean at a local time, given as Unix ms shifted by the zone's offset. */
export function weightAt(localMs: number): number {
  const at = new Date(localMs);
  const half = at.getUTCHours() * 2 + (at.getUTCMinutes() >= 30 ? 1 : 0);
  const weights = at.getUTCDay() % 6 === 0 ? weekendWeights : weekdayWeights;
  return weights[half] ?? 1;
}
