import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beijingDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { auditPayments } from '../../src/settlement/audit/payments.ts';
import { readStandings } from '../../src/statements/standing.ts';
import { bankFile, type Incoming, ownAccount } from './files.ts';
import { createPayments } from './world.ts';

// Whatever comes, in whatever order: the books balance, and no statement gets more than is to be paid of it.

let world: Awaited<ReturnType<typeof createPayments>>;
beforeAll(async () => {
  world = await createPayments();
});
afterAll(() => world?.end());

let runs = 0;
const parties = ['blue-taxi', 'green-taxi'] as const;
const months = ['2026-05', '2026-06', '2026-07'] as const;

/** Payments and statements of a run stand apart from those of the runs before: parties of its own. */
async function begin(
  owed: readonly number[],
): Promise<{ party: (n: number) => string; before: Record<string, number> }> {
  runs += 1;
  const party = (n: number) => `p${runs}-${parties[n % 2]}`;
  for (const n of [0, 1]) {
    await world.sql`insert into organisations (id, kind, name) values (${party(n)}, 'fleet', 'x')`;
    await world.sql`insert into payers (account, n, organisation, note, by) values (${`acct-${runs}-${n}`}, 1, ${party(n)}, '', 'test')`;
  }
  for (const [at, fen] of owed.entries()) await world.owe(party(at), months[Math.floor(at / 2) % 3] ?? '', fen);
  return { party, before: await world.credits() };
}

const lineOf = fc.record({
  n: fc.nat({ max: 11 }),
  fen: fc.integer({ min: 1, max: 400 }),
  of: fc.nat({ max: 1 }),
  month: fc.option(fc.constantFrom(...months, '2026-08'), { nil: null }),
  isKnown: fc.boolean(),
  hour: fc.nat({ max: 23 }),
});
type Line = typeof lineOf extends fc.Arbitrary<infer T> ? T : never;
const owedOf = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 6, maxLength: 6 });
const incoming = ({ n, fen, of, month, isKnown, hour }: Line, party: (n: number) => string): Incoming => ({
  transaction: `R${runs}-${n}`,
  fen,
  at: `2026-09-05 ${String(hour).padStart(2, '0')}:00:00`,
  payer: isKnown ? `acct-${runs}-${of}` : '',
  text: month === null ? '' : `s-${month}-${party(of)}`,
});
/** What each transaction number says is one thing. */
const lines = fc.uniqueArray(lineOf, { selector: ({ n }) => n, minLength: 1, maxLength: 10 });

const act = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), picks: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }) }),
  fc.record({
    kind: fc.constant('assign' as const),
    pick: fc.nat(),
    to: fc.nat({ max: 1 }),
    month: fc.option(fc.constantFrom(...months), { nil: null }),
    fen: fc.option(fc.integer({ min: 1, max: 400 }), { nil: null }),
  }),
  fc.record({ kind: fc.constant('undo' as const), pick: fc.nat(), n: fc.integer({ min: 1, max: 4 }) }),
);

test('any sequence of files, assignments and undoings keeps the books', async () => {
  await fc.assert(
    fc.asyncProperty(owedOf, lines, fc.array(act, { minLength: 1, maxLength: 10 }), async (owed, all, acts) => {
      const { party } = await begin(owed);
      const pick = (n: number): Line => all[n % all.length] as Line;
      for (const each of acts) {
        if (each.kind === 'file') {
          const picked = each.picks.map((n) => incoming(pick(n), party));
          expect((await world.send('bank', bankFile(picked))).status).toBeLessThan(300);
          continue;
        }
        const path = `/payments/bank.${ownAccount}.R${runs}-${pick(each.pick).n}/matches`;
        const answer =
          each.kind === 'undo'
            ? await world.post(`${path}/${each.n}/undo`, { note: 'x' })
            : await world.post(path, {
                party: party(each.to),
                note: 'x',
                ...(each.month === null ? {} : { statement: `s-${each.month}-${party(each.to)}` }),
                ...(each.fen === null ? {} : { amountFen: each.fen }),
              });
        expect([200, 404, 409]).toContain(answer.status);
      }
      expect(await world.broken()).toEqual([]);
      expect(Object.values(await world.credits()).reduce((sum, fen) => sum + fen, 0)).toBe(0);
    }),
    { numRuns: 25, seed: 42 },
  );
  const { examined, differences } = await auditPayments(world.db, {
    from: startOfDay('2026-09-01'),
    to: startOfDay('2026-10-01'),
  });
  expect(differences).toEqual([]);
  expect(examined).toBeGreaterThan(20);
  // What is kept to find them says what the matches say.
  const kept = await world.sql`select payment, amount_fen::int from payments_in_suspense order by payment`;
  const derived = await world.sql`
    select p.id as payment, (p.amount_fen - coalesce(sum(m.amount_fen), 0))::int as amount_fen
    from payments p left join payment_matches m on m.payment = p.id group by p.id having p.amount_fen > coalesce(sum(m.amount_fen), 0) order by p.id`;
  expect(kept.length).toBeGreaterThan(0);
  expect([...kept]).toEqual([...derived]);
}, 240_000);

test('the same lines in any files and any order leave the same accounts and the same open statements', async () => {
  const today = beijingDay(Date.now());
  const outcome = async (files: readonly (readonly Line[])[], owed: readonly number[]) => {
    const { party, before } = await begin(owed);
    for (const file of files) {
      const answer = await world.send('bank', bankFile(file.map((line) => incoming(line, party))));
      expect(answer.status).toBeLessThan(300);
    }
    const after = await world.credits();
    const own = [0, 1].map((n) => after[`receivable:${party(n)}`] ?? 0);
    const shared = ['cash:bank', 'suspense:payments'].map((account) => (after[account] ?? 0) - (before[account] ?? 0));
    const standings = await readStandings(world.db, today, [party(0), party(1)]);
    const open = [0, 1].map((n) =>
      standings
        .get(party(n))
        ?.statements.map(({ outstandingFen, coveredFen, state }) => [Math.max(0, outstandingFen - coveredFen), state]),
    );
    return { own, shared, open };
  };
  await fc.assert(
    fc.asyncProperty(
      owedOf,
      lines,
      fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), { maxLength: 3 }),
      async (owed, all, picks) => {
        const split = picks.map((file) => file.map((n) => all[n % all.length] as Line));
        expect(await outcome([...split, [...all].reverse()], owed)).toEqual(await outcome([all], owed));
      },
    ),
    { numRuns: 25, seed: 43 },
  );
  expect(await world.broken()).toEqual([]);
}, 240_000);
