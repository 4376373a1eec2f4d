import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { OperatorError } from '../errors.ts';

const run = promisify(execFile);

/**
 * Clears what a killed run may have left of this cluster: a server still running (it is stopped, by its pid, after making
 * sure that it is this cluster's), backends that outlived their server (they end by themselves and are waited for), and a
 * lock file whose pid now belongs to some other program. The caller holds the instance lock, so nobody living owns these.
 */
export async function clearLeftovers(clusterDir: string, say: (sentence: string) => void): Promise<void> {
  const lockFile = join(clusterDir, 'postmaster.pid');
  const postmaster = Number((await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0]);
  const steps = [
    { signal: 'SIGINT', waitMs: 5000 },
    { signal: 'SIGQUIT', waitMs: 3000 },
    { signal: 'SIGKILL', waitMs: 2000 },
  ] as const;
  for (const { signal, waitMs } of steps) {
    const left = await processesOf(clusterDir, postmaster);
    if (left.length === 0) break;
    const target = left.find((pid) => pid === postmaster);
    if (signal === 'SIGINT')
      say(`A PostgreSQL server of an earlier run is still there (process ${target ?? left[0]}): stopping it.`);
    for (const pid of target === undefined && signal === 'SIGKILL' ? left : [target]) signalQuietly(pid, signal);
    await waitUntil(async () => (await processesOf(clusterDir, postmaster)).length === 0, waitMs);
  }
  const stuck = await processesOf(clusterDir, postmaster);
  if (stuck.length > 0) {
    throw new OperatorError(
      `A PostgreSQL server of an earlier run does not stop: end process ${stuck[0]} and start again.`,
    );
  }
  // PostgreSQL judges a lock file by "does that pid live?" alone: after a reboot the pid may be anybody's.
  if (postmaster > 0 && lives(postmaster)) await rm(lockFile, { force: true });
}

/** The processes that work in this cluster's folder: PostgreSQL makes it the working directory of all of its processes. */
async function processesOf(clusterDir: string, postmaster: number): Promise<number[]> {
  const folder = await realpath(clusterDir);
  if (platform() !== 'linux') return (await runsPostgresIn(folder, postmaster)) ? [postmaster] : [];
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => undefined);
    if (cwd !== folder) continue;
    const exe = await readlink(`/proc/${name}/exe`).catch(() => '');
    if (basename(exe.replace(/ \(deleted\)$/, '')) === 'postgres') found.push(Number(name));
  }
  return found;
}

async function runsPostgresIn(folder: string, pid: number): Promise<boolean> {
  if (!(pid > 0 && lives(pid))) return false;
  const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.includes('postgres') && stdout.includes(folder);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function signalQuietly(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

async function waitUntil(fact: () => Promise<boolean>, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await fact()) && performance.now() < end) await sleep(50);
}
