import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import postgres, { type Sql } from 'postgres';
import { connect, type Database, database } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { workOnce } from '../../src/follow-ups/worker.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { createLog } from '../../src/platform/log.ts';
import { audit } from '../../src/settlement/audit/run.ts';
import { receiptConsumer } from '../../src/settlement/receipts.ts';
import { makeSwaps, publishTariff, seedTrade } from '../settlement/settled-swaps.ts';

/**
 * `npm run bench:settlement [-- --swaps 100000]`: bills generated swaps and audits them, at 1 000, 10 000 and so on up to all. What a swap
 * costs must not depend on how many there are. Ends with 1 when the audit finds anything.
 */
const { values } = parseArgs({ options: { swaps: { type: 'string', default: '100000' } } });
const all = Number(values.swaps);
const stations = 20;
const from = Date.parse('2026-08-01T00:00:00+08:00');
const everyMs = Math.floor((30.9 * 86_400_000) / all);

const startedMs = Date.now();
const say = (sentence: string) =>
  console.log(`[${((Date.now() - startedMs) / 1000).toFixed(0).padStart(4)} s] ${sentence}`);
const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> => {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
};

interface Stage {
  swaps: number;
  /** Milliseconds for one swap: to bill those that came, the last thousand of them, and to rebuild and compare all. */
  billMs: number;
  lastThousandMs: number;
  auditMs: number;
  differences: number;
}

async function bill(db: Database): Promise<{ swaps: number; ms: number; lastThousandMs: number }> {
  const consumer = receiptConsumer(db);
  const log = createLog({ level: 'warn', to: 2 });
  const batches: { swaps: number; ms: number }[] = [];
  for (;;) {
    const { ms, result } = await timed(() => workOnce({ db, log }, consumer));
    if (result === 0) break;
    batches.push({ swaps: result, ms });
  }
  const sum = (list: typeof batches) => list.reduce((total, { ms }) => total + ms, 0);
  return {
    swaps: batches.reduce((total, { swaps }) => total + swaps, 0),
    ms: sum(batches),
    lastThousandMs: sum(batches.slice(-2)),
  };
}

async function stage(sql: Sql, db: Database, first: number, size: number): Promise<Stage> {
  await makeSwaps(sql, { first, last: size - 1, stations, from: from + first * everyMs, everyMs });
  await sql`analyze`;
  say(`${size} swaps are in the log.`);
  const billed = await bill(db);
  await sql`analyze`;
  say(`${billed.swaps} billed.`);
  const audited = await timed(() => audit(db, { from: '2026-08-01', to: '2026-09-01' }));
  const { examined, differences } = audited.result;
  for (const difference of differences.slice(0, 5)) console.log(difference);
  say(`${examined.receipts} audited, ${differences.length} differences.`);
  if (examined.receipts !== size) throw new Error(`${examined.receipts} of ${size} were examined`);
  return {
    swaps: size,
    billMs: billed.ms / billed.swaps,
    lastThousandMs: billed.lastThousandMs / Math.min(1_000, billed.swaps),
    auditMs: audited.ms / size,
    differences: differences.length,
  };
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-bench-settlement-'));
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    syncNewCluster: false,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
  });
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    await migrate({ databaseUrl: server.url });
    await seedTrade(sql, stations);
    await publishTariff(sql);
    const client = (await connect({ databaseUrl: server.url, max: 2, name: 'bench', statementTimeoutMs: 60_000 }))();
    const sizes = [1_000, 10_000, 100_000, all].filter((size, at, list) => size <= all && list.indexOf(size) === at);
    const stages: Stage[] = [];
    for (const [at, size] of sizes.entries()) stages.push(await stage(sql, database(client), sizes[at - 1] ?? 0, size));
    await client.end({ timeout: 1 });
    console.table(
      stages.map(({ swaps, billMs, lastThousandMs, auditMs, differences }) => ({
        swaps,
        'bill, ms a swap': billMs.toFixed(2),
        'last 1 000': lastThousandMs.toFixed(2),
        'audit, ms a swap': auditMs.toFixed(2),
        differences,
      })),
    );
    if (stages.some(({ differences }) => differences > 0)) process.exitCode = 1;
  } finally {
    await sql.end({ timeout: 1 });
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
