import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beijingDay } from '../../machines/settlement/calendar.ts';
import { readStandings } from '../../src/statements/standing.ts';
import { tellLeases } from '../../src/statements/tell-leases.ts';
import { at, balance } from '../statements/world.ts';
import { createDisputeWorld, type DisputeWorld, lease, statement } from './world.ts';

let world: DisputeWorld;
beforeAll(async () => {
  world = await createDisputeWorld();
});
afterAll(() => world?.end());

const open = (body: object, as: 'fleet' | 'operations' | 'admin' = 'fleet') =>
  world.post('disputes', as, { reason: 'wrong', ...body });
const resolve = (id: string, body: object) =>
  world.post(`disputes/${id}/resolve`, 'operations', { resolution: 'looked at', ...body });
const leaseRow = async () => (await world.sql`select state, blocks from leases where id = ${lease}`)[0];
const standing = async (now: number) =>
  (await readStandings(world.db, beijingDay(now))).get('blue-taxi')?.statements.find(({ id }) => id === statement);

describe('opening', () => {
  test('a fleet disputes a line of its receipt: what is known is attached, and it is told', async () => {
    await world.sql`insert into webhook_endpoints (id, organisation, url, secret, created_by) values ('w-1', 'blue-taxi', 'https://127.0.0.1:1/', 'whsec_x', 'test')`;
    const { status, body, headers } = await open({ swap: 'bj-001.1.1', line: 1 });
    expect([status, headers.get('etag'), headers.get('location')]).toEqual([201, '"1"', `/api/v1/disputes/${body.id}`]);
    expect(body).toMatchObject({
      party: 'blue-taxi',
      swap: 'bj-001.1.1',
      statement: null,
      line: 1,
      disputed: { kind: 'energy', amountFen: 2181 },
      disputedFen: 2181,
      state: 'open',
      outcome: null,
    });
    const { items } = (await world.get(`disputes/${body.id}/evidence`, 'fleet')).body;
    expect(items).toHaveLength(body.evidence);
    expect(new Set(items.map(({ kind }: { kind: string }) => kind))).toEqual(
      new Set(['receipt', 'plan', 'leaseEvent', 'transfer']),
    );
    expect(JSON.stringify(items)).not.toContain('link_token');
    const told = await world.sql`select type, audience from webhook_events where subject = ${body.id}`;
    expect([...told]).toEqual([{ type: 'pitlane.dispute.opened.v1', audience: 'blue-taxi' }]);
    expect((await world.get(`disputes/${body.id}`, 'fleet', { 'If-None-Match': '"1"' })).status).toBe(304);
    expect((await resolve(body.id, { outcome: 'rejected' })).body).toMatchObject({ outcome: 'rejected', creditFen: 0 });
  });

  test("what is not there, not a line of it, or another's, is refused alike", async () => {
    for (const [body, pointer] of [
      [{ swap: 'bj-001.1.99' }, '/swap'],
      [{ swap: 'bj-002.1.1' }, '/swap'],
      [{ statement: 's-2026-06-green-taxi' }, '/statement'],
      [{ statement: 'o-2026-06-pack-bank' }, '/statement'],
      [{ swap: 'bj-001.1.1', line: 9 }, '/line'],
    ] as const)
      expect(await open(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect((await open({})).status).toBe(422);
    expect((await open({ swap: 'bj-001.1.1', statement })).status).toBe(422);
  });

  test("of many at once one is opened; a line and the whole of one bill are in each other's way", async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => open({ swap: 'bj-001.1.2', ...(n % 2 ? { line: 2 } : {}) })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
    const rows = await world.sql`select id from disputes where swap = 'bj-001.1.2'`;
    expect(rows).toHaveLength(1);
    // The whole of it against a line, or the other way about.
    const winner = answers.find(({ status }) => status === 201)?.body;
    const refused = await open({ swap: 'bj-001.1.2', ...(winner.line === null ? { line: 1 } : {}) });
    expect(refused).toMatchObject({ status: 409, body: { code: 'change-refused', current: { id: winner.id } } });
    expect((await world.post(`disputes/${rows[0]?.id}/withdraw`, 'fleet', { reason: 'mistake' })).body.outcome).toBe(
      'withdrawn',
    );
  });

  test('the same key opens it once', async () => {
    const body = { swap: 'bj-001.1.2', reason: 'wrong' };
    const first = await world.post('disputes', 'fleet', body, 'again');
    const second = await world.post('disputes', 'fleet', body, 'again');
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
    const withdrawn = await world.post(`disputes/${first.body.id}/withdraw`, 'fleet', { reason: 'mistake' });
    expect((await world.post(`disputes/${first.body.id}/withdraw`, 'fleet', { reason: 'again' })).status).toBe(409);
    // Who did it, in the statement that did; the refusal left no line.
    const lines = await world.sql`select a.what, a.reason, a.request, a.xmin = d.xmin as "withTheChange"
      from acts a join disputes d on d.id = a.object where a.object = ${first.body.id} order by a.id`;
    const request = withdrawn.headers.get('x-request-id');
    expect(lines).toMatchObject([
      { what: 'disputeOpened' },
      { what: 'disputeWithdrawn', reason: 'mistake', request, withTheChange: true },
    ]);
  });
});

describe('tenancy', () => {
  test("a fleet neither sees another's disputes and notes nor touches them", async () => {
    const { body } = await open({ swap: 'bj-002.1.1' }, 'operations');
    expect(body.party).toBe('green-taxi');
    for (const path of [`disputes/${body.id}`, `disputes/${body.id}/evidence`])
      expect((await world.get(path, 'fleet')).status).toBe(404);
    for (const [act, said] of [
      ['evidence', { text: 'x' }],
      ['withdraw', { reason: 'x' }],
    ] as const)
      expect((await world.post(`disputes/${body.id}/${act}`, 'fleet', said)).status).toBe(404);
    expect(
      (await world.post(`disputes/${body.id}/resolve`, 'fleet', { outcome: 'rejected', resolution: 'x' })).status,
    ).toBe(403);
    const upheld = await resolve(body.id, { outcome: 'upheld', credits: [{ line: 1, amountFen: 1 }] });
    expect((await world.get(`notes/${upheld.body.note}`, 'fleet')).status).toBe(404);
    const ids = async (path: string) =>
      (await world.get(path, 'fleet')).body.items.map(({ party }: { party: string }) => party);
    expect(new Set([...(await ids('disputes')), ...(await ids('notes'))])).not.toContain('green-taxi');
    expect((await world.get('disputes?party=green-taxi')).body.items).toHaveLength(1);
    expect((await world.get('disputes', 'owner')).status).toBe(403);
  });
});

describe('a dispute of a statement', () => {
  test('holds back the arrears, is commented, and is upheld by a note that goes to the books once', async () => {
    const { db, sql } = world;
    const late = at('2026-07-12', 1);
    expect(await tellLeases(db, late)).toBe(1);
    expect(await leaseRow()).toMatchObject({ state: 'inArrears' });
    const { body } = await open({ statement, line: 1 });
    expect(body).toMatchObject({ disputedFen: 150_000, disputed: { kind: 'monthlyFee' } });
    expect(await tellLeases(db, late)).toBe(1);
    expect(await leaseRow()).toMatchObject({ state: 'disputed', blocks: null });
    // The swaps are not in dispute, and are still to be paid.
    expect(await standing(late)).toMatchObject({ disputedFen: 150_000, state: 'overdue' });

    const said = await Promise.all([
      world.post(`disputes/${body.id}/evidence`, 'fleet', { text: 'In your workshop', references: ['RO-1'] }),
      world.post(`disputes/${body.id}/evidence`, 'operations', { text: 'For 15 days' }),
    ]);
    expect(said.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(said.map((answer) => answer.body.n)).size).toBe(2);
    const { items } = (await world.get(`disputes/${body.id}/evidence`, 'fleet')).body;
    expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['statement', 'receipt', 'plan', 'leaseEvent', 'transfer', 'comment']),
    );

    const owed = await balance(sql, 'receivable:blue-taxi');
    for (const credits of [
      [{ line: 2, amountFen: 1 }],
      [{ line: 1, amountFen: 150_001 }],
      [
        { line: 1, amountFen: 100_000 },
        { line: 1, amountFen: 50_001 },
      ],
    ])
      expect((await resolve(body.id, { outcome: 'upheld', credits })).status).toBeGreaterThanOrEqual(409);
    expect((await resolve(body.id, { outcome: 'upheld' })).status).toBe(422);
    const both = await Promise.all([
      resolve(body.id, { outcome: 'upheld', credits: [{ amountFen: 75_000 }] }),
      resolve(body.id, { outcome: 'upheld', credits: [{ amountFen: 75_000 }] }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const done = both.find(({ status }) => status === 200)?.body;
    expect(done).toMatchObject({ state: 'resolved', outcome: 'upheld', creditFen: 75_000 });
    expect(await balance(sql, 'receivable:blue-taxi')).toBe(owed - 75_000);
    const rows =
      await sql`select debit, credit, amount_fen::int as fen from transfers where cause = 'note' and cause_id = ${done.note}`;
    expect([...rows]).toEqual([{ debit: 'payable:pack-bank', credit: 'receivable:blue-taxi', fen: 75_000 }]);
    const note = (await world.get(`notes/${done.note}`, 'fleet')).body;
    expect(note).toMatchObject({ statement, corrects: statement, dispute: body.id, totalFen: -75_000 });
    expect(note.lines[0].basis).toMatchObject({ corrects: 'monthlyFee', line: 1, owner: 'pack-bank', lease });
    expect(await standing(late)).toMatchObject({
      owedFen: 150_000 + 2 * 3111 - 75_000,
      disputedFen: 0,
      state: 'overdue',
    });
    expect(await tellLeases(db, late)).toBe(1);
    expect(await leaseRow()).toMatchObject({ state: 'inArrears' });
    expect((await world.post(`disputes/${body.id}/evidence`, 'fleet', { text: 'late' })).body.code).toBe(
      'already-settled',
    );
    expect((await world.post(`disputes/${body.id}/withdraw`, 'fleet', { reason: 'late' })).body.code).toBe(
      'already-settled',
    );
  });

  test('of all of it: lines of the swaps on it may be credited, each to what is left', async () => {
    const { body } = await open({ statement });
    expect(body).toMatchObject({ line: null, disputed: null, disputedFen: 150_000 + 2 * 3111 - 75_000 });
    const missing = await resolve(body.id, { outcome: 'upheld', credits: [{ amountFen: 1 }] });
    expect(missing.body.errors).toMatchObject([{ pointer: '/credits/0/line' }]);
    const foreign = await resolve(body.id, {
      outcome: 'upheld',
      credits: [{ swap: 'bj-002.1.1', line: 1, amountFen: 1 }],
    });
    expect(foreign.body.errors).toMatchObject([{ pointer: '/credits/0/swap' }]);
    const tooMuch = await resolve(body.id, { outcome: 'upheld', credits: [{ line: 1, amountFen: 75_001 }] });
    expect(tooMuch).toMatchObject({ status: 409, body: { errors: [{ detail: 'at most 75000 fen are left' }] } });
    const done = await resolve(body.id, {
      outcome: 'upheld',
      credits: [
        { line: 1, amountFen: 75_000 },
        { swap: 'bj-001.1.1', line: 1, amountFen: 2181 },
      ],
    });
    expect(done.body.creditFen).toBe(77_181);
    const again = await open({ swap: 'bj-001.1.1', line: 1 });
    expect(again.body.disputedFen).toBe(0);
    expect((await resolve(again.body.id, { outcome: 'upheld', credits: [{ amountFen: 1 }] })).status).toBe(409);
    expect((await world.post(`disputes/${again.body.id}/withdraw`, 'operations', { reason: 'x' })).body.code).toBe(
      'change-refused',
    );
    expect((await world.post(`disputes/${again.body.id}/withdraw`, 'fleet', { reason: 'x' })).status).toBe(200);
  });

  test('nothing of it can be changed or taken away', async () => {
    for (const change of [
      'update notes set total_fen = -1',
      'delete from notes',
      `update dispute_evidence set body = '{}'`,
      'delete from dispute_evidence',
    ])
      await expect(world.sql.unsafe(change)).rejects.toThrow();
  });
});
