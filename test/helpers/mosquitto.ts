import { spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { waitFor } from './wait-for.ts';

const places = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];

/** The mosquitto program, or undefined where it is not installed. */
export const mosquittoPath = places.find((path) => spawnSync(path, ['-h'], { stdio: 'ignore' }).error === undefined);

/**
 * For `describe.skipIf(!hasMosquitto)`. What is skipped is not silent: the run's summary lists every test that did not run, and
 * `npm test` says in capitals why.
 */
export const hasMosquitto = mosquittoPath !== undefined;

export interface MosquittoOptions {
  /** Further lines of mosquitto.conf. */
  config?: string;
  /** Content of the ACL file. */
  acl?: string;
  /** User name → password; without it anybody may connect. */
  users?: Readonly<Record<string, string>>;
  /** Content of a password file that is hashed already, instead of `users`. */
  passwordFile?: string;
  /** A fixed port, to start again where an earlier one stopped. */
  port?: number;
}

export interface Mosquitto {
  url: string;
  port: number;
  pid: number;
  /** What the broker has said. */
  log(): string;
  /** Ends it; `SIGKILL` is the power cut. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A real Mosquitto on loopback for the running test; it persists nothing. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  if (!mosquittoPath) throw new Error('mosquitto is not installed: guard the test with describe.skipIf(!hasMosquitto)');
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-mosquitto-'));
  const port = options.port ?? (await freePort());
  await chmod(folder, 0o755);
  const configFile = await writeConfig(folder, port, options);

  const child = spawn(mosquittoPath, ['-c', configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!hasEnded()) child.kill(signal);
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  onTestFinished(() => stop());
  await waitFor('mosquitto takes connections', () => {
    if (hasEnded()) throw new Error(`mosquitto ended: ${log}`);
    return takesConnections(port);
  });
  return { url: `mqtt://127.0.0.1:${port}`, port, pid: child.pid ?? 0, log: () => log, stop };
}

async function writeConfig(folder: string, port: number, options: MosquittoOptions): Promise<string> {
  const lines = [
    // Only for log files and such; as root it would become the user mosquitto, who cannot read a private temporary folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'persistence false',
    'set_tcp_nodelay true',
    `allow_anonymous ${options.users || options.passwordFile ? 'false' : 'true'}`,
    'log_dest stdout',
  ];
  if (options.acl !== undefined) lines.push(`acl_file ${await writePrivate(join(folder, 'acl'), options.acl)}`);
  if (options.passwordFile) {
    lines.push(`password_file ${await writePrivate(join(folder, 'passwords'), options.passwordFile)}`);
  }
  if (options.users) lines.push(`password_file ${await writePasswords(join(folder, 'passwords'), options.users)}`);
  lines.push(`listener ${port} 127.0.0.1`);
  if (options.config) lines.push(options.config);
  return writePrivate(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
}

async function writePrivate(path: string, content: string): Promise<string> {
  await writeFile(path, content, { mode: 0o600 });
  if (process.getuid?.() === 0) await chown(path, 0, 0);
  return path;
}

async function writePasswords(path: string, users: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries(users).map(([name, password]) => `${name}:${password}`);
  await writePrivate(path, `${lines.join('\n')}\n`);
  // The program that comes with the broker hashes a plain file in place.
  const hasher = join(dirname(mosquittoPath ?? ''), '../bin/mosquitto_passwd');
  const done = [hasher, 'mosquitto_passwd', '/usr/bin/mosquitto_passwd'].some(
    (program) => spawnSync(program, ['-U', path]).status === 0,
  );
  if (!done) throw new Error('mosquitto_passwd does not work');
  return path;
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
