import { parseArgs } from 'node:util';
import { readCharges } from '../health/cells-folder.ts';
import { readCapacities, scoreFolder } from '../health/soh-score.ts';

/**
 * Errors of the state-of-health estimator against measured capacity, as one line of JSON: `npm run evaluate:soh -- <folder>` with the
 * files of ../shared/data/nasa_pcoe_cells. `--rated-ah` where the cells are not rated 2 Ah and no column `nominal_ah` says so.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'rated-ah': { type: 'string' } } });
const folder = positionals[0] ?? '../shared/data/nasa_pcoe_cells';
const ratedAh = values['rated-ah'] === undefined ? null : Number(values['rated-ah']);
const charges = readCharges(folder, ratedAh);
if (charges.size === 0) {
  console.error(`There is no charge_cycles.csv or charge_curves_60s.csv with rows in ${folder}.`);
  process.exit(2);
}
console.log(JSON.stringify(scoreFolder(charges, readCapacities(folder))));
