import { readConfig } from '../platform/config.ts';
import { OperatorError } from '../platform/errors.ts';
import type { Database } from './client.ts';
import { openOperatorDatabase } from './operator-database.ts';

export interface OperatorProgram<O extends { command: string }> {
  /** @throws OperatorError for what nobody understands. */
  read(argv: readonly string[]): O;
  usage: string;
  /** Does it, and gives what is printed. */
  run(db: Database, order: Exclude<O, { command: 'help' }>): Promise<string>;
}

/** A command for operators: reads its arguments, opens the database the service uses, and says errors of people in a sentence. */
export async function runOperatorProgram<O extends { command: string }>(program: OperatorProgram<O>): Promise<void> {
  try {
    await work(program);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function work<O extends { command: string }>({ read, usage, run }: OperatorProgram<O>): Promise<void> {
  const order = read(process.argv.slice(2));
  if (order.command === 'help') {
    console.log(usage);
    return;
  }
  const { databaseUrl, dataDir } = readConfig(process.env);
  const say = (sentence: string) => console.error(sentence);
  const opened = await openOperatorDatabase({ databaseUrl, dataDir, say });
  try {
    console.log(await run(opened.db, order as Exclude<O, { command: 'help' }>));
  } finally {
    await opened.close();
  }
}
