import { pino } from 'pino';
import postgres from 'postgres';
import { Registry } from 'prom-client';
import type { Role } from '../../schema/wire/api/access.ts';
import { createApp } from '../../src/api/app.ts';
import { issueKey, type KeyBinding } from '../../src/api/key-store.ts';
import { arrayTypes } from '../../src/db/array-types.ts';
import { type Database, database } from '../../src/db/client.ts';
import { keepFigures, periodOf } from '../../src/owners/figures.ts';
import { dueFigures } from '../../src/owners/keeper.ts';
import { createReadWorld } from '../api/fixture.ts';
import { fillDataSet, known, packOf, stationOf, vinOf } from './data-set.ts';
import type { PlanNode } from './plan.ts';

/** Somebody who asks: what a caller is bound to decides over the plans as much as what it asks for. */
export interface SizeCaller {
  name: string;
  role: Role;
  key: string;
  /** What it is bound to; callers of the same bound and the same queries are one. */
  bound: string;
}

/** A statement as it was run, and the plan it was run by. */
export interface RunStatement {
  text: string;
  plan: PlanNode;
}

export interface SizeAnswer {
  status: number;
  body: unknown;
  statements: RunStatement[];
}

/** Sends each statement's plan back on its own connection, with what was counted while it ran. */
const explainEverything = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
};

/** The API over the large data set. `ask` gives the answer and every statement behind it, by whatever plan the server chose. */
export async function createSizeWorld() {
  const world = await createReadWorld();
  await fillDataSet(world.url);
  // As the keeper has done it.
  for (const { owner, month } of await dueFigures(world.db, Date.now()))
    for (const each of [month, '2026-08']) await keepFigures(world.db, owner, periodOf(each, Date.now()));
  const heard: RunStatement[] = [];
  const client = postgres(world.url, {
    max: 1,
    fetch_types: false,
    types: arrayTypes,
    connection: {
      TimeZone: 'UTC',
      statement_timeout: 5_000,
      plan_cache_mode: 'force_custom_plan',
      ...explainEverything,
    },
    onnotice: ({ message = '' }) => {
      const at = message.indexOf('plan:\n');
      if (at < 0) return;
      const { 'Query Text': text, Plan: plan } = JSON.parse(message.slice(at + 6));
      heard.push({ text, plan });
    },
  });
  const db = database(client);
  const app = createApp({ ...world.options, db, registry: new Registry(), log: pino({ level: 'silent' }) });
  const callers = await makeCallers(world.db);
  const ask = async (caller: SizeCaller, path: string): Promise<SizeAnswer> => {
    heard.splice(0);
    const answer = await app.request(path, { headers: { Authorization: `Bearer ${caller.key}` } });
    const text = await answer.text();
    return { status: answer.status, body: parse(text), statements: heard.splice(0) };
  };
  return {
    sql: world.sql,
    app,
    callers,
    ask,
    /** For what reads beside the routes. */
    liveDb: db,
    async statementsOf(read: () => Promise<unknown>): Promise<RunStatement[]> {
      heard.splice(0);
      await read();
      return heard.splice(0);
    },
    /** An id for a path whose list the caller sees nothing of, or that has no list. */
    sampleOf: (list: string) => samples[list] ?? 'none',
    /** A whole path, for what has no list before it. */
    pathOf: (route: string) => pathSamples[route] ?? null,
    async end() {
      await client.end({ timeout: 1 });
      await world.end();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** One that has its receipt. */
const latestSwap = `${stationOf(155)}.1.3220`;

const samples: Readonly<Record<string, string>> = {
  '/api/v1/stations': stationOf(155),
  '/api/v1/swaps': `${stationOf(155)}.1.17`,
  '/api/v1/batteries': packOf(4711),
  '/api/v1/vehicles': vinOf(4711),
  '/api/v1/reservations': `r-${(4711).toString(16).padStart(16, '0')}`,
  '/api/v1/commands': `${stationOf(155)}/1/cycle/${stationOf(155)}.1.17/1.1.0`,
  '/api/v1/imports': `im-${(170).toString(16).padStart(16, '0')}`,
  '/api/v1/webhooks': `w-${(17).toString(16).padStart(16, '0')}`,
  '/api/v1/receipts': latestSwap,
  '/api/v1/leases': `l-${(4711).toString(16).padStart(16, '0')}`,
  '/api/v1/plans': 'taxi-standard',
  '/api/v1/statements': 's-2026-08-blue-taxi',
  '/api/v1/traceability': packOf(4711),
  '/api/v1/traceability/reports': '17',
  '/api/v1/owners': known.owners.large,
  '/api/v1/second-life-sites': 'depot-1',
};

/** Whole paths of what has no list. */
const commands = `/api/v1/commands/${stationOf(155)}/1`;
const pathSamples: Readonly<Record<string, string>> = {
  '/api/v1/commands/{station}/{bay}/{machine}/{instance}/{step}': `${commands}/cycle/${stationOf(155)}.1.17/1.1.0`,
  '/api/v1/commands/{station}/{bay}/action/{n}': `${commands}/action/200`,
  '/api/v1/swaps/{id}/certificate': `/api/v1/swaps/${latestSwap}/certificate`,
  '/api/v1/tariffs/{category}/{validFrom}': '/api/v1/tariffs/single-rate-1-10kV/2026-08-01',
};

const unbound: Role[] = ['regulator', 'admin', 'operations', 'service', 'maintenance', 'staff'];

/** One for each role that sees everything, and one for each kind of bound: large, small, without any row. */
async function makeCallers(db: Database): Promise<SizeCaller[]> {
  const wanted: [name: string, role: Role, binding: KeyBinding][] = [
    ...unbound.map((role): [string, Role, KeyBinding] => [role, role, {}]),
    ['staff of one station', 'staff', { stations: [stationOf(155)] }],
    ['staff of 30 stations', 'staff', { stations: Array.from({ length: 30 }, (_, n) => stationOf(10 * n + 5)) }],
    ...Object.entries(known.fleets).map(([size, organisation]): [string, Role, KeyBinding] => [
      `${size} fleet`,
      'fleet',
      { organisation },
    ]),
    ...Object.entries(known.owners).map(([size, organisation]): [string, Role, KeyBinding] => [
      `${size} owner`,
      'owner',
      { organisation },
    ]),
  ];
  return Promise.all(
    wanted.map(async ([name, role, binding]) => ({
      name,
      role,
      key: await issueKey(db, role, name, binding),
      bound: JSON.stringify(binding),
    })),
  );
}
