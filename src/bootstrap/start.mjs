// `npm start`: makes everything ready, then runs the service in this same process, so that there is one process to stop or kill.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root, runProgram } from './setup.mjs';

await runProgram(async () => {
  await prepare();
  await import(pathToFileURL(join(root, 'dist/src/main.js')).href);
});
