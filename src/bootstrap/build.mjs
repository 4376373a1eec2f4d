// `npm run build`: installs and compiles when needed, and nothing else.
import { prepare, runProgram } from './setup.mjs';

await runProgram(prepare);
