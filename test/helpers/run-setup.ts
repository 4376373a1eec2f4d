import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/db/migrate.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { findOrphans, markRun } from './orphans.ts';
import { type DemoPlace, demoPlace, type ServiceProcess, startService } from './service-process.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where a test file asks for what the whole run shares; see postgres.ts and programs.ts. */
    deskOfTheRun: string;
  }
}

export interface ServerOfTheRun {
  /** Superuser's URL of the database `postgres`. */
  adminUrl: string;
  /** The migrated database that each test database is copied from. */
  template: string;
}

/**
 * Vitest's global setup: what the test files of one run share. ONE embedded PostgreSQL with a migrated template database, the
 * compiled programs, and one running service for the browser tests. Each is made when the first test file asks for it, so that a run of pure tests does not pay for it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const isLast = markRun();
  const dataDir = await mkdtemp(join(tmpdir(), 'pitlane-test-'));
  let server: EmbeddedPostgres | undefined;
  let prepared: Promise<ServerOfTheRun> | undefined;
  const prepare = async () => {
    server = await startEmbeddedPostgres({
      dataDir,
      database: 'template_pitlane',
      syncNewCluster: false,
      // Nobody kills this one. What kills its server starts one of its own, with the settings of the product.
      settings: { max_connections: '200', fsync: 'off', full_page_writes: 'off' },
    });
    await migrate({ databaseUrl: server.url });
    return { adminUrl: server.url.replace(/[^/]*$/, 'postgres'), template: 'template_pitlane' };
  };
  let built: Promise<unknown> | undefined;
  let service: ServiceProcess | undefined;
  let console: Promise<DemoPlace> | undefined;
  const startConsole = async () => {
    // For work on the console: one that runs already, such as `npm run console` beside `npm start`.
    const { CONSOLE_URL, CONSOLE_DATA_DIR = join(projectRoot, 'data') } = process.env;
    if (CONSOLE_URL) return demoPlace(CONSOLE_URL, CONSOLE_DATA_DIR);
    built ??= build();
    await built;
    service = await startService({ dataDir: join(dataDir, 'console') });
    const { url, password, keys } = service;
    return { url, password, keys };
  };
  const desk = createServer((request, response) => {
    let answer: Promise<unknown>;
    if (request.url === '/built') answer = built ??= build();
    else if (request.url === '/console') answer = console ??= startConsole();
    else answer = prepared ??= prepare();
    response.setHeader('connection', 'close');
    answer.then(
      (value) => response.end(JSON.stringify(value)),
      (error: Error) => response.writeHead(500).end(error.stack),
    );
  });
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  project.provide('deskOfTheRun', `http://127.0.0.1:${(desk.address() as AddressInfo).port}`);

  return async () => {
    desk.closeAllConnections();
    desk.close();
    await console?.catch(() => {});
    await service?.stop();
    await prepared?.catch(() => {});
    const left = server ? await databasesLeft(server.url) : [];
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
    const orphans = isLast() ? await findOrphans() : [];
    if (left.length > 0) throw new Error(`test databases were left behind: ${left.join(', ')}`);
    if (orphans.length > 0) throw new Error(`tests left processes running:\n${orphans.join('\n')}`);
  };
}

async function build(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(projectRoot, 'src/bootstrap/build.mjs')]);
  return stdout;
}

async function databasesLeft(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  try {
    const rows = await sql<{ datname: string }[]>`select datname from pg_database where datname like 'test\\_%'`;
    return rows.map((row) => row.datname);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
