import { spawnSync } from 'node:child_process';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '../errors.ts';

/** How a PostgreSQL program is started: the command line, and the user it becomes. */
export interface Account {
  /** The user and group that must own the files; undefined for "whoever we are". */
  owner: { uid: number; gid: number } | undefined;
  /** Puts in front of a command what it takes to become that user. */
  command(argv: readonly string[]): { file: string; args: string[]; ids: { uid?: number; gid?: number } };
}

/**
 * PostgreSQL refuses to run as root. As an ordinary user nothing needs doing; as root its programs run as the owner of an
 * existing cluster, else as the system's `postgres` user, else as `nobody`: no user is created on the machine.
 *
 * @param clusterDir the cluster's folder, or where it will be
 * @param reachable files and folders that user must be able to reach, such as the programs
 */
export async function chooseAccount(clusterDir: string, reachable: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0) {
    return { owner: undefined, command: ([file = '', ...args]) => ({ file, args, ids: {} }) };
  }
  const owner = (await ownerOf(clusterDir)) ?? (await systemUser('postgres')) ?? (await systemUser('nobody'));
  if (!owner) {
    throw new OperatorError(
      'PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody: start Pitlane as an ordinary user.',
    );
  }
  for (const path of [dirname(clusterDir), ...reachable]) {
    if (!(await canReach(owner, path))) return withSearchRight(owner, path);
  }
  return { owner, command: ([file = '', ...args]) => ({ file, args, ids: owner }) };
}

/**
 * A clone below a private folder (/root, or one made by mktemp -d) cannot be entered by another user. Its programs then keep one
 * right of root, to pass through folders; the kernel's ambient capabilities do that, and util-linux' setpriv sets them.
 * `no_setuid_fixup` makes them count for access(2) too, with which PostgreSQL looks for its own programs.
 */
function withSearchRight(owner: { uid: number; gid: number }, path: string): Account {
  for (const right of ['dac_read_search', 'dac_override']) {
    const prefix = [
      '--securebits=+no_setuid_fixup',
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      '--clear-groups',
      `--inh-caps=+${right}`,
      `--ambient-caps=+${right}`,
    ];
    if (spawnSync('setpriv', [...prefix, 'test', '-x', path], { stdio: 'ignore' }).status === 0) {
      return { owner, command: (argv) => ({ file: 'setpriv', args: [...prefix, ...argv], ids: {} }) };
    }
  }
  throw new OperatorError(
    `PostgreSQL does not run as root, and user ${owner.uid} cannot reach ${path}: move Pitlane to a folder open to all (such as /srv), or start it as an ordinary user.`,
  );
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

async function systemUser(name: string): Promise<{ uid: number; gid: number } | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  return fields ? { uid: Number(fields[2]), gid: Number(fields[3]) } : undefined;
}

/** Whether every folder above the path lets this user through. */
async function canReach(user: { uid: number; gid: number }, path: string): Promise<boolean> {
  let folder = await realpath(path);
  for (;;) {
    const { mode, uid, gid } = await stat(folder);
    const right = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & right) === 0) return false;
    if (folder === dirname(folder)) return true;
    folder = dirname(folder);
  }
}
