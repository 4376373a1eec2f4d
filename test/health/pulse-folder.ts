import type { PulseTest } from '../../machines/health/estimate-pulse.ts';
import { pulseVolts } from '../../machines/health/estimate-pulse.ts';
import { numberIn, type Row, readTable, withoutLabels } from './csv-table.ts';

const file = 'pulse_5s.csv';

export interface CellPulse {
  cell: string;
  test: PulseTest;
}

/** What the estimator gets: pulses without measured capacity and SOH, in the order of the file. */
export const readPulses = (folder: string): CellPulse[] => withoutLabels(readTable(folder, file)).map(pulseOf);

function pulseOf(row: Row): CellPulse {
  const volts = Array.from({ length: pulseVolts }, (_, index) => numberIn(row, `U${index + 1}`) ?? Number.NaN);
  const cathode = row.cathode ?? '';
  const nominalAh = numberIn(row, 'nominal_ah') ?? Number.NaN;
  const cell = `${cathode}/${nominalAh}/${row.cell_no ?? row.cell_id ?? ''}`;
  return {
    cell,
    test: { cathode, nominalAh, volts, socPct: numberIn(row, 'soc_pct'), pulseS: numberIn(row, 'pulse_width_s') },
  };
}

/** Measured SOH in the order of the file. Only the scorer and the fit read this. */
export const readPulseLabels = (folder: string): (number | null)[] =>
  readTable(folder, file).map((row) => {
    const [capacityAh, nominalAh] = [numberIn(row, 'capacity_ah'), numberIn(row, 'nominal_ah')];
    return numberIn(row, 'soh') ?? (capacityAh === null || nominalAh === null ? null : capacityAh / nominalAh);
  });
