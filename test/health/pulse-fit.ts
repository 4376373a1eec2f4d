import { type PulseTest, pulseFeatures } from '../../machines/health/estimate-pulse.ts';
import type { PulseModel } from '../../machines/health/pulse-coefficients.generated.ts';
import { groupBy } from './csv-table.ts';

export interface LabelledPulse {
  cell: string;
  test: PulseTest;
  soh: number;
}

/** Ridge penalty on standardised features; chosen once by leaving cells out, the same for every cell type. */
const penalty = 0.1;
const folds = 10;

/** One model per cell type (cathode and rated capacity), with SOC and without. */
export function fitPulseModels(pulses: readonly LabelledPulse[]): PulseModel[] {
  const types = groupBy(pulses, ({ test }) => `${test.cathode} ${test.nominalAh}`);
  return [...types.values()].flatMap((own) => [true, false].map((withSoc) => fitModel(own, withSoc)));
}

function fitModel(pulses: readonly LabelledPulse[], withSoc: boolean): PulseModel {
  const test = pulses[0]?.test ?? { cathode: '', nominalAh: 0 };
  const errors = leaveCellsOut(pulses, withSoc);
  const sorted = errors.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  const sohs = pulses.map(({ soh }) => soh);
  const mape = (100 * errors.reduce((sum, { error, soh }) => sum + Math.abs(error) / soh, 0)) / errors.length;
  return {
    cathode: test.cathode,
    nominalAh: test.nominalAh,
    withSoc,
    cells: new Set(pulses.map(({ cell }) => cell)).size,
    heldOutMapePct: Number(mape.toFixed(2)),
    halfWidth: Number((sorted[Math.floor(0.9 * sorted.length)] ?? 1).toFixed(4)),
    fittedSoh: [Math.min(...sohs), Math.max(...sohs)],
    ...ridge(pulses, withSoc),
  };
}

/** Errors on cells the model has not seen: cells dealt out over the folds in the order of their names. */
function leaveCellsOut(pulses: readonly LabelledPulse[], withSoc: boolean): { error: number; soh: number }[] {
  const cells = [...new Set(pulses.map(({ cell }) => cell))].sort();
  return Array.from({ length: folds }, (_, fold) => {
    const out = new Set(cells.filter((_cell, index) => index % folds === fold));
    const model = ridge(
      pulses.filter(({ cell }) => !out.has(cell)),
      withSoc,
    );
    return pulses.filter(({ cell }) => out.has(cell)).map((pulse) => errorOf(pulse, model, withSoc));
  }).flat();
}

type Linear = Pick<PulseModel, 'intercept' | 'weights'>;

function errorOf({ test, soh }: LabelledPulse, { intercept, weights }: Linear, withSoc: boolean) {
  const features = featuresOf(test, withSoc);
  return { error: features.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), intercept) - soh, soh };
}

const featuresOf = (test: PulseTest, withSoc: boolean) => pulseFeatures(withSoc ? test : { ...test, socPct: null });

/** w = (ZᵀZ + λI)⁻¹ Zᵀ(y − ȳ) on standardised features Z, given back in the features' own units. */
function ridge(pulses: readonly LabelledPulse[], withSoc: boolean): Linear {
  const x = pulses.map(({ test }) => featuresOf(test, withSoc));
  const meanSoh = mean(pulses.map(({ soh }) => soh));
  const columns = (x[0] ?? []).map((_, column) => x.map((row) => row[column] ?? 0));
  const means = columns.map(mean);
  const scales = columns.map(
    (values, column) => Math.sqrt(mean(values.map((v) => (v - (means[column] ?? 0)) ** 2))) || 1,
  );
  const z = columns.map((values, column) => values.map((v) => (v - (means[column] ?? 0)) / (scales[column] ?? 1)));
  const matrix = z.map((a, i) => z.map((b, j) => dot(a, b) + (i === j ? penalty : 0)));
  const target = z.map((values) => values.reduce((sum, v, row) => sum + v * ((pulses[row]?.soh ?? 0) - meanSoh), 0));
  const weights = solve(matrix, target).map((weight, column) =>
    Number((weight / (scales[column] ?? 1)).toPrecision(7)),
  );
  return { intercept: Number((meanSoh - dot(weights, means)).toPrecision(7)), weights };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** Gauss elimination; the penalty makes the matrix positive definite, so no pivoting is needed. */
function solve(matrix: readonly (readonly number[])[], target: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, target[index] ?? 0]);
  for (const [k, pivot] of rows.entries()) {
    for (const row of rows.slice(k + 1)) {
      const factor = (row[k] ?? 0) / (pivot[k] ?? 1);
      for (let column = k; column < row.length; column += 1)
        row[column] = (row[column] ?? 0) - factor * (pivot[column] ?? 0);
    }
  }
  const solution: number[] = target.map(() => 0);
  for (let k = rows.length - 1; k >= 0; k -= 1) {
    const row = rows[k] ?? [];
    const known = solution.reduce((sum, value, column) => (column > k ? sum + value * (row[column] ?? 0) : sum), 0);
    solution[k] = ((row.at(-1) ?? 0) - known) / (row[k] ?? 1);
  }
  return solution;
}
