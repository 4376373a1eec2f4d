import { chargeCoefficients, chargeLimits } from '../../machines/health/charge-coefficients.ts';
import type { WhyIgnored } from '../../machines/health/charge-readings.ts';
import { type HealthEstimate, healthOf, judgeCharge, newBelief } from '../../machines/health/estimate-health.ts';
import type { CellCharge } from './cells-folder.ts';
import { groupBy, numberIn, readTable } from './csv-table.ts';
import { type Scored, summary } from './summary.ts';

export interface Estimate extends HealthEstimate {
  no: number;
  ignored: WhyIgnored | null;
}

/** What the estimator may look at: whole charges; windows only; windows only once it has had five full charges. */
export type Look = 'full' | 'window40' | 'window40AfterFive';

const fullChargesFirst = 5;

/** The estimator over one cell's charges in their order. Each estimate knows the charge it stands beside and those before. */
export function estimateCell(charges: readonly CellCharge[], look: Look): Estimate[] {
  let belief = newBelief();
  return charges.map(({ no, facts }, index) => {
    const withFull = look === 'full' || (look === 'window40AfterFive' && index < fullChargesFirst);
    const judged = judgeCharge(belief, withFull ? facts : { ...facts, fullAh: null });
    belief = judged.belief;
    return { no, ...healthOf(belief), ignored: judged.ignored };
  });
}

/**
 * Measured capacity per cell, each at its number: a discharge that is not in the file leaves its place empty. Only the scorer reads this.
 */
export function readCapacities(folder: string): Map<string, (number | null)[]> {
  const capacities = new Map<string, (number | null)[]>();
  for (const [cell, rows] of groupBy(readTable(folder, 'discharge_cycles.csv'), ({ cell: name = '' }) => name)) {
    const list: (number | null)[] = [];
    const places = placesOf(rows.map((row) => numberIn(row, 'discharge_no')));
    for (const [index, row] of rows.entries()) list[places[index] ?? index] = numberIn(row, 'capacity_ah');
    capacities.set(
      cell,
      Array.from(list, (capacity) => capacity ?? null),
    );
  }
  return capacities;
}

/** Numbers far beyond the rows (a date, a serial number) are no counts. */
const mostPerRow = 100;

/** Where rows stand in their list, from 0: by their numbers, where all have one of their own, else by their order. */
function placesOf(numbers: readonly (number | null)[]): number[] {
  const known = numbers.filter(
    (no) => no !== null && Number.isInteger(no) && no >= 1 && no <= mostPerRow * numbers.length,
  );
  const areTheirOwn = known.length === numbers.length && new Set(known).size === numbers.length;
  return numbers.map((no, index) => (areTheirOwn && no !== null ? no - 1 : index));
}

/**
 * So many more charges than discharges: the lists are laid together at their ends. Where charges are missing, nobody knows how many at the end, and
 * they are not moved towards later discharges.
 */
function offsetOf(places: readonly number[], discharges: number): number {
  const numbered = Math.max(-1, ...places) + 1;
  const offset = numbered - discharges;
  return numbered === places.length ? offset : Math.max(0, offset);
}

const outside = new Set<WhyIgnored | null>(['tooCold', 'tooHot', 'tooFast', 'ratedCapacityUnknown']);

/**
 * Errors of one cell. A charge is held against the discharge it followed; the tables have no common clock, so both lists are laid
 * together at their ends, by their numbers. Every such charge within the limits of temperature and rate counts, also one the estimator did not believe.
 */
export function scoreCell(charges: readonly CellCharge[], capacities: readonly (number | null)[]) {
  const places = placesOf(charges.map(({ no }) => no));
  const offset = offsetOf(places, capacities.length);
  const scored: Record<Look, Scored[]> = { full: [], window40: [], window40AfterFive: [] };
  const outsideLimits: Scored[] = [];
  const estimates = {
    full: estimateCell(charges, 'full'),
    window40: estimateCell(charges, 'window40'),
    window40AfterFive: estimateCell(charges, 'window40AfterFive'),
  };
  for (const [index, { facts }] of charges.entries()) {
    const capacity = capacities[(places[index] ?? index) - offset] ?? null;
    if (capacity === null || capacity <= 0) continue;
    const measured = capacity / facts.ratedAh;
    if (outside.has(estimates.full[index]?.ignored ?? null)) {
      if (facts.fullAh === null) continue;
      const soh = (chargeCoefficients.fullGain * facts.fullAh) / facts.ratedAh;
      outsideLimits.push({ soh, low: soh, high: soh, measured });
      continue;
    }
    const add = (look: Look) => {
      const estimate = estimates[look][index];
      if (estimate) scored[look].push({ ...estimate, measured });
    };
    if (facts.fullAh !== null) add('full');
    if ((facts.windowAh ?? 0) / facts.ratedAh < chargeLimits.leastWindowOfRated) continue;
    add('window40');
    if (index >= fullChargesFirst) add('window40AfterFive');
  }
  return { ...scored, outsideLimits };
}

/** One line of figures: errors in points of SOH, that is per cent of rated capacity. */
export function scoreFolder(charges: ReadonlyMap<string, CellCharge[]>, capacities: ReturnType<typeof readCapacities>) {
  const cells = [...charges].map(([cell, own]) => [cell, scoreCell(own, capacities.get(cell) ?? [])] as const);
  const lineOf = ({ full, window40, window40AfterFive, outsideLimits }: ReturnType<typeof scoreCell>) => ({
    full: summary(full),
    window40: summary(window40),
    window40AfterFiveFullCharges: summary(window40AfterFive),
    outsideLimits: { charges: outsideLimits.length, plainCountMaePct: summary(outsideLimits).maePct },
  });
  const all = (look: keyof ReturnType<typeof scoreCell>) => cells.flatMap(([, score]) => score[look]);
  return {
    cells: Object.fromEntries(cells.map(([cell, score]) => [cell, lineOf(score)])),
    overall: lineOf({
      full: all('full'),
      window40: all('window40'),
      window40AfterFive: all('window40AfterFive'),
      outsideLimits: all('outsideLimits'),
    }),
  };
}
