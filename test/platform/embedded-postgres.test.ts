import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { chooseAccount } from '../../src/platform/postgres/account.ts';
import { findBinaries } from '../../src/platform/postgres/binaries.ts';
import { ensureCluster } from '../../src/platform/postgres/cluster.ts';
import { type Program, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pitlane-pg-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

let made = '';
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'pitlane-pg-made-'));
  const server = await startEmbeddedPostgres({ dataDir: made, syncNewCluster: false });
  await server.stop();
}, 60_000);
afterAll(() => rm(made, { recursive: true, force: true }));

/** With a cluster in it, as its owner left it: for what is not about making one. */
async function folderInUse(): Promise<string> {
  const path = await folder();
  await promisify(execFile)('cp', ['-a', join(made, 'postgres'), path]);
  return path;
}

async function start(options: EmbeddedPostgresOptions) {
  const server = await startEmbeddedPostgres({ syncNewCluster: false, ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function query<T>(url: string, text: string): Promise<T | undefined> {
  const sql = postgres(url, { max: 1, connect_timeout: 5 });
  try {
    const [row] = await sql.unsafe(text);
    return row as T | undefined;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Another process that holds a server in the folder, and that the test may kill. */
async function holder(dataDir: string): Promise<{ program: Program; pid: number; url: string }> {
  const program = await startProgram('test/programs/hold-postgres', { args: [dataDir] });
  const [, pid, url] = await program.saw(/^up (\d+) (\S+)$/m);
  return { program, pid: Number(pid), url: url ?? '' };
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

describe('the embedded Postgres', () => {
  test('keeps its data, its database and its password over a restart, on any port', async () => {
    const dataDir = await folder();
    const first = await start({ dataDir });
    await query(first.url, 'create table t as select 42 as n');
    await first.stop();
    const second = await start({ dataDir });
    expect(await query(second.url, 'select n from t')).toEqual({ n: 42 });
    expect(await query(second.url, "select current_setting('fsync') as fsync, current_database() as name")).toEqual({
      fsync: 'on',
      name: 'pitlane',
    });
  });

  test('wants its password and listens on loopback only', async () => {
    const server = await start({ dataDir: await folderInUse() });
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password/);
    expect(await query(server.url, "select current_setting('listen_addresses') as at")).toEqual({ at: '127.0.0.1' });
  });

  test('comes back on the port it is given, also after a hard stop', async () => {
    const dataDir = await folderInUse();
    const first = await start({ dataDir });
    await query(first.url, 'create table t as select 1 as n');
    await first.stopHard();
    const second = await start({ dataDir, port: first.port });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select n from t')).toEqual({ n: 1 });
  });

  test('tells when the server ends unasked', async () => {
    let told = false;
    const server = await start({
      dataDir: await folderInUse(),
      onUnexpectedExit: () => {
        told = true;
      },
    });
    process.kill(server.pid, 'SIGKILL');
    await waitFor('the news', () => told);
  });

  test('a cluster is made whole or not at all', async () => {
    const dataDir = await folder();
    await mkdir(join(dataDir, 'postgres.new-half/cluster'), { recursive: true });
    await start({ dataDir });
    expect(existsSync(join(dataDir, 'postgres.new-half'))).toBe(false);
  });

  test('refuses a cluster of another version with a sentence', async () => {
    const dataDir = await folder();
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '16\n');
    await expect(start({ dataDir })).rejects.toThrow(/written by PostgreSQL 16/);
  });

  test('a setting the server does not know fails with the reason', async () => {
    await expect(start({ dataDir: await folderInUse(), settings: { nonsense: '1' } })).rejects.toThrow(
      /unrecognized configuration parameter "nonsense"/,
    );
  });
});

describe.skipIf(!existsSync('/proc/self'))('after kill -9', () => {
  test('of its holder the server ends by itself', async () => {
    const { program, pid } = await holder(await folderInUse());
    await program.stop('SIGKILL');
    await waitFor('the server is gone', () => !isAlive(pid));
  });

  test('of everything the next start has all data that was committed', async () => {
    const dataDir = await folderInUse();
    const { program, pid, url } = await holder(dataDir);
    await query(url, 'create table t as select 7 as n');
    process.kill(parentOf(pid), 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await program.stop('SIGKILL');
    const next = await start({ dataDir });
    expect(await query(next.url, 'select n from t')).toEqual({ n: 7 });
  });

  test('of all but the server the next start stops the orphan first', async () => {
    const dataDir = await folderInUse();
    const { program, pid, url } = await holder(dataDir);
    await query(url, 'create table t as select 7 as n');
    // The shell between and its reader, which would stop the server when the program is gone.
    const keeper = parentOf(pid);
    for (const each of [keeper, ...childrenOf(keeper)]) if (each !== pid) process.kill(each, 'SIGKILL');
    await program.stop('SIGKILL');
    expect(isAlive(pid)).toBe(true);
    const said: string[] = [];
    const next = await start({ dataDir, say: (sentence) => said.push(sentence) });
    expect(said.join()).toContain(`process ${pid}`);
    expect(isAlive(pid)).toBe(false);
    expect(await query(next.url, 'select n from t')).toEqual({ n: 7 });
  });

  test('a lock file whose pid belongs to another program by now is no obstacle, and that program lives on', async () => {
    const dataDir = await folderInUse();
    const { program, pid } = await holder(dataDir);
    process.kill(parentOf(pid), 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await program.stop('SIGKILL');
    const lockFile = join(dataDir, 'postgres/postmaster.pid');
    const lines = (await readFile(lockFile, 'utf8')).split('\n');
    await writeFile(lockFile, [process.ppid, ...lines.slice(1)].join('\n'));
    await start({ dataDir });
    expect(isAlive(process.ppid)).toBe(true);
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  test.each([0o755, 0o700])('runs as another user, in a folder of mode %o', async (mode) => {
    const parent = await folder();
    chmodSync(parent, mode);
    const server = await start({ dataDir: join(parent, 'data') });
    expect(readFileSync(`/proc/${server.pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0\b/m);
  });

  test('finds its programs in a folder that only root can enter, as a clone below /root is', async () => {
    const parent = await folder();
    chmodSync(parent, 0o700);
    const installed = await findBinaries();
    await cp(join(dirname(installed.initdb), '..'), join(parent, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const binaries = {
      initdb: join(parent, 'native/bin/initdb'),
      postgres: join(parent, 'native/bin/postgres'),
    };
    const clusterDir = join(parent, 'postgres');
    const account = await chooseAccount(clusterDir, [binaries.postgres]);
    expect(await ensureCluster({ clusterDir, binaries, account, sync: false })).toMatch(/^[\w-]{32}$/);
  });
});
