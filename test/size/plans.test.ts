import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveSource } from '../../src/stations/live-source.ts';
import { stationOf } from './data-set.ts';
import { faultsOf, type Limits, planText } from './plan.ts';
import { createSizeWorld, type RunStatement, type SizeCaller } from './size-world.ts';
import { type ApiDocument, combinations, deepen, type ReadRoute, readRoutes } from './walk.ts';

/**
 * Of a page of 50. A station has some 55 packs, and a page of stations counts those of each; who is bound to 30 stations has 1,700 packs to put
 * in order, and reads each in three tables. Everything that grows with the fleet is a hundred thousand rows and more.
 */
const limits: Limits = { rowsRead: 10_000, rowsSorted: 2_500 };
/** No page: each quarter of an hour of a span, of each of the 19 assets of a site. 31 days at most. */
const spanLimits: Readonly<Record<string, Limits>> = {
  '/api/v1/second-life-sites/{id}/load': { rowsRead: 19 * 31 * 96, rowsSorted: 19 * 31 * 96 },
};

/** Answers about everything, which read everything: rare, for overseers, bounded by the statement's time-out. See `docs/performance.md`. */
const aboutEverything = new Set([
  '/api/v1/inventory/counts',
  '/api/v1/audit/custody',
  '/api/v1/reservations/kpi',
  '/api/v1/swaps/statistics',
  '/api/v1/energy-losses',
  '/api/v1/ledger/balances',
  '/api/v1/second-life-assets/pipeline',
]);
/** No list: the live streams (see below), what needs an engine, and what only a signed-in person has. */
const elsewhere = new Set([
  '/api/v1/stream',
  '/api/v1/imports/{id}/progress',
  '/api/v1/stations/{id}/bays/{bay}',
  '/api/v1/stations/{id}/bays/{bay}/machines',
  '/api/v1/sessions',
]);

let world: Awaited<ReturnType<typeof createSizeWorld>>;
let routes: ReadRoute[];
let bigTables: ReadonlySet<string>;

beforeAll(async () => {
  world = await createSizeWorld();
  routes = readRoutes((await (await world.app.request('/openapi.json')).json()) as ApiDocument);
  const rows = await world.sql<{ name: string }[]>`
    select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples >= 5000`;
  bigTables = new Set(rows.map(({ name }) => name));
}, 600_000);
afterAll(() => world?.end());

test('the data set is as large as it says', async () => {
  const [counts] =
    await world.sql`select (select count(*)::int from batteries) as batteries, (select count(*)::int from swaps) as swaps,
    (select count(*)::int from vehicles) as vehicles, (select count(*)::int from stations) as stations`;
  expect(counts).toEqual({ batteries: 100_000, swaps: 1_000_000, vehicles: 20_000, stations: 310 });
});

test('every list and every read goes by index, whoever asks, with any filters, on any page', async () => {
  const faults = new Map<string, string>();
  const judgeBy =
    (most: Limits): Judge =>
    (who, what, statements) => {
      for (const { text, plan } of statements) {
        const wrong = faultsOf(plan, (table) => bigTables.has(table), most);
        if (wrong.length === 0) continue;
        // One report for each kind of fault of a route and a caller: combinations repeat it.
        const kind = `${what.split('?')[0]} ${who} ${wrong.join().replace(/\d+/g, '')}`;
        if (!faults.has(kind))
          faults.set(kind, `GET ${what} as ${who}: ${wrong.join(', ')}\n${planText(plan)}\n${text}`);
      }
    };
  const unanswered = new Set<string>();
  for (const route of routes) {
    if (aboutEverything.has(route.path) || elsewhere.has(route.path)) continue;
    if (!(await walk(route, judgeBy(spanLimits[route.path] ?? limits)))) unanswered.add(route.path);
  }
  const source = createLiveSource(world.liveDb, async () => []);
  const streams = [
    () => source.readVersions(),
    () => source.readTelemetry(),
    () => source.read([stationOf(7), stationOf(155)]),
  ];
  for (const read of streams) judgeBy(limits)('the stream', 'live state', await world.statementsOf(read));
  expect.soft([...faults.values()].join('\n\n')).toBe('');
  expect(
    [...unanswered],
    'routes that nobody got an answer from: they need a sample in test/size/size-world.ts',
  ).toEqual([]);
}, 900_000);

test('the routes left out are routes', () => {
  const paths = routes.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining([...aboutEverything, ...elsewhere]));
});

type Judge = (who: string, what: string, statements: readonly RunStatement[]) => void;

/** Asks as everybody with every combination, the first page and a deep one. False: nobody may, or nobody found anything. */
async function walk(route: ReadRoute, judge: Judge): Promise<boolean> {
  /** Callers of the same bound whose first statements are the same are one. */
  const known = new Set<string>();
  let answered = false;
  for (const caller of world.callers) {
    const path = await fillIn(route, caller);
    const [plain, ...combined] = combinations(route);
    const first = await askPages(caller, path, plain ?? {}, judge);
    answered ||= first.status === 200;
    const kind = [caller.bound, first.status, ...first.statements.map(({ text }) => text)].join('\n');
    if (first.status === 403 || known.has(kind)) continue;
    known.add(kind);
    for (const chosen of combined) answered = (await askPages(caller, path, chosen, judge)).status === 200 || answered;
  }
  return answered;
}

async function askPages(caller: SizeCaller, path: string, chosen: Record<string, string>, judge: Judge) {
  const url = `${path}?${new URLSearchParams(chosen)}`;
  const first = await world.ask(caller, url);
  // 400: filters that do not go together. A statement that ran into its time-out answers 503, and has no plan.
  expect
    .soft([200, 400, 403, 404], `GET ${url} as ${caller.name}: ${JSON.stringify(first.body)}`)
    .toContain(first.status);
  judge(caller.name, url, first.statements);
  const { nextCursor } = (first.body ?? {}) as { nextCursor?: string | null };
  if (nextCursor) {
    const pageAt = (cursor: string) => world.ask(caller, `${url}&cursor=${cursor}`);
    // Where a list does not take the cursor made up for it, the next page has to do.
    const made = await pageAt(deepen(nextCursor));
    const { status, statements } = made.status === 400 ? await pageAt(nextCursor) : made;
    expect.soft(status, `a further page of GET ${url} as ${caller.name}`).toBe(200);
    judge(caller.name, `${url}&cursor=…`, statements);
  }
  return first;
}

/** The path with the ids of what the caller sees first in the list before each. */
async function fillIn({ path, pathNames }: ReadRoute, caller: SizeCaller): Promise<string> {
  const known = world.pathOf(path);
  if (known !== null) return known;
  let filled = path;
  for (const name of pathNames) {
    const list = filled.slice(0, filled.indexOf(`/{${name}}`));
    const { items = [] } = ((await world.ask(caller, list)).body ?? {}) as { items?: Record<string, unknown>[] };
    const value = items[0]?.[name] ?? items[0]?.id ?? world.sampleOf(list);
    filled = filled.replace(`{${name}}`, encodeURIComponent(String(value)));
  }
  return filled;
}
