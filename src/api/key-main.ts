import { runOperatorProgram } from '../db/operator-program.ts';
import { readKeyOrder, runKeyOrder, usage } from './key-commands.ts';

/** `npm run key -- …` */
await runOperatorProgram({ read: readKeyOrder, usage, run: runKeyOrder });
