import { thousandths } from './money.ts';

export interface Distance {
  km: number;
  /** Null: no reading, no distance. */
  fromKm: number | null;
  toKm: number | null;
}

/**
 * Kilometres of some days by the odometer at the bays: from the last swap before them under the same lease and vehicle (none: from the first of
 * them) to the last of them. An odometer that goes back (a new instrument) starts anew: the step back counts as nothing.
 */
export function distanceOf(before: number | null, odometersKm: readonly number[]): Distance {
  const readings = before === null ? odometersKm : [before, ...odometersKm];
  const metres = readings.slice(1).reduce((sum, reading, index) => {
    const step = thousandths(reading) - thousandths(readings[index] ?? reading);
    return sum + Math.max(0, step);
  }, 0);
  return { km: metres / 1000, fromKm: readings[0] ?? null, toKm: readings.at(-1) ?? null };
}
