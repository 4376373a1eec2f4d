import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { type FileImport, finalStates } from '../../schema/wire/api/import.ts';
import { benchStations } from './bench-world.ts';
import { cityLoad, cityStations } from './city-load.ts';
import { residentMb } from './cpu.ts';
import type { Measurement } from './measure.ts';
import { measureCity, type Stacks, warmUp } from './plan.ts';
import { table } from './report.ts';
import type { Stack } from './stack.ts';
import { percentile } from './statistics.ts';

const rows = 100_000;
const windowMs = 15_000;
const rounds = 3;

interface Imported {
  ended: FileImport;
  seconds: number;
  rssBeforeMb: number;
  rssPeakMb: number;
}

const packCode = (serial: number): string => `IMPPB010000000E6A${String(serial).padStart(7, '0')}`;

/** New packs, other ones in each round. */
const newPacks = (round: number): string[] =>
  Array.from({ length: rows }, (_, n) => `${packCode(round * rows + n)},BP-50,bench-owner,delivery/shed-${n % 50}`);

/** Every pack that stands in a station gets another owner: the worst for swaps, since each of these rows is locked. */
const otherOwner = (stack: Stack, round: number): string[] =>
  benchStations(stack.world).flatMap(({ slots }) =>
    slots.flatMap((code) => (code === null ? [] : [`${code},BP-50,bench-owner${round % 2 === 0 ? '' : '-2'},`])),
  );

/** Swaps at city load, alone and while files come in, round by round. */
export async function runImportBench(stacks: Stacks, say: (sentence: string) => void): Promise<string> {
  say(`Starting pitlane with ${cityStations} stations ...`);
  const stack = await stacks.start('pitlane', 'p', cityStations);
  await prepare(stack.databaseUrl);
  await warmUp(stack);
  const { swapsPerS } = cityLoad();
  const alone: Measurement[] = [];
  const kinds = { news: [] as Measurement[], owners: [] as Measurement[] };
  const imports = { news: [] as Imported[], owners: [] as Imported[] };
  const beside = async (kind: 'news' | 'owners', round: number, lines: string[]) => {
    say(`round ${round}: ${lines.length} rows come in ...`);
    const [measured, imported] = await Promise.all([
      measureCity(stack, swapsPerS, round, windowMs),
      sleep(3_000).then(() => bringIn(stack, lines)),
    ]);
    kinds[kind].push(measured);
    imports[kind].push(imported);
  };
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round}: swaps alone ...`);
    alone.push(await measureCity(stack, swapsPerS, round, windowMs));
    await beside('news', round, newPacks(round));
    await beside('owners', round, otherOwner(stack, round));
  }
  return report(alone, kinds, imports);
}

async function prepare(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await sql`insert into organisations (id, kind, name) values ('bench-owner', 'owner', 'Bench'), ('bench-owner-2', 'owner', 'Bench 2')`;
  await sql`insert into battery_models (id, name, chemistry, nominal_wh, nominal_v, mass_kg, mechanical_interface, electrical_interface)
    values ('BP-50', 'BP-50', 'LFP', 50000, 400, 400, 'a', 'b') on conflict do nothing`;
  await sql.end();
}

async function bringIn(stack: Stack, lines: string[]): Promise<Imported> {
  const { pids, api } = stack;
  if (api === null) throw new Error('this variant has no API');
  const headers = { authorization: `Bearer ${await api.key()}` };
  const rssBeforeMb = residentMb(pids.service);
  let rssPeakMb = rssBeforeMb;
  const watch = setInterval(() => {
    rssPeakMb = Math.max(rssPeakMb, residentMb(pids.service));
  }, 100);
  const began = performance.now();
  try {
    const answer = await fetch(`${api.url}/api/v1/imports?kind=batteries`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'text/csv', 'idempotency-key': `"${randomUUID()}"` },
      body: `code,model,owner,place\n${lines.join('\n')}\n`,
    });
    if (answer.status !== 202) throw new Error(`the import was answered with ${answer.status}: ${await answer.text()}`);
    let ended = (await answer.json()) as FileImport;
    while (!finalStates.includes(ended.state)) {
      await sleep(200);
      ended = (await (await fetch(`${api.url}/api/v1/imports/${ended.id}`, { headers })).json()) as FileImport;
    }
    if (ended.state !== 'done') throw new Error(`the import ended as ${ended.state}: ${ended.failure}`);
    return { ended, seconds: (performance.now() - began) / 1000, rssBeforeMb, rssPeakMb };
  } finally {
    clearInterval(watch);
  }
}

function report(
  alone: Measurement[],
  kinds: Record<'news' | 'owners', Measurement[]>,
  imports: Record<'news' | 'owners', Imported[]>,
): string {
  const latency = (name: string, measured: Measurement[]) => {
    const all = measured.flatMap(({ commandMs }) => commandMs);
    const problems = measured.flatMap((each) => each.problems);
    return [
      name,
      ...[0.5, 0.99, 1].map((share) => percentile(all, share).toFixed(1)),
      String(all.length),
      problems.join('; '),
    ];
  };
  const brought = (name: string, list: Imported[]) =>
    list.map(({ ended, seconds, rssBeforeMb, rssPeakMb }) => [
      name,
      `${ended.inserted} new, ${ended.updated} changed`,
      seconds.toFixed(1),
      `${rssBeforeMb.toFixed(0)} / ${rssPeakMb.toFixed(0)}`,
    ]);
  return [
    'command latency at city load, ms (record received by the service to command written to the broker)',
    table(
      ['', 'p50', 'p99', 'longest', 'commands', 'problems'],
      [
        latency('swaps alone', alone),
        latency('100,000 new packs come in', kinds.news),
        latency('every pack in a station changes its owner', kinds.owners),
      ],
    ),
    table(
      ['file', 'result', 'seconds, sent to done', 'resident memory of the service before / at most, MB'],
      [...brought('new packs', imports.news), ...brought('owners', imports.owners)],
    ),
  ].join('\n\n');
}
