import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { OperatorError } from './errors.ts';
import { type Account, chooseAccount } from './postgres/account.ts';
import { findBinaries } from './postgres/binaries.ts';
import { ensureCluster, quietEnvironment, superuser } from './postgres/cluster.ts';
import { clearLeftovers } from './postgres/leftovers.ts';

export interface EmbeddedPostgresOptions {
  /** The cluster is kept in `<dataDir>/postgres`. */
  dataDir: string;
  /** Created when it is not there. */
  database?: string;
  /** A free one is chosen when left out; nothing about it is stored. */
  port?: number;
  /** Server settings beside the defaults, as in `postgresql.conf`. */
  settings?: Readonly<Record<string, string>>;
  /** False skips the sync after the cluster is made (not the one at each commit): for clusters that are thrown away. */
  syncNewCluster?: boolean;
  /** Sentences for the operator. */
  say?: (sentence: string) => void;
  /** The server's own log, line by line. */
  onLog?: (line: string) => void;
  /** The server ended and nobody had asked it to. */
  onUnexpectedExit?: () => void;
}

export interface EmbeddedPostgres {
  url: string;
  port: number;
  /** The postmaster's process id. */
  pid: number;
  /** Ends the server in order: sessions are closed, everything is written. Falls back to a hard stop after 3 s. */
  stop(): Promise<void>;
  /** Ends it as a crash would: the next start recovers from the write-ahead log. */
  stopHard(): Promise<void>;
}

/**
 * Starts a real PostgreSQL server on loopback. It never outlives this process for long: a small shell stands between, holds the
 * other end of a pipe, and stops the server when the pipe closes, which happens also when this process is killed with SIGKILL.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true });
  const clusterDir = join(await realpath(options.dataDir), 'postgres');
  const binaries = await findBinaries();
  const account = await chooseAccount(clusterDir, [binaries.postgres]);
  const password = await ensureCluster({ clusterDir, binaries, account, sync: options.syncNewCluster ?? true });
  await clearLeftovers(clusterDir, options.say ?? (() => {}));

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const server = launch(
      account,
      [binaries.postgres, ...serverArguments(clusterDir, port, options.settings)],
      options,
    );
    const failure = await server.ready;
    if (failure === undefined) {
      const database = options.database ?? 'pitlane';
      const url = (name: string) => `postgres://${superuser}:${password}@127.0.0.1:${port}/${name}`;
      await ensureDatabase(url('postgres'), database);
      return { url: url(database), port, pid: server.pid(), stop: server.stop, stopHard: server.stopHard };
    }
    // Another program may have taken the port since; backends of a killed server may need a moment to notice and end.
    if (attempt === 5 || !/could not bind|already in use|still in use|already exists/.test(failure)) {
      throw new OperatorError(`The embedded PostgreSQL did not start: ${failure}`);
    }
    await sleep(300 * attempt);
  }
}

function serverArguments(clusterDir: string, port: number, settings: Readonly<Record<string, string>> = {}): string[] {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '',
    ...settings,
  };
  return ['-D', clusterDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/**
 * Says the server's pid, passes on the signals it reads, and stops the server when its input ends. The server is in a session of
 * its own, so a Ctrl-C in the terminal reaches it only through us, after what uses it has stopped.
 */
const keeper = `
exec 3<&0
"$@" 3<&- </dev/null & server=$!
{ while read -r signal; do kill -s "$signal" "$server"; done; kill -s INT "$server"; } <&3 2>/dev/null &
reader=$!
exec 3<&-
echo "$server"
wait "$server"; code=$?
{ kill "$reader"; wait "$reader"; } 2>/dev/null
exit $code`;

interface Server {
  /** Settles when the server takes connections (undefined) or has failed (its reason). */
  ready: Promise<string | undefined>;
  pid(): number;
  stop(): Promise<void>;
  stopHard(): Promise<void>;
}

function launch(account: Account, argv: readonly string[], options: EmbeddedPostgresOptions): Server {
  const { file, args, ids } = account.command(['sh', '-c', keeper, 'pitlane-postgres', ...argv]);
  const child = spawn(file, args, { ...ids, cwd: '/', env: quietEnvironment(), detached: true, stdio: 'pipe' });
  child.stdin.on('error', () => {});
  let pid = 0;
  let asked = false;
  createInterface({ input: child.stdout }).once('line', (line) => {
    pid = Number(line);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });

  const ready = new Promise<string | undefined>((resolve) => {
    let isReady = false;
    let reason = '';
    createInterface({ input: child.stderr }).on('line', (line) => {
      options.onLog?.(line);
      if (line.startsWith('FATAL:') || line.startsWith('ERROR:')) reason = line.replace(/^\w+:\s*/, '');
      if (line.startsWith('HINT:') && reason) reason += ` (${line.replace(/^\w+:\s*/, '')})`;
      if (!line.includes('database system is ready to accept connections')) return;
      isReady = true;
      resolve(undefined);
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => {
      if (!isReady) resolve(reason || `it ended with code ${code}`);
      else if (!asked) options.onUnexpectedExit?.();
    });
  });

  const end = async (signals: readonly { signal: string; waitMs: number }[]) => {
    asked = true;
    for (const { signal, waitMs } of signals) {
      if (hasEnded(child)) return;
      child.stdin.write(`${signal}\n`);
      await Promise.race([exited, sleep(waitMs, undefined, { ref: false })]);
    }
    await exited;
  };
  return {
    ready,
    pid: () => pid,
    stop: () =>
      end([
        { signal: 'INT', waitMs: 3000 },
        { signal: 'QUIT', waitMs: 1000 },
        { signal: 'KILL', waitMs: 1000 },
      ]),
    stopHard: () =>
      end([
        { signal: 'QUIT', waitMs: 1000 },
        { signal: 'KILL', waitMs: 1000 },
      ]),
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    const found = await sql`select 1 from pg_database where datname = ${name}`;
    if (found.length === 0) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
