import { fitPulseModels } from '../health/pulse-fit.ts';
import { readPulseLabels, readPulses } from '../health/pulse-folder.ts';

/** Fits the pulse-test models and prints `machines/health/pulse-coefficients.generated.ts`: `npm run --silent evaluate:pulse-fit`. */
const folder = process.argv[2] ?? '../shared/data/pulsebat_retired_cells';
const labels = readPulseLabels(folder);
const pulses = readPulses(folder).flatMap((pulse, index) => {
  const soh = labels[index] ?? null;
  return soh === null ? [] : [{ ...pulse, soh }];
});

console.log(`/**
 * Ridge regressions of SOH on the voltages of a 5 s pulse test, fitted by \`npm run evaluate:pulse-fit\` on ${new Set(pulses.map(({ cell }) => cell)).size} retired cells of
 * github.com/terencetaothucb/Pulse-Voltage-Response-Generation (batch 1, MIT, (c) 2024 Terence (Shengyu) Tao).
 */
export interface PulseModel {
  cathode: string;
  nominalAh: number;
  withSoc: boolean;
  /** Cells it was fitted on, and its error on cells left out in ten folds. */
  cells: number;
  heldOutMapePct: number;
  /** 90 % quantile of the absolute error on cells left out. */
  halfWidth: number;
  fittedSoh: readonly [number, number];
  intercept: number;
  /** In the order of \`pulseFeatures\`. */
  weights: readonly number[];
}

export const pulseModels: readonly PulseModel[] = ${JSON.stringify(fitPulseModels(pulses), null, 2)};`);
