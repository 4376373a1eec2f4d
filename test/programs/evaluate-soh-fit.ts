import { readCharges } from '../health/cells-folder.ts';
import { fitCharges } from '../health/soh-fit.ts';
import { readCapacities } from '../health/soh-score.ts';

/** Prints what `machines/health/charge-coefficients.ts` was set from, and errors with one cell left out: `npm run evaluate:soh-fit`. */
const folder = process.argv[2] ?? '../shared/data/nasa_pcoe_cells';
console.log(JSON.stringify(fitCharges(readCharges(folder, null), readCapacities(folder))));
