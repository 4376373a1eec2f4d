import { writeFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { cityLoad, cityStations, cityStepScale } from './city-load.ts';
import type { Load } from './load/load.ts';
import { type Measurement, measure } from './measure.ts';
import { type Stacks, warmUp } from './plan.ts';
import { table } from './report.ts';
import type { Stack } from './stack.ts';
import { hottest, stageShares } from './stage-profile.ts';
import { round } from './statistics.ts';

const windowMs = 10_000;
const intervalUs = 200;

/** Where a swap's CPU time goes, by stage, at city load and at saturation: the floor beside the product. Printed, not stored. */
export async function runProfile(stacks: Stacks, say: (sentence: string) => void): Promise<string> {
  const { swapsPerS } = cityLoad();
  const loads: [string, Load][] = [
    ['city load', { kind: 'open', swapsPerS, seed: 1, stepScale: cityStepScale }],
    ['saturation', { kind: 'closed', stations: cityStations, stepScale: 0 }],
  ];
  const texts: string[] = [];
  for (const variant of ['floor', 'pitlane'] as const) {
    say(`Starting ${variant} ...`);
    const stack = await stacks.start(variant, variant.charAt(0), cityStations, true);
    await warmUp(stack);
    for (const [name, load] of loads) {
      say(`Profiling ${variant} at ${name} ...`);
      texts.push(await profileOne(stack, `${variant}, ${name}`, load));
    }
    await stacks.stop(stack);
  }
  return texts.join('\n\n');
}

async function profileOne(stack: Stack, title: string, load: Load): Promise<string> {
  const sql = postgres(stack.databaseUrl, { max: 1 });
  await sql`create extension if not exists pg_stat_statements`;
  await sql`select pg_stat_statements_reset()`;
  await stack.service.ask('profileStart', { intervalUs });
  const measured = await measure(stack, load, { warmUpMs: 2_000, windowMs, drainMs: 15_000, trace: false });
  const profile = await stack.service.ask<Profiler.Profile>('profileStop');
  const statements = await topStatements(sql);
  await sql.end();
  const path = join(tmpdir(), `pitlane-${title.replace(/\W+/g, '-')}.cpuprofile`);
  writeFileSync(path, JSON.stringify(profile));
  return [
    `== ${title}: ${round(measured.swapsPerS, 1)} swaps/s, ${round(measured.meanBatch, 1)} events per commit (${path})`,
    stageTable(profile, measured),
    `Postgres, by statement:\n${statements}`,
    `Hottest functions of the service:\n${hottest(profile, 25)
      .map(({ name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`)
      .join('\n')}`,
  ].join('\n\n');
}

function stageTable(profile: Profiler.Profile, { cpuMsPerSwap, eventsPerSwap }: Measurement): string {
  const serviceUs = cpuMsPerSwap.service * 1000;
  const rows = [...stageShares(profile)].map(([stage, share]): [string, number] => [stage, share * serviceUs]);
  rows.push(['Postgres', cpuMsPerSwap.postgres * 1000], ['broker', cpuMsPerSwap.broker * 1000]);
  rows.push(['together', cpuMsPerSwap.total * 1000]);
  const cells = rows.map(([name, us]) => [
    name,
    us.toFixed(0),
    (us / eventsPerSwap).toFixed(1),
    `${((us / (cpuMsPerSwap.total * 1000)) * 100).toFixed(1)} %`,
  ]);
  return table(['stage', 'us per swap', 'us per event', 'share'], cells);
}

async function topStatements(sql: postgres.Sql): Promise<string> {
  const rows = await sql<{ query: string; calls: number; ms: number; wal: number }[]>`
    select regexp_replace(left(query, 110), '\\s+', ' ', 'g') as query, calls::int, total_exec_time as ms, wal_bytes::float8 as wal
    from pg_stat_statements where calls > 1 order by total_exec_time desc limit 12`;
  const total = rows.reduce((sum, { ms }) => sum + ms, 0);
  const cells = rows.map(({ query, calls, ms, wal }) => [
    String(calls),
    ((ms / calls) * 1000).toFixed(0),
    `${((ms / total) * 100).toFixed(1)} %`,
    (wal / calls).toFixed(0),
    query,
  ]);
  return table(['calls', 'us each', 'share', 'WAL bytes', 'statement'], cells);
}
