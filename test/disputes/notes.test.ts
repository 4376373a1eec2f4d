import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeMonth } from '../../src/statements/close-month.ts';
import { afterMonth, at, balance, seedReceipt, vin } from '../statements/world.ts';
import { createDisputeWorld, type DisputeWorld, lease, statement } from './world.ts';

let world: DisputeWorld;
beforeAll(async () => {
  world = await createDisputeWorld();
});
afterAll(() => world?.end());

const line = (of: object) => ({ quantity: 1, unit: 'item', unitPriceMicro: 1_000_000, rule: 'agreed', ...of });
const issue = (body: object, key?: string) => world.post('notes', 'operations', { text: 'agreed', ...body }, key);

describe('notes by people', () => {
  test('a credit on a receipt of a closed month is less to pay there; its line explains itself', async () => {
    const before = await balance(world.sql, 'revenue:service');
    const { status, body } = await issue({
      direction: 'credit',
      swap: 'bj-001.1.1',
      lines: [line({ line: 2, quantity: 10_000, unit: 'Wh', unitPriceMicro: 300_000, rule: '10 kWh at half price' })],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      reason: 'correction',
      party: 'blue-taxi',
      statement,
      swap: 'bj-001.1.1',
      corrects: null,
      totalFen: -300,
    });
    expect(body.lines).toEqual([
      {
        kind: 'correction',
        quantity: 10_000,
        unit: 'Wh',
        unitPriceMicro: -300_000,
        amountFen: -300,
        rule: '10 kWh at half price',
        basis: { corrects: 'serviceFee', swap: 'bj-001.1.1', statement: null, line: 2, owner: null, lease: null },
        text: 'Correction (10 kWh at half price): 10 kWh × -0.30 CNY = -3.00 CNY',
      },
    ]);
    expect(await balance(world.sql, 'revenue:service')).toBe(before + 300);
    expect((await world.get(`notes?statement=${statement}`, 'fleet')).body.items).toEqual([body]);
    const inChinese = await world.get('notes?swap=bj-001.1.1', 'fleet', { 'Accept-Language': 'zh' });
    expect(inChinese.body.items).toMatchObject([
      { lines: [{ text: '更正（10 kWh at half price）：10 kWh × -0.30 元 = -3.00 元' }] },
    ]);
  });

  test('never more than was billed less earlier notes, by two at once neither', async () => {
    const over = await issue({
      direction: 'credit',
      swap: 'bj-001.1.1',
      lines: [line({ line: 2, unitPriceMicro: 6_010_000 })],
    });
    expect(over).toMatchObject({
      status: 409,
      body: { code: 'change-refused', errors: [{ detail: 'at most 600 fen are left' }] },
    });
    const half = { direction: 'credit', statement, lines: [line({ line: 1, unitPriceMicro: 800_000_000 })] };
    const both = await Promise.all([issue(half), issue(half)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await issue(half)).status).toBe(409);
    const [sum] = await world.sql`select sum(total_fen)::int as fen from notes where corrects = ${statement}`;
    expect(sum?.fen).toBe(-80_000);
  });

  test('a credit of a credit, of nothing, of no line, and without a key, are refused', async () => {
    const sohCredit = await issue({ direction: 'credit', swap: 'bj-001.1.3', lines: [line({ line: 4 })] });
    expect(sohCredit).toMatchObject({ status: 409, body: { errors: [{ detail: 'at most 0 fen are left' }] } });
    for (const [own, pointer] of [
      [{ line: 9 }, '/lines/0/line'],
      [{ line: 1, unitPriceMicro: 1 }, '/lines/0/unitPriceMicro'],
      [{ line: 1, unit: 'Wh', quantity: 1.5 }, '/lines/0/quantity'],
      [{ line: 1, quantity: 1e12, unitPriceMicro: 1e12 }, '/lines/0/quantity'],
      [{ kind: 'parking' }, '/lines/0/line'],
      [{ line: 1, swap: 'bj-001.1.1' }, '/lines/0/swap'],
    ] as const) {
      const refused = await issue({ direction: 'credit', swap: 'bj-001.1.3', lines: [line(own)] });
      expect(refused, pointer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    const keyless = await world.app.request('/api/v1/notes', {
      method: 'POST',
      headers: { Authorization: `Bearer ${world.keys.operations}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ direction: 'credit', swap: 'bj-001.1.3', text: 'x', lines: [line({ line: 1 })] }),
    });
    expect(keyless.status).toBe(400);
    expect((await world.post('notes', 'fleet', {})).status).toBe(403);
    await seedReceipt(world.sql, { swap: 'bj-001.1.50', vin: vin(5), lessee: null, at: at('2026-07-05') });
    expect(await issue({ direction: 'credit', swap: 'bj-001.1.50', lines: [line({ line: 1 })] })).toMatchObject({
      status: 409,
    });
  });

  test("a debit, and a credit of what is on no statement yet, stand on the next one; the owner's part on the owner's", async () => {
    const debit = await issue({
      direction: 'debit',
      statement,
      lines: [line({ line: 1, unitPriceMicro: 20_000_000 }), line({ kind: 'parking', unitPriceMicro: 3_000_000 })],
    });
    expect(debit.body).toMatchObject({ statement: null, corrects: statement, totalFen: 2300 });
    const credit = await issue({
      direction: 'credit',
      swap: 'bj-001.1.3',
      lines: [line({ line: 1, unitPriceMicro: 10_000_000 })],
    });
    expect(credit.body).toMatchObject({ statement: null, totalFen: -1000 });
    await closeMonth(world.db, '2026-07', { by: 'test', now: afterMonth('2026-07') });
    const { body } = await world.get('statements/s-2026-07-blue-taxi', 'fleet');
    expect(body.notesFen).toBe(1300);
    const owner = (await world.get('statements/o-2026-07-pack-bank', 'owner')).body;
    const corrections = owner.lines.filter(({ kind }: { kind: string }) => kind === 'correction');
    // The parking is the operator's; the credit of half the fee in June and the debit are the owner's.
    expect(
      corrections.map(({ amountFen }: { amountFen: number }) => amountFen).sort((a: number, b: number) => a - b),
    ).toEqual([-80_000, 2000]);
    expect(await balance(world.sql, 'payable:pack-bank')).toBe(
      -(await world.sql`select sum(total_fen)::int as fen from statements where kind = 'owner'`)[0]?.fen,
    );
    const [books] =
      await world.sql`select sum(total_fen)::int as fen from statements where party = 'blue-taxi' and kind = 'fleet'`;
    const [later] =
      await world.sql`select sum(total_fen)::int as fen from notes where statement is not null and party = 'blue-taxi'`;
    expect(await balance(world.sql, 'receivable:blue-taxi')).toBe(books?.fen + later?.fen);
    expect(lease).toBe('l-0000000000000001');
  });

  test('what was credited before the month was closed is not credited again by the name of the statement', async () => {
    const july = 's-2026-07-blue-taxi';
    const { body } = await world.get('receipts/bj-001.1.3');
    const billed = body.lines[0].amountFen;
    const again = (fen: number) =>
      issue({
        direction: 'credit',
        statement: july,
        lines: [line({ swap: 'bj-001.1.3', line: 1, unitPriceMicro: fen * 10_000 })],
      });
    expect(await again(billed)).toMatchObject({
      status: 409,
      body: { errors: [{ detail: `at most ${billed - 1000} fen are left` }] },
    });
    expect((await again(billed - 1000)).status).toBe(201);
    const left = { direction: 'credit', swap: 'bj-001.1.3', lines: [line({ line: 1, unitPriceMicro: 10_000 })] };
    expect(await issue(left)).toMatchObject({ status: 409, body: { errors: [{ detail: 'at most 0 fen are left' }] } });
  });

  test('the same key issues it once', async () => {
    const body = { direction: 'debit', swap: 'bj-001.1.2', lines: [line({ line: 3 })] };
    const [first, second] = [await issue(body, 'same'), await issue(body, 'same')];
    expect(second.body).toEqual(first.body);
    expect((await world.get('notes?swap=bj-001.1.2')).body.items).toHaveLength(1);
  });
});
