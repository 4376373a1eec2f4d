import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standingOf } from '../../machines/settlement/account-state.ts';
import { accountOf, allocate, type PartyAccount, withAllocations } from '../../machines/settlement/match-payment.ts';
import { monthsNamed, plainAccount, statementsNamed } from '../../machines/settlement/remittance.ts';

const statement = (id: string) => {
  const [, month = '', party = ''] = /^s-(\d{4}-\d\d)-(.*)$/.exec(id) ?? [];
  return { id, month, party };
};
const all = [
  's-2026-07-blue-taxi',
  's-2026-08-blue-taxi',
  's-2026-08-blue',
  's-2026-08-blue-taxi-2',
  's-2026-08-green-taxi',
].map(statement);

describe('the number of a statement in what a payer wrote', () => {
  test.each([
    ['s-2026-08-blue-taxi', ['s-2026-08-blue-taxi']],
    ['电费S-2026-08-BLUE-TAXI换电服务费', ['s-2026-08-blue-taxi']],
    ['ｓ－２０２６－０８－ｂｌｕｅ－ｔａｘｉ', ['s-2026-08-blue-taxi']],
    ['pay S202608BLUETAXI', ['s-2026-08-blue-taxi']],
    ['s 2026 08 blue taxi', ['s-2026-08-blue-taxi']],
    ['s-2026-08-blue', ['s-2026-08-blue']],
    ['s-2026-08-blue taxi', ['s-2026-08-blue-taxi']],
    ['s-2026-08-blue-taxi-2', ['s-2026-08-blue-taxi-2']],
    ['s-2026-08-blue-taxi-3', []],
    ['s-2026-08-blueish', []],
    ['s-2026-08-green-taxi und s-2026-07-blue-taxi', ['s-2026-07-blue-taxi', 's-2026-08-green-taxi']],
    ['s-2026-08-blue-taxi, s-2026-07-blue-taxi', ['s-2026-07-blue-taxi', 's-2026-08-blue-taxi']],
    ['bills-2026-08-blue-taxi', []],
    ['o-2026-08-blue-taxi', []],
    ['s-2026-13-blue-taxi', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(statementsNamed(text, all).map(({ id }) => id)).toEqual(expected);
  });

  test('two that look the same without hyphens are neither', () => {
    const alike = [statement('s-2026-08-blue-taxi'), statement('s-2026-08-bluetaxi')];
    expect(statementsNamed('s202608bluetaxi', alike)).toEqual([]);
    expect(statementsNamed('s-2026-08-blue-taxi', alike).map(({ party }) => party)).toEqual(['blue-taxi']);
  });

  test('months, and accounts', () => {
    expect(monthsNamed('S202608X and s-2026-07-y')).toEqual(['2026-08', '2026-07']);
    expect(plainAccount(' 6222 0210 0111 6245 ')).toBe('6222021001116245');
    expect(plainAccount('Fin@Blue.cn')).toBe('fin@blue.cn');
    expect(plainAccount('138****1234')).toBe('');
  });
});

const money = fc.integer({ min: 1, max: 500 });
const accounts = fc
  .array(fc.record({ owedFen: fc.integer({ min: -50, max: 300 }), paidFen: fc.integer({ min: 0, max: 100 }) }), {
    maxLength: 5,
  })
  .map(
    (owed): PartyAccount => ({
      onAccountFen: 0,
      statements: owed.map((each, at) => ({
        ...each,
        id: `s-2026-0${at + 1}-a`,
        dueDay: `2026-0${at + 2}-15`,
        disputedFen: 0,
      })),
    }),
  );
const named = fc.array(
  fc.integer({ min: 1, max: 6 }).map((month) => `s-2026-0${month}-a`),
  { maxLength: 2 },
);
const payments = fc.array(fc.record({ fen: money, named: fc.oneof(fc.constant<string[]>([]), named) }), {
  maxLength: 8,
});

const pay = (account: PartyAccount, of: readonly { fen: number; named: string[] }[]) =>
  of.reduce((now, { fen, named: ids }) => withAllocations(now, allocate(fen, now, ids)), account);
const openOf = ({ statements, onAccountFen }: PartyAccount) => {
  const standing = standingOf(statements, onAccountFen, '');
  return standing.statements.map(({ id, outstandingFen, coveredFen }) => [
    id,
    Math.max(0, outstandingFen - coveredFen),
  ]);
};

describe('spreading money', () => {
  test('all of it goes somewhere, and no statement gets more than is left to pay of it', () => {
    fc.assert(
      fc.property(accounts, payments, (account, of) => {
        for (const { fen, named: ids } of of) {
          const parts = allocate(fen, account, ids);
          expect(parts.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(fen);
          for (const { statement: id, amountFen } of parts) {
            expect(amountFen).toBeGreaterThan(0);
            if (id === null) continue;
            if (ids.length > 0) expect(ids).toContain(id);
            const { owedFen = 0, paidFen = 0 } = account.statements.find((each) => each.id === id) ?? {};
            expect(amountFen).toBeLessThanOrEqual(owedFen - paidFen);
          }
          account = withAllocations(account, parts);
        }
      }),
    );
  });

  test('money without a name pays the oldest that is not covered', () => {
    fc.assert(
      fc.property(accounts, payments, money, (account, of, fen) => {
        const before = openOf(pay(account, of));
        const after = openOf(pay(account, [...of, { fen, named: [] }]));
        let left = fen;
        for (const [at, [id, open]] of before.entries()) {
          const paid = Math.min(left, Number(open));
          expect(after[at]).toEqual([id, Number(open) - paid]);
          left -= paid;
        }
      }),
    );
  });

  test('an account is what its standing says', () => {
    fc.assert(
      fc.property(accounts, payments, (account, of) => {
        const { statements, onAccountFen } = pay(account, of);
        expect(accountOf(standingOf(statements, onAccountFen, '')).onAccountFen).toBe(onAccountFen);
      }),
    );
  });

  test('in any order, as much is open in the end; and of each statement, where a payment names one at most', () => {
    fc.assert(
      fc.property(accounts, payments, fc.infiniteStream(fc.nat()), (account, of, order) => {
        const shuffled = of
          .map((each) => [order.next().value ?? 0, each] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, each]) => each);
        const [one, other] = [openOf(pay(account, shuffled)), openOf(pay(account, of))];
        const sumOf = (open: typeof one) => open.reduce((sum, [, fen]) => sum + Number(fen), 0);
        expect(sumOf(one)).toBe(sumOf(other));
        // One that names two pays the older first: which of them is left depends on what the other payments had paid by then.
        if (of.every(({ named: ids }) => new Set(ids).size <= 1)) expect(one).toEqual(other);
      }),
      { numRuns: 300 },
    );
  });
});
