import { runOperatorProgram } from '../db/operator-program.ts';
import { readCommandLine, usage } from './operator/command-line.ts';
import { runOrder } from './operator/run.ts';

/** `npm run station -- …` */
await runOperatorProgram({ read: readCommandLine, usage, run: runOrder });
