import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';
import { OperatorError, sentenceOf } from '../platform/errors.ts';
import { lockDataDir } from '../platform/instance-lock.ts';
import { findRunningPostgres } from '../platform/postgres/running.ts';
import { connect, type Database, database } from './client.ts';
import { migrate, requireSchema } from './migrate.ts';

export interface OperatorDatabase {
  db: Database;
  close(): Promise<void>;
}

export interface Where {
  databaseUrl: string | undefined;
  dataDir: string;
  say: (sentence: string) => void;
}

/**
 * The database the service uses: the one of DATABASE_URL, else the embedded one, which is started for the moment when no `npm start` runs
 * it.
 */
export async function openOperatorDatabase(where: Where): Promise<OperatorDatabase> {
  if (where.databaseUrl !== undefined) return open(where.databaseUrl);
  const running = await findRunningPostgres(where.dataDir);
  return running === null ? startForNow(where) : open(running);
}

async function open(databaseUrl: string, after: () => Promise<void> = async () => {}): Promise<OperatorDatabase> {
  try {
    const sql = (await connect({ databaseUrl, max: 1, name: 'pitlane-operator' }))();
    const close = async () => {
      await sql.end({ timeout: 2 });
      await after();
    };
    try {
      await requireSchema(sql);
      return { db: database(sql), close };
    } catch (error) {
      await sql.end({ timeout: 2 });
      throw error;
    }
  } catch (error) {
    await after();
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`The database does not answer: ${sentenceOf(error)}.`);
  }
}

async function startForNow({ dataDir, say }: Where): Promise<OperatorDatabase> {
  const lock = await lockDataDir(dataDir, say);
  say(`Starting the embedded database in ${dataDir} for this command.`);
  const server = await startEmbeddedPostgres({ dataDir, say });
  await migrate({ databaseUrl: server.url, say });
  return open(server.url, async () => {
    await server.stop();
    await lock.release();
  });
}
