import { chargeCoefficients } from '../../machines/health/charge-coefficients.ts';
import type { ChargeFacts } from '../../machines/health/charge-readings.ts';
import { groupBy, numberIn, type Row, readTable, withoutLabels } from './csv-table.ts';

/** The cells of the NASA set are rated 2 Ah; a column `nominal_ah` or an option says otherwise. */
export const defaultRatedAh = 2;

export interface CellCharge {
  no: number;
  facts: ChargeFacts;
}

/**
 * What the estimator gets of a folder: charges only. `discharge_cycles.csv`, where the measured capacities stand, is not opened here,
 * and columns that name a label are dropped from the rest.
 */
export function readCharges(folder: string, ratedAh: number | null): Map<string, CellCharge[]> {
  const cycles = withoutLabels(readTable(folder, 'charge_cycles.csv'));
  const curves = fromCurves(withoutLabels(readTable(folder, 'charge_curves_60s.csv')));
  const charges = new Map<string, CellCharge[]>();
  const known = new Set(cycles.map(({ cell }) => cell));
  // A cell that has curves only is read from them.
  const rows = [...cycles, ...[...curves.values()].filter(({ cell }) => !known.has(cell))];
  for (const [cell, own] of groupBy(rows, ({ cell: name = '' }) => name)) {
    const sorted = own.map((row) => ({ row, no: numberIn(row, 'charge_no') ?? 0 })).sort((a, b) => a.no - b.no);
    const list = sorted.map(({ row, no }, index) => {
      const curve = curves.get(`${cell}/${no}`) ?? {};
      // The cell was cycled too when it charged without a row here.
      const fullCycles = Math.max(1, no - (sorted[index - 1]?.no ?? no));
      return { no, facts: { ...factsOf({ ...curve, ...filled(row) }, ratedAh), fullCycles } };
    });
    charges.set(cell, list);
  }
  return charges;
}

const filled = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, text]) => !/^(|nan)$/i.test(text)));

function factsOf(row: Row, ratedAh: number | null): Omit<ChargeFacts, 'fullCycles'> {
  return {
    ratedAh: ratedAh ?? numberIn(row, 'nominal_ah') ?? numberIn(row, 'rated_ah') ?? defaultRatedAh,
    fullAh: numberIn(row, 'charged_ah'),
    windowAh: numberIn(row, 'ah_3v9_to_4v1'),
    meanTempC: numberIn(row, 'temp_mean_c') ?? numberIn(row, 'ambient_c'),
    maxTempC: numberIn(row, 'temp_max_c'),
    durationS: numberIn(row, 'duration_s'),
    days: 0,
  };
}

/** The columns of `charge_cycles.csv` that can be counted from a curve, however it was sampled. */
function fromCurves(samples: readonly Row[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const [key, own] of groupBy(samples, (row) => `${row.cell}/${numberIn(row, 'charge_no') ?? 0}`)) {
    const points = own.map(pointOf).filter((point) => point !== null);
    points.sort((a, b) => a.t - b.t);
    rows.set(key, { cell: own[0]?.cell ?? '', charge_no: own[0]?.charge_no ?? '', ...countsOf(points) });
  }
  return rows;
}

interface Point {
  t: number;
  v: number;
  i: number;
  temp: number | null;
}

function pointOf(row: Row): Point | null {
  const [t, v, i] = [numberIn(row, 't_s'), numberIn(row, 'voltage'), numberIn(row, 'current_a')];
  return t === null || v === null || i === null ? null : { t, v, i, temp: numberIn(row, 'temp_c') };
}

function countsOf(points: readonly Point[]): Row {
  const [low, high] = chargeCoefficients.windowVolts;
  let ah = 0;
  let atLow: number | null = null;
  let atHigh: number | null = null;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (!before) continue;
    const step = (((point.i + before.i) / 2) * (point.t - before.t)) / 3600;
    const reached = (volts: number) => before.v < volts && point.v >= volts;
    const share = (volts: number) => ah + (step * (volts - before.v)) / (point.v - before.v);
    if (atLow === null && reached(low)) atLow = share(low);
    if (atHigh === null && reached(high)) atHigh = share(high);
    ah += step;
  }
  const temps = points.flatMap(({ temp }) => (temp === null ? [] : [temp]));
  const row: Row = { duration_s: String((points.at(-1)?.t ?? 0) - (points[0]?.t ?? 0)), charged_ah: String(ah) };
  if (atLow !== null && atHigh !== null) row.ah_3v9_to_4v1 = String(atHigh - atLow);
  if (temps.length > 0) row.temp_mean_c = String(temps.reduce((sum, temp) => sum + temp, 0) / temps.length);
  return row;
}
