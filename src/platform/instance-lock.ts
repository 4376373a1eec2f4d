import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, mkdir, realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from './errors.ts';

export interface InstanceLock {
  /** Tells a successor that waiting for us is worth while. */
  announceStop(): void;
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  stopping: boolean;
}

/**
 * Keeps two Pitlanes out of one data folder. The lock is a listening socket with a name made from the folder, in Linux' abstract
 * namespace: it exists exactly as long as its process, so there is nothing to go stale after a kill or a power cut.
 */
export async function lockDataDir(
  dataDir: string,
  say: (sentence: string) => void = () => {},
  patienceMs = 8000,
): Promise<InstanceLock> {
  await requireWritable(dataDir);
  const name = socketName(await realpath(dataDir));
  const end = performance.now() + patienceMs;
  let told = false;
  for (;;) {
    const holder: Holder = { pid: process.pid, stopping: false };
    const server = await listen(name, holder);
    if (server) {
      return {
        announceStop: () => {
          holder.stopping = true;
        },
        release: async () => {
          server.close();
          await once(server, 'close');
        },
      };
    }
    const other = await askHolder(name);
    if (other === undefined) await removeDeadSocket(name);
    if ((other && !other.stopping) || performance.now() > end) {
      const which = other ? `process ${other.pid}` : 'it does not answer';
      throw new OperatorError(
        `Pitlane is already running in ${dataDir} (${which}): stop it first, or set DATA_DIR to another folder.`,
      );
    }
    if (other && !told) say(`Waiting for process ${other.pid} to finish stopping.`);
    told ||= other !== undefined;
    await sleep(100);
  }
}

async function requireWritable(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    throw new OperatorError(
      `The data folder ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}): set DATA_DIR to another folder.`,
    );
  }
}

function socketName(folder: string): string {
  const name = `pitlane-${createHash('sha256').update(folder).digest('hex').slice(0, 24)}`;
  return platform() === 'linux' ? `\0${name}` : join(tmpdir(), name);
}

/** Only where the socket is a file: one that nobody answers on was left by a killed process. */
async function removeDeadSocket(name: string): Promise<void> {
  if (!name.startsWith('\0')) await unlink(name).catch(() => {});
}

async function listen(name: string, holder: Holder): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(JSON.stringify(holder));
  });
  server.listen(name);
  try {
    await once(server, 'listening');
    server.unref();
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

async function askHolder(name: string): Promise<Holder | undefined> {
  const socket = connect(name);
  socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
  try {
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return JSON.parse(answer) as Holder;
  } catch {
    return undefined;
  }
}
