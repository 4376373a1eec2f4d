import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { priced } from '../../machines/settlement/money.ts';
import { postingsOf } from '../../machines/settlement/postings.ts';
import { runStatement } from '../../src/db/statement.ts';
import { closeFleetMonth } from '../../src/statements/close.ts';
import { closeMonth } from '../../src/statements/close-month.ts';
import { startStatementKeeper } from '../../src/statements/keeper.ts';
import { noteStatement } from '../../src/statements/notes.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { afterMonth, at, balance, createBooks, seedLease, seedPlan, seedReceipt, stepLeaseAt, vin } from './world.ts';

let books: Awaited<ReturnType<typeof createBooks>>;
beforeAll(async () => {
  books = await createBooks();
  await seedPlan(books.sql, 'taxi', 1, {
    monthlyFeeFen: 300_000,
    perSwapMicro: 2_000_000,
    included: { swap: 2 },
    depositFen: 500_000,
    dueDays: 10,
    sohFloorPct: 80,
    sohCreditFen: 500,
  });
});
afterAll(() => books?.end());

const act = (month: string) => ({ by: 'test', now: afterMonth(month) });

interface Row {
  id: string;
  lines: { kind: string; amountFen: number; quantity: number; basis: Record<string, unknown> }[];
  summary: { kind: string; amountFen: number; count: number }[];
  receipt_count: number;
  total_fen: string;
  due_day: string;
}
const read = async (id: string): Promise<Row> => {
  const [row] = await books.sql<Row[]>`select *, due_day::text from statements where id = ${id}`;
  if (!row) throw new Error(`no statement ${id}`);
  return row;
};

describe('closing a month', () => {
  test('one bill has lease fee, deposit, usage, and what the receipts come to; the books hold the same', async () => {
    const { db, sql } = books;
    await seedLease(db, { lease: 'l-0000000000000001', vin: vin(1), plan: 'taxi', fromDay: '2026-06-16' });
    for (let n = 1; n <= 4; n += 1)
      await seedReceipt(sql, {
        swap: `bj-001.1.${n}`,
        vin: vin(1),
        lease: 'l-0000000000000001',
        at: at(`2026-06-2${n}`, 9),
        odometerKm: 1000 + n,
        ...(n === 4 ? { sohCreditFen: 500, packIn: 'TIRED' } : {}),
      });
    const closed = await closeMonth(db, '2026-06', act('2026-06'));
    expect(closed).toMatchObject({
      fleets: [{ party: 'blue-taxi', statement: 's-2026-06-blue-taxi', outcome: 'closed' }],
      owners: [{ party: 'pack-bank', statement: 'o-2026-06-pack-bank', outcome: 'closed' }],
      isComplete: true,
    });
    const row = await read('s-2026-06-blue-taxi');
    // 15 of 30 days: half the fee, quota of 1 swap; 3 swaps beyond it.
    expect(row.lines.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['monthlyFee', 150_000],
      ['swapFee', 600],
      ['deposit', 500_000],
    ]);
    // 30 kWh x 0.72697 = 21.8091 yuan; x 0.30 = 9.00; 3 min x 0.10 = 0.30.
    expect(row.summary.map(({ kind, count, amountFen }) => [kind, count, amountFen])).toEqual([
      ['energy', 4, 4 * 2181],
      ['parking', 4, 120],
      ['serviceFee', 4, 3600],
      ['sohCredit', 1, -500],
    ]);
    expect(Number(row.total_fen)).toBe(650_600 + 8724 + 120 + 3600 - 500);
    expect(row.due_day).toBe('2026-07-11');
    expect(await balance(sql, 'receivable:blue-taxi')).toBe(Number(row.total_fen));
    expect(await balance(sql, 'deposit:blue-taxi')).toBe(-500_000);
    const owner = await read('o-2026-06-pack-bank');
    expect(owner.lines.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['monthlyFee', 150_000],
      ['swapFee', 600],
      ['sohCredit', -500],
    ]);
    expect(owner.lines[2]?.basis.pack).toBe('TIRED');
    expect(await balance(sql, 'payable:pack-bank')).toBe(-Number(owner.total_fen));
  });

  test('closed again, and by two at once, it is closed once', async () => {
    const { db, sql } = books;
    const again = await closeMonth(db, '2026-06', act('2026-06'));
    expect(again.fleets[0]?.outcome).toBe('was closed');
    await seedReceipt(sql, {
      swap: 'bj-001.1.10',
      vin: vin(1),
      lease: 'l-0000000000000001',
      at: at('2026-07-03'),
      odometerKm: 1100,
    });
    const both = await Promise.all(
      Array.from({ length: 6 }, () => closeFleetMonth(db, 'blue-taxi', '2026-07', act('2026-07'))),
    );
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['closed', ...Array(5).fill('was closed')]);
    const [count] =
      await sql`select count(*)::int as n from transfers where cause = 'statement' and cause_id = 's-2026-07-blue-taxi'`;
    // The fee alone: the deposit is held, the swap is within the quota.
    expect(count?.n).toBe(1);
  });

  test('waits for a swap that is not billed, and says which and why', async () => {
    const { db, sql } = books;
    await sql`insert into swaps (id, station, bay, vin, fleet, state, odometer_km, in_position_at, released_at)
      values ('bj-002.1.7', 'bj-002', '1', ${vin(1)}, 'blue-taxi', 'completed', 1200, '2026-08-31T15:50:00Z', '2026-08-31T15:52:00Z')`;
    await sql`update follow_ups set problem = 'tariffGap: no price' where subject = 'bj-002.1.7' and consumer = 'receipt'`;
    const waiting = await closeMonth(db, '2026-08', act('2026-08'));
    expect(waiting).toMatchObject({ isComplete: false, owners: [] });
    expect(waiting.fleets[0]).toMatchObject({
      outcome: 'waiting',
      problem: 'Swap bj-002.1.7 is not billed yet: tariffGap: no price',
    });
    await seedReceipt(sql, {
      swap: 'bj-002.1.7',
      vin: vin(1),
      lease: 'l-0000000000000001',
      at: Date.parse('2026-08-31T15:52:00Z'),
      odometerKm: 1200,
    });
    await sql`delete from follow_ups where subject = 'bj-002.1.7'`;
    expect((await closeMonth(db, '2026-08', act('2026-08'))).fleets[0]?.outcome).toBe('closed');
    expect((await read('s-2026-08-blue-taxi')).receipt_count).toBe(1);
  });

  test('months of one lessee are closed in order, and what came too late stands on the next statement, once', async () => {
    const { db, sql } = books;
    // Released in August, billed after August was closed.
    await seedReceipt(sql, {
      swap: 'bj-002.1.8',
      vin: vin(1),
      lease: 'l-0000000000000001',
      at: at('2026-08-20'),
      odometerKm: 1150,
    });
    const early = await closeFleetMonth(db, 'blue-taxi', '2026-10', act('2026-10'));
    expect(early).toMatchObject({ outcome: 'waiting', problem: 'The month 2026-09 has to be closed first.' });
    await closeFleetMonth(db, 'blue-taxi', '2026-09', act('2026-09'));
    expect((await read('s-2026-09-blue-taxi')).receipt_count).toBe(1);
    const items = await sql`select statement from statement_items where item = 'bj-002.1.8'`;
    expect(items.map(({ statement }) => statement)).toEqual(['s-2026-09-blue-taxi']);
  });

  test('the deposit goes back when the lease has ended', async () => {
    const { db, sql } = books;
    await stepLeaseAt(
      db,
      'l-0000000000000001',
      { type: 'end', lastDay: '2026-10-10', override: false, reason: 'sold' },
      at('2026-10-05'),
    );
    await closeFleetMonth(db, 'blue-taxi', '2026-10', act('2026-10'));
    const { lines } = await read('s-2026-10-blue-taxi');
    expect(lines.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['monthlyFee', 96_774],
      ['swapFee', 0],
      ['deposit', -500_000],
    ]);
    expect(await balance(sql, 'deposit:blue-taxi')).toBe(0);
  });

  test('a note for a lessee who has nothing else any more stands on the statement of its month', async () => {
    const { db, sql } = books;
    await stepLeaseAt(db, 'l-0000000000000001', { type: 'clock' }, at('2026-10-11', 1));
    // The true-up of the last month of the lease comes when that month is closed: after the lease, and after its last swap.
    const line = priced({
      kind: 'energyTrueUp',
      quantity: 1,
      unit: 'item',
      unitPriceMicro: -12_340_000,
      rule: 'trueUpLessBilled',
      basis: {},
    });
    await runStatement(
      db,
      noteStatement({
        ...{ id: 't-2026-10-blue-taxi', reason: 'trueUp', party: 'blue-taxi', text: 'true-up', by: 'test' },
        ...{ lines: [line], totalFen: -1234, now: at('2026-11-01', 7) },
        postings: postingsOf([line], { lessee: 'blue-taxi', vin: '', owner: null }),
      }),
    );
    const { fleets } = await closeMonth(db, '2026-11', act('2026-11'));
    expect(fleets).toEqual([{ party: 'blue-taxi', statement: 's-2026-11-blue-taxi', outcome: 'closed' }]);
    expect(Number((await read('s-2026-11-blue-taxi')).total_fen)).toBe(-1234);
    const [owed] = await sql`select sum(total_fen)::int as fen from statements where party = 'blue-taxi'`;
    expect(await balance(sql, 'receivable:blue-taxi')).toBe(owed?.fen);
  });

  test('nothing to bill is no statement', async () => {
    expect(await closeFleetMonth(books.db, 'green-taxi', '2026-10', act('2026-10'))).toMatchObject({
      outcome: 'nothing',
    });
  });

  test('nobody can change what was closed', async () => {
    await expect(books.sql`update statements set total_fen = 0`).rejects.toThrow();
    await expect(books.sql`delete from statement_items`).rejects.toThrow();
  });
});

test('the keeper closes the month that is over by itself, after its delay, in two processes at once', async () => {
  const { db, sql } = books;
  await seedReceipt(sql, { swap: 'bj-003.1.1', vin: vin(9), lessee: 'green-taxi', at: at('2026-10-15') });
  const log = pino({ level: 'silent' });
  let now = at('2026-11-01', 5);
  const keepers = [1, 2].map(() => startStatementKeeper({ db, log, pollMs: 20, now: () => now }));
  const count = async () => (await sql`select id from statements where id = 's-2026-10-green-taxi'`).length;
  try {
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await count()).toBe(0);
    now = at('2026-11-01', 6) + 1;
    await waitFor('the month is closed', async () => (await count()) === 1);
    // A fleet that had nothing in October, until a station that was not heard brings its first swap.
    await sql`insert into organisations (id, kind, name, name_en) values ('late-taxi', 'fleet', '迟到出租', 'Late Taxi')`;
    await seedReceipt(sql, { swap: 'bj-004.1.1', vin: vin(8), lessee: 'late-taxi', at: at('2026-10-31', 23) });
    now = at('2026-12-01', 6) + 1;
    await waitFor('the swap stands on the statement of its month', async () => {
      const items = await sql`select statement from statement_items where item = 'bj-004.1.1'`;
      return items[0]?.statement === 's-2026-10-late-taxi';
    });
  } finally {
    await Promise.all(keepers.map((keeper) => keeper.stop()));
  }
});
