import { chargeCoefficients, chargeLimits } from '../../machines/health/charge-coefficients.ts';
import { readCharge } from '../../machines/health/charge-readings.ts';
import type { CellCharge } from './cells-folder.ts';

interface Pair {
  full: number;
  window: number | null;
  measured: number;
}

/** Charges within the limits beside the discharge each followed, as parts of rated capacity; far-off counts are no full charges. */
function pairsOf(charges: readonly CellCharge[], capacities: readonly (number | null)[]): Pair[] {
  const offset = charges.length - capacities.length;
  return charges.flatMap(({ facts }, index) => {
    const capacity = capacities[index - offset] ?? null;
    if (capacity === null || facts.fullAh === null || !('readings' in readCharge(facts))) return [];
    if (Math.abs(capacity / facts.fullAh - chargeCoefficients.fullGain) > 0.08) return [];
    const window = facts.windowAh === null ? null : facts.windowAh / facts.ratedAh;
    const isLarge = window !== null && window >= chargeLimits.leastWindowOfRated;
    return [
      { full: facts.fullAh / facts.ratedAh, window: isLarge ? window : null, measured: capacity / facts.ratedAh },
    ];
  });
}

/**
 * The coefficients as cells give them, and how single counts do on a cell that was left out. Each cell has the same weight:
 * `fullGain` = mean over cells of mean(measured / counted), `windowOffset` = mean over cells of mean(measured − gain x window).
 * `windowGain` lies between the slope over all cells and that within most of them (1.1 to 2); the error is flat about it.
 */
export function fitCharges(
  charges: ReadonlyMap<string, CellCharge[]>,
  capacities: ReadonlyMap<string, (number | null)[]>,
) {
  const gain = chargeCoefficients.windowGain;
  const cells = [...charges].flatMap(([cell, own]) => {
    const pairs = pairsOf(own, capacities.get(cell) ?? []);
    const windows = pairs.flatMap(({ window, measured }) => (window === null ? [] : [measured - gain * window]));
    if (pairs.length < 5 || windows.length === 0) return [];
    return [
      { cell, pairs, windows, ratio: mean(pairs.map(({ full, measured }) => measured / full)), offset: mean(windows) },
    ];
  });
  const leftOut = cells.map(({ cell, pairs, windows }) => {
    const others = cells.filter((other) => other.cell !== cell);
    const ratio = mean(others.map((other) => other.ratio));
    const offset = mean(others.map((other) => other.offset));
    return {
      cell,
      fullMaePct: round(100 * mean(pairs.map(({ full, measured }) => Math.abs(ratio * full - measured)))),
      windowMaePct: round(100 * mean(windows.map((value) => Math.abs(offset - value)))),
    };
  });
  return {
    fullGain: round(mean(cells.map(({ ratio }) => ratio))),
    fullBias: round(deviation(cells.map(({ ratio }) => ratio))),
    windowOffset: round(mean(cells.map(({ offset }) => offset))),
    windowBias: round(deviation(cells.map(({ offset }) => offset))),
    leftOut,
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const round = (value: number): number => Number(value.toFixed(4));

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
