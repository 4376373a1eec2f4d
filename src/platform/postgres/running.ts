import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { superuser } from './cluster.ts';

/** The address of the embedded server that another process runs in this data folder; null when none answers. */
export async function findRunningPostgres(dataDir: string, database = 'pitlane'): Promise<string | null> {
  const folder = join(dataDir, 'postgres');
  const lockFile = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => null);
  const password = await readFile(join(folder, 'pitlane-password'), 'utf8').catch(() => null);
  // Line 4 of the lock file is the port. A stale file is found out by asking.
  const port = Number(lockFile?.split('\n')[3]);
  if (password === null || !(port > 0)) return null;
  const url = `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
  return (await answers(url)) ? url : null;
}

async function answers(url: string): Promise<boolean> {
  const probe = postgres(url, { max: 1, connect_timeout: 3, onnotice: () => {} });
  try {
    await probe`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await probe.end({ timeout: 1 });
  }
}
