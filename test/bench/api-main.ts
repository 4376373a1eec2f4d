import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { issueKey } from '../../src/api/key-store.ts';
import { database } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { citySize, fillDataSet } from '../size/data-set.ts';
import { type ReadPath, readPaths } from './api/paths.ts';
import { apiReport, type PathRounds } from './api/report.ts';
import { type Child, compiled, startChild } from './child-link.ts';
import type { LoadFigures } from './children/api-load.ts';

const usage = `npm run bench:api [-- options]
  --quick           within two minutes instead of about six
  --only <name>     one path, by its name in the table
  --profile         CPU profile of the product's process into the working directory`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const connections = 64;
const rounds = 5;
const windowMs = options.quick ? 700 : 3_000;
/** As many as the service gives its API out of `DATABASE_POOL_SIZE`. */
const databaseConnections = 4;
/** Plans by key do not depend on the size: a fifth of a city is enough to measure, and soon filled. */
const size = {
  ...citySize,
  batteries: 40_000,
  swaps: options.quick ? 100_000 : 500_000,
  reservations: 40_000,
  eventsPerStation: 10,
};

const startedMs = Date.now();
const say = (sentence: string) =>
  console.log(`[${((Date.now() - startedMs) / 1000).toFixed(0).padStart(4)} s] ${sentence}`);
const stops: (() => Promise<unknown>)[] = [];

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-bench-api-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    syncNewCluster: false,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
  });
  stops.push(server.stop);
  await migrate({ databaseUrl: server.url });
  await fillDataSet(server.url, size);
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  const key = await issueKey(database(sql), 'regulator', 'bench');
  await sql.end();
  say('The data set is there.');

  const opening = { databaseUrl: server.url, connections: databaseConnections, logFile: join(folder, 'api.log') };
  const urls = {
    floor: await open('api-floor', opening),
    pitlane: await open('api-product', opening, options.profile),
  };
  const load = await start('api-load');
  const paths = readPaths.filter(({ name }) => options.only === undefined || name === options.only);
  const results: PathRounds[] = paths.map(({ name }) => ({ name, floor: [], pitlane: [] }));
  const ask = (path: ReadPath, url: string, ms: number) =>
    load.ask<LoadFigures>('run', { url, path: path.path, key, connections, windowMs: ms });
  for (const path of paths) for (const url of Object.values(urls)) await ask(path, url, windowMs);
  say('Warm.');
  for (let round = 1; round <= rounds; round++) {
    for (const [at, path] of paths.entries()) {
      const order = round % 2 === 0 ? (['floor', 'pitlane'] as const) : (['pitlane', 'floor'] as const);
      for (const variant of order) results[at]?.[variant].push(await ask(path, urls[variant], windowMs));
    }
    say(`Round ${round} of ${rounds}.`);
  }
  console.log(`\n${apiReport(results)}`);
}

async function start(module: string, profile = false): Promise<Child> {
  const child = await startChild({
    name: module,
    module: compiled(`./children/${module}.ts`, import.meta.url),
    execArgv: profile ? ['--cpu-prof'] : [],
    onEnd: (sentence) => console.error(sentence),
  });
  stops.push(child.stop);
  return child;
}

const open = async (module: string, opening: object, profile = false): Promise<string> =>
  (await start(module, profile)).ask<string>('open', opening);

let failed = false;
try {
  await main();
} catch (error) {
  failed = true;
  console.error(`The bench failed: ${error instanceof Error ? error.stack : error}\n\n${usage}`);
}
for (const stop of stops.reverse()) await stop().catch(() => {});
process.exit(failed ? 1 : 0);
