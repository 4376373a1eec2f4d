import { SingleBar } from 'cli-progress';
import { readConfig } from '../platform/config.ts';
import { OperatorError } from '../platform/errors.ts';
import { type ImportTerminal, importUsage, readImportOrder, runImportOrder } from './command.ts';

/** Errors to standard output, all else to standard error: a bar where somebody looks at it. */
function openTerminal(): ImportTerminal {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: '{stage} [{bar}] {percentage} %', hideCursor: true, stream: process.stderr })
    : null;
  let stage = '';
  return {
    print: (line) => console.log(line),
    say: (sentence) => console.error(sentence),
    progress(now, done, of) {
      if (now !== stage) {
        if (bar === null) console.error(`${now} ...`);
        bar?.stop();
        bar?.start(of, done, { stage: now.padEnd(8) });
        stage = now;
      }
      bar?.update(done);
    },
    progressEnds: () => bar?.stop(),
  };
}

/** `npm run import -- …` */
async function main(argv: readonly string[]): Promise<number> {
  const order = readImportOrder(argv);
  if (order === null) {
    console.log(importUsage);
    return 0;
  }
  return runImportOrder(order, readConfig(process.env), openTerminal());
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
