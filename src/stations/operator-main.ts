import { openOperatorDatabase } from '../db/operator-database.ts';
import { readConfig } from '../platform/config.ts';
import { OperatorError } from '../platform/errors.ts';
import { readCommandLine, usage } from './operator/command-line.ts';
import { runOrder } from './operator/run.ts';

/** `npm run station -- …` */
async function main(argv: readonly string[]): Promise<void> {
  const order = readCommandLine(argv);
  if (order.command === 'help') {
    console.log(usage);
    return;
  }
  const { databaseUrl, dataDir } = readConfig(process.env);
  const say = (sentence: string) => console.error(sentence);
  const opened = await openOperatorDatabase({ databaseUrl, dataDir, say });
  try {
    console.log(await runOrder(opened.db, order));
  } finally {
    await opened.close();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
