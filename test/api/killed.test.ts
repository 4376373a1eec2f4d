import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaultPointName } from '../../src/platform/fault-points.ts';
import { holdTable } from '../helpers/held-table.ts';
import { ensureBuilt, type Program, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createReservationWorld, type ReservationWorld } from '../reservations/world.ts';
import { type Change, changes, type Thing } from './change-table.ts';
import { type Document, operationsOf } from './conventions/openapi-document.ts';

// Real processes, killed with one request of every operation that changes something without being a POST under way: all of them just before, in, or
// just after their statements. What a statement wrote is found by its transaction: the row, what follows from it, and the line of who did it, or nothing.
// POSTs: test/reservations/killed.test.ts and its like, and test/api/conventions/idempotency.test.ts.

/** An API in this process, which makes the things. */
let world: ReservationWorld;
let document: Document;
beforeAll(async () => {
  await ensureBuilt();
  world = await createReservationWorld();
  document = (await (await world.app.request('/openapi.json')).json()) as Document;
}, 120_000);
afterAll(() => world?.end());

interface Wanted extends Thing {
  name: string;
  change: Change;
  /** Of the request; by it its line is found. */
  request: string;
  before: string | null;
}

let serial = 0;
/** A thing of its own for each operation, and what will be asked for. */
async function prepare(moment: string, which: (name: string) => boolean = () => true): Promise<Wanted[]> {
  const wanted: Wanted[] = [];
  for (const [name, change] of Object.entries(changes).filter(([each]) => which(each))) {
    serial += 1;
    const thing = await change.make(world, serial);
    wanted.push({ ...thing, name, change, request: `${moment}-${serial}`, before: await rowOf(change, thing) });
  }
  return wanted;
}

async function rowOf({ row: [table, column] }: Change, { id }: Thing): Promise<string | null> {
  const { sql } = world;
  const [row] = await sql<{ row: string }[]>`
    select to_jsonb(t)::text as row from ${sql(table)} t where ${sql(column)} = ${id}`;
  return row?.row ?? null;
}

/** Null: nobody lived to answer. */
const ask = (url: string, { name, path, body, headers, request }: Wanted, edition = '*') =>
  fetch(`${url}/api/v1/${path}`, {
    method: name.split(' ')[0] ?? '',
    headers: {
      'X-Request-Id': request,
      'If-Match': edition,
      ...(headers ?? { Authorization: `Bearer ${world.keys.admin}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).then(
    async (answer) => ({ status: answer.status, text: await answer.text() }),
    () => null,
  );

/** What the statement of each request has left: whether its thing is another, how many lines say so, and the tables it wrote. */
async function left(wanted: readonly Wanted[]) {
  const { sql } = world;
  const lines = await sql<{ request: string; xid: string }[]>`
    select request, xmin::text as xid from acts where request = any(${wanted.map(({ request }) => request)})`;
  const tables = await sql<{ name: string; root: string }[]>`
    select c.oid::regclass::text as name, coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as root from pg_class c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'acts'`;
  const xids = lines.map(({ xid }) => `'${xid}'`).join() || `''`;
  const written = await sql.unsafe<{ root: string; xid: string }[]>(
    tables
      .map(({ name, root }) => `select '${root}' as root, xmin::text as xid from ${name} where xmin::text in (${xids})`)
      .join(' union '),
  );
  const found = wanted.map(async (each) => {
    const own = lines.filter(({ request }) => request === each.request);
    const by = written.filter(({ xid }) => own.some((line) => line.xid === xid)).map(({ root }) => root);
    const changed = (await rowOf(each.change, each)) !== each.before;
    return [each.name, { changed, lines: own.length, writes: by.sort() }] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

const due = (wanted: readonly Wanted[], done: boolean) =>
  Object.fromEntries(
    wanted.map(({ name, change: { writes } }) => [
      name,
      { changed: done, lines: done ? 1 : 0, writes: done ? [...writes].sort() : [] },
    ]),
  );

async function start(faultPoint?: string): Promise<{ program: Program; url: string }> {
  const env = { DATABASE_URL: world.url, ...(faultPoint ? { PITLANE_FAULT_POINT: faultPoint } : {}) };
  const program = await startProgram('test/programs/serve-changes', { env });
  const [, url = ''] = await program.saw(/(http:\/\/127\.0\.0\.1:\d+)/, 60_000);
  return { program, url };
}

const waiting = async (): Promise<number> =>
  (
    await world.sql`select from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'test-changes%'
      and datname = current_database()`
  ).length;
/** A busy machine needs long to bring them all there; one that is answered will never come. */
const patiently = { withinMs: 90_000 };
async function until(what: string, probe: () => boolean | Promise<boolean>, asked: ReturnType<typeof ask>[]) {
  const answered = asked.map((each) => each.then((answer) => Promise.reject(new Error(`answered: ${answer?.text}`))));
  await Promise.race([waitFor(what, probe, patiently), ...answered]);
  for (const each of answered) each.catch(() => {});
}

test('every PATCH, PUT and DELETE is in the table', () => {
  const named = operationsOf(document).flatMap(({ name }) => (/^(PATCH|PUT|DELETE) /.test(name) ? [name] : []));
  expect(Object.keys(changes).sort()).toEqual(named.sort());
});

test.each<[string, FaultPointName, boolean]>([
  ['before', 'request-decided', false],
  ['after', 'request-done', true],
])(
  'killed just %s its statement: nothing, or all of it',
  async (moment, point, done) => {
    const wanted = await prepare(moment);
    const { program, url } = await start(`${point}:hang`);
    const asked = wanted.map((each) => ask(url, each));
    const reached = () => program.output().split(`at ${point}\n`).length - 1;
    await until(`all to reach ${point}`, () => reached() === wanted.length, asked);
    await program.stop('SIGKILL');
    expect(await Promise.all(asked)).toEqual(wanted.map(() => null));
    expect(await left(wanted)).toEqual(due(wanted, done));
  },
  180_000,
);

test('of two that name the same edition one wins, the other is told how it is now; then killed while the statements run: nothing, or all of it', async () => {
  const { program, url } = await start();
  const hasEdition = new Set(
    operationsOf(document).flatMap(({ name, operation }) =>
      operation.parameters?.some((each) => each.name === 'if-match') ? [name] : [],
    ),
  );
  const contested = await prepare('two', (name) => hasEdition.has(name));
  const edition = ({ before }: Wanted) => `"${before === null ? 0 : JSON.parse(before).edition}"`;
  // All of them stand in each other's way at once: one of each pair has written and cannot end.
  const held = await holdTable(world.url, 'acts');
  const asked = contested.flatMap((each) => [ask(url, each, edition(each)), ask(url, each, edition(each))]);
  await until('all to wait', async () => (await waiting()) === asked.length, asked);
  await held.letGo();
  const answers = await Promise.all(asked);
  const wrong = contested.flatMap(({ name, change: { loser = 412 } }, n) => {
    const both = [answers[2 * n], answers[2 * n + 1]].sort((a, b) => (a?.status ?? 0) - (b?.status ?? 0));
    const [won, lost] = both;
    const problem = JSON.parse(lost?.text || '{}') as { current?: object };
    const right = (won?.status ?? 500) < 300 && lost?.status === loser && (loser !== 412 || problem.current);
    return right ? [] : [`${name}: ${won?.status} and ${lost?.status} ${lost?.text}`];
  });
  expect(wrong).toEqual([]);
  expect(await left(contested)).toEqual(due(contested, true));

  const wanted = await prepare('in');
  const transactions = await holdTable(world.url, 'acts');
  const cut = wanted.map((each) => ask(url, each));
  await until('all to have written', async () => (await waiting()) === wanted.length, cut);
  await program.stop('SIGKILL');
  await transactions.letGo();
  expect(await Promise.all(cut)).toEqual(wanted.map(() => null));
  const sessions = () =>
    world.sql`select from pg_stat_activity where application_name like 'test-changes%' and datname = current_database()`;
  await waitFor('its sessions to end', async () => (await sessions()).length === 0, patiently);
  const found = await left(wanted);
  const [none, all] = [due(wanted, false), due(wanted, true)];
  for (const { name } of wanted) expect([none[name], all[name]]).toContainEqual(found[name]);
}, 240_000);
