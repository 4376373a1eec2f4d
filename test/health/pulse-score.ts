import { estimatePulse } from '../../machines/health/estimate-pulse.ts';
import { groupBy } from './csv-table.ts';
import type { CellPulse } from './pulse-folder.ts';
import { type Scored, summary } from './summary.ts';

export const estimatePulses = (pulses: readonly CellPulse[], withSoc: boolean) =>
  pulses.map(({ test }) => estimatePulse(withSoc ? test : { ...test, socPct: null }));

interface ScoredPulse extends Scored {
  cell: string;
  cathode: string;
  nominalAh: number;
}

function scorePulses(pulses: readonly CellPulse[], labels: readonly (number | null)[], withSoc: boolean) {
  const estimates = estimatePulses(pulses, withSoc);
  const scored: ScoredPulse[] = [];
  let refused = 0;
  for (const [index, { cell, test }] of pulses.entries()) {
    const estimate = estimates[index];
    const measured = labels[index] ?? null;
    if (!estimate || measured === null || measured <= 0) continue;
    if ('refused' in estimate) refused += 1;
    else scored.push({ ...estimate, measured, cell, cathode: test.cathode, nominalAh: test.nominalAh });
  }
  const by = (key: (item: ScoredPulse) => string) =>
    Object.fromEntries([...groupBy(scored, key)].map(([name, own]) => [name, lineOf(own)]));
  const cathodes = by(({ cathode }) => cathode);
  return {
    cathodes,
    types: by(({ cathode, nominalAh }) => `${cathode} ${nominalAh} Ah`),
    overall: lineOf(scored),
    refused,
  };
}

/** Errors of single pulses; `cellMapePct`: of the mean over a cell's pulses. */
function lineOf(scored: readonly ScoredPulse[]) {
  const cells = [...groupBy(scored, ({ cell }) => cell).values()].map((own) => {
    const mean = (of: (item: ScoredPulse) => number) => own.reduce((sum, item) => sum + of(item), 0) / own.length;
    return { soh: mean(({ soh }) => soh), low: 0, high: 0, measured: mean(({ measured }) => measured) };
  });
  return { ...summary(scored), cells: cells.length, cellMapePct: summary(cells).mapePct };
}

/** One line of figures, with the SOC of the file and without any. */
export const scorePulseFolder = (pulses: readonly CellPulse[], labels: readonly (number | null)[]) => ({
  ...scorePulses(pulses, labels, true),
  withoutSoc: scorePulses(pulses, labels, false),
});
