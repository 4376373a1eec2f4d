import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { StatementLine, StatementView } from '../../schema/wire/api/statement.ts';
import type { SaidBillLine } from '../../schema/wire/settlement/bill.ts';
import type { ClosedMonth } from '../../src/statements/close-month.ts';
import { createReadWorld, type Keys, organisationOf } from '../api/fixture.ts';
import { at, seedLease, seedParties, seedPlan, seedReceipt, vin } from './world.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
  const { db, sql } = world;
  await seedParties(sql);
  await seedPlan(sql, 'taxi', 1, {
    monthlyFeeFen: 300_001,
    perKmMicro: 120_000,
    included: { km: 100 },
    depositFen: 500_000,
  });
  await seedLease(db, { lease: 'l-0000000000000001', vin: vin(1), plan: 'taxi', fromDay: '2026-08-01' });
  for (let n = 1; n <= 60; n += 1)
    await seedReceipt(sql, {
      swap: `bj-001.1.${n}`,
      vin: vin(1),
      lease: 'l-0000000000000001',
      at: at('2026-08-02', n * 11),
      odometerKm: 1000 + n * 7,
    });
});
afterAll(() => world?.end());

const bodyOf = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T;

type PageOf<T> = { items: T[]; nextCursor: string | null };

const ask = (path: string, as: keyof Keys, init: RequestInit = {}) =>
  world.app.request(`/api/v1/statements${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${world.keys[as]}`, ...init.headers },
  });

const close = (month: string, key: string) =>
  ask('/close', 'operations', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` },
    body: JSON.stringify({ month }),
  });

test('a month is closed by operations, once; the same key gives the same answer', async () => {
  const first = await close('2026-08', 'k1');
  expect(first.status).toBe(200);
  const body = await first.json();
  expect(body).toMatchObject({
    month: '2026-08',
    fleets: [{ party: 'blue-taxi', statement: 's-2026-08-blue-taxi', outcome: 'closed' }],
    isComplete: true,
  });
  const replayed = await close('2026-08', 'k1');
  expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  expect(await replayed.json()).toEqual(body);
  expect((await bodyOf<ClosedMonth>(close('2026-08', 'k2'))).fleets[0]?.outcome).toBe('was closed');
  // One line of each that was asked, not of the replay: written with the fleet's statement, and where nothing was left to close with the answer.
  const lines =
    await world.sql`select a.request, a.object, (select id from statements s where s.xmin = a.xmin) as statement
    from acts a where what = 'monthClosed' order by a.id`;
  expect(lines.map(({ object, statement }) => [object, statement])).toEqual([
    ['2026-08', 's-2026-08-blue-taxi'],
    ['2026-08', null],
  ]);
  expect(lines[0]?.request).toBe(first.headers.get('x-request-id'));
});

test('a month that is not over is refused, and so is what is no month', async () => {
  const early = await close('2099-01', 'k3');
  expect([early.status, (await bodyOf<Problem>(early)).detail]).toEqual([409, 'The month 2099-01 is not over.']);
  expect((await close('2026-13', 'k4')).status).toBe(422);
});

test('a fleet sees its own statement, an owner its own, and neither the other', async () => {
  expect(organisationOf.fleet).toBe('blue-taxi');
  const ids = async (as: keyof Keys) =>
    (await bodyOf<PageOf<StatementView>>(ask('', as))).items.map(({ id }) => id).sort();
  expect(await ids('fleet')).toEqual(['s-2026-08-blue-taxi']);
  expect(await ids('owner')).toEqual(['o-2026-08-pack-bank']);
  expect(await ids('operations')).toEqual(['o-2026-08-pack-bank', 's-2026-08-blue-taxi']);
  expect((await ask('/o-2026-08-pack-bank', 'fleet')).status).toBe(404);
  expect((await ask('/s-2026-08-blue-taxi/pdf', 'owner')).status).toBe(404);
  expect((await ask('/s-2026-08-nobody', 'operations')).status).toBe(404);
  const csv = await ask('', 'fleet', { headers: { Accept: 'text/csv' } });
  expect(await csv.text()).toMatch(/^id,kind,party,month.*\r\ns-2026-08-blue-taxi,fleet,blue-taxi,2026-08/);
});

test('the lines of a statement add up to it, also as CSV; its receipts are listed', async () => {
  const { totalFen, receiptCount } = await bodyOf<StatementView>(ask('/s-2026-08-blue-taxi', 'fleet'));
  const walked: StatementLine[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: PageOf<StatementLine> = await bodyOf(
      ask(`/s-2026-08-blue-taxi/lines?limit=2${cursor && `&cursor=${cursor}`}`, 'fleet'),
    );
    walked.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(walked.map(({ n }) => n)).toEqual(walked.map((_, at) => at + 1));
  expect(new Set(walked.map(({ part }) => part))).toEqual(new Set(['line', 'swaps']));
  expect(walked.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(totalFen);
  const csv = await ask('/s-2026-08-blue-taxi/lines', 'fleet', { headers: { Accept: 'text/csv;bom=1' } });
  const rows = Buffer.from(await csv.arrayBuffer())
    .toString()
    .split('\r\n');
  expect(rows[0]).toBe('\uFEFFn,part,note,kind,quantity,unit,unitPriceMicro,amountFen,rule,text,basis');
  expect(rows).toHaveLength(walked.length + 2);
  const swaps = await ask('/s-2026-08-blue-taxi/receipts', 'fleet', { headers: { Accept: 'text/csv' } });
  expect((await swaps.text()).split('\r\n')).toHaveLength(receiptCount + 2);
  for (const path of ['lines', 'receipts'])
    expect((await ask(`/s-2026-08-blue-taxi/${path}`, 'owner')).status).toBe(404);
});

test('each line says in the language of the reader what it is made of', async () => {
  const texts = async (language: string) => {
    const answer = await ask('/s-2026-08-blue-taxi', 'fleet', { headers: { 'Accept-Language': language } });
    expect(answer.headers.get('content-language')).toBe(language);
    return (await bodyOf<{ lines: SaidBillLine[] }>(answer)).lines.map(({ text }) => text);
  };
  expect(await texts('zh')).toContain('月租费（整月月租费）：1 个月 × 3000.01 元 = 3,000.01 元');
  expect(await texts('en')).toContain('Monthly fee (monthly fee): 1 month × 3000.01 CNY = 3,000.01 CNY');
  for (const text of await texts('zh')) expect(text.replace(/km|kWh|BMS/g, '')).not.toMatch(/[a-z]{3,}/);
});

test('a statement prints as PDF in both languages, with only the glyphs that it needs', async () => {
  for (const language of ['zh', 'en']) {
    const answer = await ask('/s-2026-08-blue-taxi/pdf', 'fleet', { headers: { 'Accept-Language': language } });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    // The font has 10 MB.
    expect(bytes.length).toBeLessThan(200_000);
    expect(bytes.toString('latin1')).toMatch(/[A-Z]{6}\+NotoSansSC/);
    if (process.env.PITLANE_KEEP_PDF)
      await (await import('node:fs/promises')).writeFile(`${process.env.PITLANE_KEEP_PDF}/${language}.pdf`, bytes);
  }
});
