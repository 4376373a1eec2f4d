// Makes everything ready, then runs one of the compiled programs in this same process: `node src/bootstrap/run.mjs station-sim/main …`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root, runProgram, SetupError } from './setup.mjs';

await runProgram(async () => {
  const [program = ''] = process.argv.splice(2, 1);
  await prepare();
  const path = join(root, 'dist', `${program}.js`);
  if (!existsSync(path)) throw new SetupError(`There is no program ${program}.`);
  // The program sees the command line as if it had been started itself.
  process.argv[1] = path;
  await import(pathToFileURL(path).href);
});
