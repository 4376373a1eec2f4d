import { readPulseLabels, readPulses } from '../health/pulse-folder.ts';
import { scorePulseFolder } from '../health/pulse-score.ts';

/**
 * Errors of the pulse-test estimator as one line of JSON: `npm run evaluate:pulse -- <folder>` with a file like
 * ../shared/data/pulsebat_retired_cells/pulse_5s.csv. On that folder the cells are those of the fit; errors on cells left out
 * stand with the coefficients.
 */
const folder = process.argv[2] ?? '../shared/data/pulsebat_retired_cells';
const pulses = readPulses(folder);
if (pulses.length === 0) {
  console.error(`There is no pulse_5s.csv with rows in ${folder}.`);
  process.exit(2);
}
console.log(JSON.stringify(scorePulseFolder(pulses, readPulseLabels(folder))));
