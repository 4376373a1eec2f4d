import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCreditAccount, parseAccount, payableTo, receivableOf } from '../../machines/settlement/accounts.ts';
import { costPostings, type Posting, postingsOf } from '../../machines/settlement/postings.ts';
import { type BillLine, billLineKinds } from '../../schema/wire/settlement/bill.ts';

const vin = 'LPTLNE00000000017';

const line = (kind: BillLine['kind'], amountFen: number, basis: BillLine['basis'] = {}): BillLine => ({
  kind,
  quantity: 1,
  unit: 'item',
  unitPriceMicro: 0,
  amountFen,
  rule: 'test',
  basis,
});

describe('accounts', () => {
  test.each([
    ['receivable:blue-taxi', { kind: 'receivable', organisation: 'blue-taxi' }],
    [`receivable:vehicle:${vin}`, { kind: 'vehicle', vin }],
    ['receivable:vehicle', { kind: 'receivable', organisation: 'vehicle' }],
    ['payable:grid', { kind: 'own', account: 'payable:grid' }],
    ['revenue:energy', { kind: 'own', account: 'revenue:energy' }],
    ['revenue:tips', null],
    ['receivable:', null],
    ['receivable:Blue Taxi', null],
    ['receivable:vehicle:x', null],
    ['receivable:blue:taxi', null],
    ['', null],
  ])('%s', (text, parts) => expect(parseAccount(text)).toEqual(parts));

  test('an owner cannot be taken for the electricity supplier', () => {
    expect(() => payableTo('grid')).toThrow('no account');
    expect(payableTo('packs-ltd')).toBe('payable:packs-ltd');
  });

  test('the side a balance grows on', () => {
    expect(
      ['revenue:energy', 'payable:grid', 'deposit:a', 'suspense:payments'].map((each) =>
        isCreditAccount(each as never),
      ),
    ).toEqual([true, true, true, true]);
    expect(['receivable:a', 'cost:energy', 'cash:bank'].map((each) => isCreditAccount(each as never))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('postings of a bill', () => {
  test('energy and service to the operator, credits for a tired pack from its owner', () => {
    const lines = [line('energy', 3_120), line('serviceFee', 1_000), line('parking', 0), line('sohCredit', -500)];
    expect(postingsOf(lines, { lessee: 'blue-taxi', vin, owner: 'packs-ltd' })).toEqual([
      { debit: 'receivable:blue-taxi', credit: 'revenue:energy', amountFen: 3_120, line: 1 },
      { debit: 'receivable:blue-taxi', credit: 'revenue:service', amountFen: 1_000, line: 2 },
      { debit: 'payable:packs-ltd', credit: 'receivable:blue-taxi', amountFen: 500, line: 4 },
    ]);
  });

  test('a car without lessee owes by itself, and the operator owns its packs', () => {
    expect(postingsOf([line('swapFee', 900)], { lessee: null, vin, owner: null })).toEqual([
      { debit: receivableOf({ lessee: null, vin }), credit: 'revenue:lease', amountFen: 900, line: 1 },
    ]);
  });

  test('a correction goes where the corrected line went, and says which', () => {
    const parties = { lessee: 'blue-taxi', vin, owner: null };
    expect(postingsOf([line('correction', -40, { corrects: 'energy' })], parties)).toEqual([
      { debit: 'revenue:energy', credit: 'receivable:blue-taxi', amountFen: 40, line: 1 },
    ]);
    expect(() => postingsOf([line('correction', -40)], parties)).toThrow('names the kind');
  });

  test('debits equal credits for any bills, and the debtor owes their sum', () => {
    const kinds = billLineKinds.filter((kind) => kind !== 'correction');
    const bill = fc.record({
      lines: fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: -1e9, max: 1e9 })), { maxLength: 8 }),
      lessee: fc.constantFrom('blue-taxi', 'green-taxi'),
      owner: fc.constantFrom(null, 'packs-ltd', 'cells-ltd'),
    });
    fc.assert(
      fc.property(fc.array(bill, { maxLength: 30 }), (bills) => {
        const balances = new Map<string, number>();
        const add = (account: string, fen: number) => balances.set(account, (balances.get(account) ?? 0) + fen);
        const owed = new Map<string, number>();
        for (const { lines, lessee, owner } of bills) {
          const asLines = lines.map(([kind, fen]) => line(kind, fen));
          const posted: Posting[] = [
            ...postingsOf(asLines, { lessee, vin, owner }),
            ...costPostings(asLines.filter(({ amountFen }) => amountFen > 0)),
          ];
          for (const { debit, credit, amountFen } of posted) {
            expect(amountFen).toBeGreaterThan(0);
            expect(debit).not.toBe(credit);
            expect(parseAccount(debit)).not.toBeNull();
            expect(parseAccount(credit)).not.toBeNull();
            add(debit, amountFen);
            add(credit, -amountFen);
          }
          owed.set(lessee, (owed.get(lessee) ?? 0) + lines.reduce((sum, [, fen]) => sum + fen, 0));
        }
        expect([...balances.values()].reduce((sum, fen) => sum + fen, 0)).toBe(0);
        for (const [lessee, fen] of owed) expect(balances.get(`receivable:${lessee}`) ?? 0).toBe(fen);
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
