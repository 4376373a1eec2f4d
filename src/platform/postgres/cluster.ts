import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorError, sentenceOf } from '../errors.ts';
import type { Account } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';

export const superuser = 'pitlane';

/** The major version of the programs in the package; a cluster of another version cannot be opened by them. */
const majorVersion = '18';

const run = promisify(execFile);

/**
 * Makes the cluster when there is none, and returns the password of its superuser. The password lives inside the cluster's
 * folder, so the two cannot go apart. A cluster appears by one rename: being killed half-way leaves only a folder that the
 * next call removes.
 */
export async function ensureCluster(options: {
  clusterDir: string;
  binaries: PostgresBinaries;
  account: Account;
  /** False leaves out the final sync to disk: for clusters that need not survive a power cut. */
  sync: boolean;
}): Promise<string> {
  const { clusterDir } = options;
  await removeUnfinished(clusterDir);
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) await createCluster(options);
  else if (version.trim() !== majorVersion) {
    throw new OperatorError(
      `${clusterDir} was written by PostgreSQL ${version.trim()}, but this Pitlane brings PostgreSQL ${majorVersion}: dump it with the old version and load it into the new one.`,
    );
  }
  return readFile(join(clusterDir, 'pitlane-password'), 'utf8').catch(() => {
    throw new OperatorError(
      `${clusterDir} is not a cluster of Pitlane's (pitlane-password is missing): set DATA_DIR to another folder.`,
    );
  });
}

async function removeUnfinished(clusterDir: string): Promise<void> {
  const parent = dirname(clusterDir);
  const prefix = `${basename(clusterDir)}.new-`;
  const names = await readdir(parent).catch(() => []);
  await Promise.all(
    names
      .filter((name) => name.startsWith(prefix))
      .map((name) => rm(join(parent, name), { recursive: true, force: true })),
  );
}

async function createCluster(options: {
  clusterDir: string;
  binaries: PostgresBinaries;
  account: Account;
  sync: boolean;
}): Promise<void> {
  const { clusterDir, binaries, account } = options;
  const staging = await mkdtemp(`${clusterDir}.new-`);
  const made = join(staging, 'cluster');
  const passwordFile = join(staging, 'password');
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  await mkdir(made, { mode: 0o700 });
  if (account.owner) {
    for (const path of [staging, made, passwordFile]) await chown(path, account.owner.uid, account.owner.gid);
  }
  const { file, args, ids } = account.command([
    binaries.initdb,
    `--pgdata=${made}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(options.sync ? [] : ['--no-sync']),
  ]);
  try {
    await run(file, args, { ...ids, cwd: '/', env: quietEnvironment() });
    await rename(passwordFile, join(made, 'pitlane-password'));
    await rename(made, clusterDir);
  } catch (error) {
    const stderr = (error as { stderr?: string }).stderr?.trim() || sentenceOf(error);
    throw new OperatorError(`PostgreSQL could not set up ${clusterDir}: ${stderr}`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The environment of PostgreSQL's programs: none of the operator's PG* variables, and messages in English. */
export function quietEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
