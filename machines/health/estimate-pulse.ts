import type { HealthEstimate } from './estimate-health.ts';
import { type PulseModel, pulseModels } from './pulse-coefficients.generated.ts';

/**
 * Pulse test of a retired cell: 5 s pulses of rising current, charge and discharge in turn, 21 voltages in their order (U1 before the first
 * pulse). Method and order after S. Tao et al., "Pulse Voltage Response Generation" (2024).
 */
export interface PulseTest {
  cathode: string;
  nominalAh: number;
  volts: readonly number[];
  /** SOC the cell was set to, counted in Ah; null: not known. */
  socPct: number | null;
  /** Length of the pulses; null: not written down. */
  pulseS: number | null;
}

export type NoPulseEstimate = 'cellTypeUnknown' | 'pulseLengthNotFitted' | 'voltagesInvalid' | 'socOutsideFitted';

export const pulseVolts = 21;
const plausibleVolts = [1.5, 5] as const;
const fittedSocPct = [3, 52] as const;

/** U1, what each later voltage differs from it, and, where it is known, SOC and its square. */
export function pulseFeatures({ volts, socPct }: Pick<PulseTest, 'volts' | 'socPct'>): number[] {
  const first = volts[0] ?? 0;
  const soc = socPct === null ? [] : [socPct / 100, (socPct / 100) ** 2];
  return [first, ...volts.slice(1).map((value) => value - first), ...soc];
}

/**
 * SOH of a cell from one pulse test: soh = intercept + Σ weightᵢ featureᵢ, by ridge regression of its own cell type.
 * The interval is the 90 % quantile of errors on cells left out of the fit, wider where the estimate leaves the fitted range.
 */
export function estimatePulse(test: PulseTest): HealthEstimate | { refused: NoPulseEstimate } {
  const model = modelOf(test);
  if (!model) return { refused: 'cellTypeUnknown' };
  const [least, most] = plausibleVolts;
  const { volts, socPct, pulseS } = test;
  if (pulseS !== null && pulseS !== 5) return { refused: 'pulseLengthNotFitted' };
  if (volts.length !== pulseVolts || !volts.every((value) => value >= least && value <= most)) {
    return { refused: 'voltagesInvalid' };
  }
  if (socPct !== null && !(socPct >= fittedSocPct[0] && socPct <= fittedSocPct[1])) {
    return { refused: 'socOutsideFitted' };
  }
  const plain = pulseFeatures(test).reduce((sum, value, index) => sum + value * (model.weights[index] ?? 0), 0);
  const raw = model.intercept + plain;
  const [low, high] = model.fittedSoh;
  const outside = Math.max(0, low - raw, raw - high);
  const soh = Math.min(1.1, Math.max(0, raw));
  const half = model.halfWidth + outside;
  return { soh, low: Math.max(0, soh - half), high: Math.min(1.2, soh + half) };
}

function modelOf({ cathode, nominalAh, socPct }: PulseTest): PulseModel | undefined {
  return pulseModels.find(
    (model) =>
      model.cathode === cathode &&
      model.withSoc === (socPct !== null) &&
      Math.abs(nominalAh / model.nominalAh - 1) < 0.05,
  );
}
