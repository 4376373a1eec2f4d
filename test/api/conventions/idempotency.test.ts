import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiEnv } from '../../../src/api/context.ts';
import { answerError, trace } from '../../../src/api/edge.ts';
import { idempotencyKey, idempotencyProblems, keepAnswers, once } from '../../../src/api/idempotency.ts';
import { forgetAnswers } from '../../../src/api/idempotency-store.ts';
import { ApiError } from '../../../src/api/problem.ts';
import { createReadDatabase } from '../../../src/api/read-database.ts';
import { json, jsonBody, problems } from '../../../src/api/route.ts';
import { refuseInvalid } from '../../../src/api/validation.ts';
import { connect } from '../../../src/db/client.ts';
import { statement } from '../../../src/db/statement.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/postgres.ts';
import { waitFor } from '../../helpers/wait-for.ts';

// An account with money: the effect is not idempotent by itself, and a balance that is too low is a refusal.

let database: TestDatabase;
let plain: Sql;
let processes: { app: ReturnType<typeof createBank>; end: () => Promise<void> }[];

beforeAll(async () => {
  database = await createTestDatabase();
  plain = postgres(database.url, { max: 3, onnotice: () => {} });
  await plain`create table accounts (id text primary key, balance int not null)`;
  await plain`create table withdrawals (n int generated always as identity, account text not null, amount int not null)`;
  await plain`select grant_runtime()`;
  processes = await Promise.all(['one', 'two'].map(openProcess));
});
afterAll(async () => {
  for (const { end } of processes ?? []) await end();
  await plain?.end({ timeout: 1 });
  await database?.drop();
});
beforeEach(async () => {
  await plain`truncate accounts, withdrawals, idempotency_keys`;
  await plain`insert into accounts values ('a', 100)`;
});

async function openProcess(name: string) {
  const reads = createReadDatabase(await connect({ databaseUrl: database.url, max: 4, name: `test-${name}` }));
  return { app: createBank(reads.db), end: () => reads.end() };
}

const withdraw = createRoute({
  method: 'post',
  path: '/accounts/{id}/withdrawals',
  request: {
    params: z.object({ id: z.string() }),
    headers: idempotencyKey,
    body: jsonBody(z.object({ amount: z.int().min(1) })),
  },
  responses: {
    201: json(z.object({ n: z.int(), balance: z.int() }), 'Done.'),
    ...problems('not-found', 'station-exists', 'invalid-body', ...idempotencyProblems),
  },
});

function createBank(db: Parameters<typeof keepAnswers>[0]) {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  app.onError(answerError);
  let requests = 0;
  app.use(
    trace(pino({ level: 'silent' }), () => `r-${++requests}`),
    keepAnswers(db),
    async (c, next) => {
      c.set('caller', { key: c.req.header('x-caller') ?? 'k1' } as never);
      await next();
    },
  );
  return app.openapi(withdraw, (c) =>
    once(c, {
      effect: async () => {
        const { id } = c.req.valid('param');
        const { amount } = c.req.valid('json');
        const [account] = await db.execute(sql`select id from accounts where id = ${id}`);
        if (!account) throw new ApiError('not-found', `There is no account ${id}.`);
        return statement<{ n: number; balance: number }>({
          parts: {
            paid: sql`update accounts set balance = balance - ${amount}::int where id = ${id} and balance >= ${amount}::int returning id, balance`,
            noted: sql`insert into withdrawals (account, amount) select id, ${amount}::int from paid returning n`,
          },
          result: sql`select n, balance from paid, noted`,
        });
      },
      answer: (row) => {
        if (row === null) throw new ApiError('station-exists', 'There is not enough.');
        return c.json(row, 201, { Location: `/withdrawals/${row.n}` });
      },
    }),
  );
}

interface Sent {
  amount?: number;
  key?: string | null;
  account?: string;
  caller?: string;
  process?: number;
}

async function send({ amount = 10, key = '"k-1"', account = 'a', caller = 'k1', process = 0 }: Sent = {}) {
  const answer = await (processes[process] as (typeof processes)[0]).app.request(`/accounts/${account}/withdrawals`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Caller': caller,
      ...(key === null ? {} : { 'Idempotency-Key': key }),
    },
    body: JSON.stringify({ amount }),
  });
  const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, replayed: answer.headers.get('idempotency-replayed'), body };
}

const balance = async () =>
  (await plain<{ balance: number }[]>`select balance from accounts where id = 'a'`)[0]?.balance;
const effects = async () => (await plain`select n from withdrawals`).length;

describe('a request with a key', () => {
  test('is done once; a retry gets the same answer with its headers, and says that it is a replay', async () => {
    const first = await send();
    expect(first).toMatchObject({ status: 201, replayed: null, body: { balance: 90 } });
    for (const process of [0, 1]) {
      const again = await send({ process });
      expect(again).toMatchObject({ status: 201, replayed: 'true', body: first.body });
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
    }
    expect([await balance(), await effects()]).toEqual([90, 1]);
  });

  test('may have its key without quotes, and a key of no form is refused', async () => {
    await send({ key: '"k-1"' });
    expect(await send({ key: 'k-1' })).toMatchObject({ status: 201, replayed: 'true' });
    expect(await send({ key: '"half' })).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    expect(await send({ key: 'a b' })).toMatchObject({ status: 400 });
  });

  test('of another payload or another thing is refused, and does nothing', async () => {
    await plain`insert into accounts values ('b', 100)`;
    await send();
    expect(await send({ amount: 11 })).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(await send({ account: 'b' })).toMatchObject({ status: 422 });
    expect(await effects()).toBe(1);
  });

  test('belongs to its caller', async () => {
    await send();
    expect(await send({ caller: 'k2' })).toMatchObject({ status: 201, replayed: null, body: { balance: 80 } });
  });

  test('that was refused stays refused, also when it would be taken now', async () => {
    const poor = await send({ amount: 500 });
    expect(poor).toMatchObject({ status: 409, replayed: null, body: { code: 'station-exists' } });
    const unknown = await send({ account: 'c', key: '"k-2"' });
    expect(unknown).toMatchObject({ status: 404, replayed: null });
    await plain`update accounts set balance = 1000`;
    await plain`insert into accounts values ('c', 100)`;
    expect(await send({ amount: 500 })).toMatchObject({ status: 409, replayed: 'true', body: poor.body });
    expect(await send({ account: 'c', key: '"k-2"' })).toMatchObject({
      status: 404,
      replayed: 'true',
      body: unknown.body,
    });
    expect(await effects()).toBe(0);
  });

  test('that was not understood may be corrected under the same key', async () => {
    expect(await send({ amount: 0 })).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
    expect(await send({ amount: 10 })).toMatchObject({ status: 201, replayed: null });
  });

  test('without a key is done each time', async () => {
    await send({ key: null });
    expect(await send({ key: null })).toMatchObject({ status: 201, replayed: null, body: { balance: 80 } });
  });
});

describe('many at once', () => {
  test('fifty with one key over two processes: one effect, one first answer, 49 replays', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => send({ process: n % 2 })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect([await balance(), await effects()]).toEqual([90, 1]);
  });

  test('while the first runs for longer than a second the others get 409, and its answer afterwards', async () => {
    const holder = postgres(database.url, { max: 1, onnotice: () => {} });
    await holder.unsafe(`begin; select from accounts for update`);
    const first = send();
    await waitFor('the first waits for its row', async () => (await waiting()).length === 1);
    const [here, elsewhere] = await Promise.all([send(), send({ process: 1 })]);
    for (const refused of [here, elsewhere]) {
      expect(refused).toMatchObject({ status: 409, replayed: null, body: { code: 'request-running' } });
      expect(refused.headers.get('retry-after')).toBe('1');
    }
    await holder.end({ timeout: 1 });
    expect(await first).toMatchObject({ status: 201, replayed: null });
    expect(await send({ process: 1 })).toMatchObject({ status: 201, replayed: 'true', body: (await first).body });
    expect(await effects()).toBe(1);
  });
});

describe('a connection to the database that dies', () => {
  test('before the statement has committed: the same is sent again, and done once', async () => {
    const holder = postgres(database.url, { max: 1, onnotice: () => {} });
    await holder.unsafe(`begin; select from accounts for update`);
    const first = send();
    await waitFor('it waits for its row', async () => (await waiting()).length === 1);
    const [victim] = await waiting();
    await plain`select pg_terminate_backend(${victim?.pid ?? 0})`;
    await waitFor('another connection has taken it up', async () =>
      (await waiting()).some(({ pid }) => pid !== victim?.pid),
    );
    expect([await effects(), (await plain`select from idempotency_keys`).length]).toEqual([0, 0]);
    await holder.end({ timeout: 1 });
    expect(await first).toMatchObject({ status: 201, body: { balance: 90 } });
    expect([await balance(), await effects()]).toEqual([90, 1]);
  });

  test('key, effect and answer are there together or not at all, whenever it dies', async () => {
    let done = 0;
    for (let n = 0; n < 12; n++) {
      const key = `"kill-${n}"`;
      const killer = (async () => {
        for (let round = 0; round < n % 4; round++) await plain`select 1`;
        await plain`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'test-one%' and datname = current_database()`;
      })();
      await Promise.all([send({ key, amount: 1 }), killer]);
      const answers = (await plain`select from idempotency_keys`).length;
      expect([n, await effects()]).toEqual([n, answers]);
      const retry = await send({ key, amount: 1, process: 1 });
      expect(retry.status).toBe(201);
      done += 1;
      expect([await effects(), await balance()]).toEqual([done, 100 - done]);
    }
  });
});

test('answers are forgotten when they are old, and not before', async () => {
  expect(await send({ key: '"old"' })).toMatchObject({ status: 201 });
  await plain`update idempotency_keys set created_at = now() - interval '25 hours'`;
  await send({ key: '"new"' });
  const reads = createReadDatabase(await connect({ databaseUrl: database.url, max: 1, name: 'test-forget' }));
  expect(await forgetAnswers(reads.db, 24 * 3_600_000)).toBe(1);
  await reads.end();
  expect(await send({ key: '"new"' })).toMatchObject({ replayed: 'true' });
  expect(await send({ key: '"old"' })).toMatchObject({ replayed: null });
});

const waiting = () => plain<{ pid: number }[]>`
  select pid from pg_stat_activity where datname = current_database() and application_name like 'test-%'
    and wait_event_type = 'Lock' and query like '%withdrawals%'`;
