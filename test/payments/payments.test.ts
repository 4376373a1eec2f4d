import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { alipayFile, bankFile, type Incoming, ownAccount } from './files.ts';
import { createPayments } from './world.ts';

let world: Awaited<ReturnType<typeof createPayments>>;
beforeAll(async () => {
  world = await createPayments();
});
afterAll(() => world?.end());
afterEach(async () => expect(await world.broken()).toEqual([]));

let n = 0;
const paid = (fen: number, more: Partial<Incoming> = {}): Incoming => ({ transaction: `T${++n}`, fen, ...more });
const idOf = ({ transaction }: Incoming) => `bank.${ownAccount}.${transaction}`;
const partsOf = (payment: { matches: { party: string; statement: string | null; amountFen: number }[] }) =>
  payment.matches.map(({ party, statement, amountFen }) => [party, statement, amountFen]);
const read = async (line: Incoming) => (await world.ask(`/payments/${idOf(line)}`, 'operations')).body;

test('a number in the text, a known account, or suspense; the same file again is known, and so is a line of another file', async () => {
  await world.owe('blue-taxi', '2026-05', 10_000);
  await world.owe('green-taxi', '2026-05', 5_000);
  await world.post('/payments/payers', {
    account: '6222 0001'.replace(' ', ''),
    organisation: 'green-taxi',
    note: 'letter',
  });
  const lines = [
    paid(4_000, { text: '电费 S-2026-05-BLUE-TAXI', payer: '6222 0001' }),
    paid(7_000, { payer: '6222 0001' }),
    paid(300, { payer: '9999999', name: '某人', text: '谢谢' }),
  ];
  const file = bankFile(lines, ['2026-09-06,X1,88.00,,人民币,国网,1101,电费']);
  const first = await world.send('bank', file, { key: 'first' });
  expect([first.status, first.body]).toEqual([
    201,
    expect.objectContaining({ format: 'bank', rows: 4, taken: 3, known: 0, ignored: 1, by: expect.any(String) }),
  ]);
  expect(first.body.lines).toEqual([
    { line: 4, outcome: 'matched', payment: idOf(lines[0] as Incoming), reason: 'statementNumber' },
    { line: 5, outcome: 'matched', payment: idOf(lines[1] as Incoming), reason: 'payerAccount' },
    {
      line: 6,
      outcome: 'suspense',
      payment: idOf(lines[2] as Incoming),
      reason: 'names no statement, and the account is nobody’s',
    },
    { line: 7, outcome: 'ignored', payment: null, reason: 'money that went out' },
  ]);
  expect(partsOf(await read(lines[0] as Incoming))).toEqual([['blue-taxi', 's-2026-05-blue-taxi', 4_000]]);
  expect(partsOf(await read(lines[1] as Incoming))).toEqual([
    ['green-taxi', 's-2026-05-green-taxi', 5_000],
    ['green-taxi', null, 2_000],
  ]);
  const credits = {
    'cash:bank': -11_300,
    'receivable:blue-taxi': 4_000,
    'receivable:green-taxi': 7_000,
    'suspense:payments': 300,
  };
  expect(await world.credits()).toEqual(credits);

  const replayed = await world.send('bank', file, { key: 'first' });
  expect([replayed.status, replayed.headers.get('idempotency-replayed'), replayed.body]).toEqual([
    201,
    'true',
    first.body,
  ]);
  const again = await world.send('bank', file);
  expect([again.status, again.body]).toMatchObject([200, { id: first.body.id, taken: 0, known: 3, ignored: 1 }]);
  const more = paid(1, { payer: '9999999' });
  const other = await world.send('bank', bankFile([more, lines[1] as Incoming, more]));
  expect(other.body).toMatchObject({ taken: 1, known: 2 });
  expect(other.body.lines.map(({ outcome, reason }: { outcome: string; reason: string }) => [outcome, reason])).toEqual(
    [
      ['suspense', expect.anything()],
      ['known', 'taken before'],
      ['known', 'stands in line 4'],
    ],
  );
  expect(await world.credits()).toEqual({ ...credits, 'cash:bank': -11_301, 'suspense:payments': 301 });
  const listed = (await world.ask('/payments/imports', 'operations')).body.items;
  expect(listed.map(({ id }: { id: string }) => id)).toEqual([other.body.id, first.body.id]);
  expect((await world.ask(`/payments/imports/${first.body.id}`, 'operations')).body).toEqual(first.body);
});

test('one bad row and nothing of the file is taken; a payment that was taken with another amount is one', async () => {
  const known = paid(500);
  await world.send('bank', bankFile([known]));
  const before = await world.credits();
  const bad = await world.send('bank', bankFile([paid(100), paid(200, { at: 'yesterday' }), { ...known, fen: 600 }]));
  expect(bad.status).toBe(422);
  expect(bad.body).toMatchObject({
    code: 'invalid-body',
    errors: [{ line: 5, column: '交易日期', detail: '"yesterday" is no date' }],
  });
  const other = await world.send('bank', bankFile([paid(100), { ...known, fen: 600 }]));
  expect(other.body.errors).toEqual([
    { line: 5, detail: `${idOf(known)} was taken with 500 fen, and is 600 fen here` },
  ]);
  expect((await world.send('bank', bankFile([]))).body.errors[0].detail).toBe('has no rows');
  expect((await world.send('bank', 'x', { type: 'application/json' })).status).toBe(415);
  expect((await world.send('swift', bankFile([known]))).status).toBe(400);
  expect((await world.send('bank', Buffer.alloc(9 * 1024 * 1024, 'a'))).status).toBe(413);
  expect(await world.credits()).toEqual(before);
});

test('Alipay: what came in is taken, refunds are not; money between our own accounts is none', async () => {
  await world.owe('blue-taxi', '2026-06', 900);
  await world.post('/payments/payers', { account: 'alipay-payout-1', organisation: 'pitlane', note: 'our own' });
  const line = paid(900, {
    transaction: '20260905220014',
    text: 's-2026-06-blue-taxi',
    payer: 'a***@b.cn',
    name: '蓝',
  });
  const file = await world.send('alipay', alipayFile([line], { refunds: [paid(100)] }));
  expect(file.body).toMatchObject({ taken: 1, ignored: 1 });
  expect(file.body.lines[0]).toMatchObject({
    outcome: 'matched',
    payment: 'alipay.20889010123456780156.20260905220014',
  });
  const payout = await world.send('bank', bankFile([paid(890, { payer: 'ALIPAY-payout-1' })]));
  expect(payout.body.lines).toEqual([
    { line: 4, outcome: 'ignored', payment: null, reason: 'moved between our own accounts' },
  ]);
});

test('oldest statement first; too much stays on account and pays the next one; part is partly paid', async () => {
  await world.sql`insert into organisations (id, kind, name) values ('red-taxi', 'fleet', '红')`;
  const [july, august] = [await world.owe('red-taxi', '2026-07', 1_000), await world.owe('red-taxi', '2026-08', 1_000)];
  await world.post('/payments/payers', { account: '77770001', organisation: 'red-taxi', note: 'letter' });
  const first = paid(1_300, { payer: '77770001' });
  await world.send('bank', bankFile([first]));
  expect(partsOf(await read(first))).toEqual([
    ['red-taxi', july, 1_000],
    ['red-taxi', august, 300],
  ]);
  const second = paid(900, { payer: '77770001' });
  await world.send('bank', bankFile([second]));
  expect(partsOf(await read(second))).toEqual([
    ['red-taxi', august, 700],
    ['red-taxi', null, 200],
  ]);
  const september = await world.owe('red-taxi', '2026-09', 500);
  const third = paid(400, { payer: '77770001' });
  await world.send('bank', bankFile([third]));
  // 200 of it are covered by what was on account.
  expect(partsOf(await read(third))).toEqual([
    ['red-taxi', september, 300],
    ['red-taxi', null, 100],
  ]);
});

test('a person assigns what is in suspense, once; a wrong match is undone by its counterpart', async () => {
  await world.sql`insert into organisations (id, kind, name) values ('gold-taxi', 'fleet', '金')`;
  const statement = await world.owe('gold-taxi', '2026-08', 1_000);
  const line = paid(1_500, { payer: '88880001' });
  await world.send('bank', bankFile([line]));
  const inSuspense = async () =>
    (await world.ask('/payments?suspense=true&limit=200', 'operations')).body.items.map(({ id }: { id: string }) => id);
  expect(await inSuspense()).toContain(idOf(line));
  const path = `/payments/${idOf(line)}/matches`;
  const order = { party: 'gold-taxi', note: 'they called' };
  expect(await world.post(path, { ...order, statement, amountFen: 1_200 })).toMatchObject({
    status: 409,
    body: { code: 'change-refused', detail: `Only 1000 fen of ${statement} are left to pay.` },
  });
  expect((await world.post(path, { ...order, amountFen: 1_600 })).body.detail).toBe(
    'Only 1500 fen of the payment are in suspense.',
  );
  expect((await world.post(path, { ...order, statement: 's-2026-05-blue-taxi' })).status).toBe(422);
  expect((await world.post(path, { ...order, party: 'pitlane' })).status).toBe(422);
  expect((await world.post(`/payments/bank.${ownAccount}.nothing/matches`, order)).status).toBe(404);
  expect((await world.post(path, { ...order, amountFen: 0.5 })).status).toBe(422);

  const part = await world.post(path, { ...order, statement, amountFen: 400, rememberPayer: true }, { key: 'part' });
  expect(part.body).toMatchObject({
    suspenseFen: 1_100,
    matches: [{ n: 1, statement, amountFen: 400, reason: 'they called' }],
  });
  expect(part.body).toEqual(await read(line));
  expect(
    (await world.post(path, { ...order, statement, amountFen: 400, rememberPayer: true }, { key: 'part' })).body,
  ).toEqual(part.body);
  expect((await world.ask('/payments/payers?organisation=gold-taxi', 'operations')).body.items).toMatchObject([
    { account: '88880001' },
  ]);
  const rest = await world.post(path, order);
  expect(partsOf(rest.body)).toEqual([
    ['gold-taxi', statement, 400],
    ['gold-taxi', statement, 600],
    ['gold-taxi', null, 500],
  ]);
  expect((await world.post(path, order)).body.detail).toBe('Nothing of the payment is in suspense.');
  expect(await inSuspense()).not.toContain(idOf(line));

  const undone = await world.post(`${path}/2/undo`, { note: 'another gold' });
  expect(undone.body).toMatchObject({ suspenseFen: 600 });
  expect(undone.body.matches[3]).toMatchObject({ n: 4, statement, amountFen: -600, undoes: 2, reason: 'another gold' });
  expect(undone.body).toEqual(await read(line));
  expect(await world.post(`${path}/2/undo`, { note: 'again' })).toMatchObject({
    status: 409,
    body: { code: 'already-settled' },
  });
  expect(await world.post(`${path}/4/undo`, { note: 'back' })).toMatchObject({
    status: 409,
    body: { code: 'change-refused' },
  });
  expect((await world.post(`${path}/9/undo`, { note: 'none' })).status).toBe(404);
  const next = paid(100, { payer: '88880001' });
  await world.send('bank', bankFile([next]));
  expect(partsOf(await read(next))).toEqual([['gold-taxi', statement, 100]]);
});

test('an account is one organisation’s; it is freed before it is another’s', async () => {
  const tell = (organisation: string | null) =>
    world.post('/payments/payers', { account: '5555Abc', organisation, note: 'x' });
  expect((await tell('blue-taxi')).body).toMatchObject({ account: '5555abc', organisation: 'blue-taxi' });
  expect(await tell('green-taxi')).toMatchObject({ status: 409, body: { code: 'already-exists' } });
  expect((await tell(null)).status).toBe(200);
  expect((await tell('green-taxi')).status).toBe(200);
  expect((await tell('nobody')).status).toBe(422);
  const items = (await world.ask('/payments/payers?limit=200', 'operations')).body.items;
  expect(items.filter(({ account }: { account: string }) => account === '5555abc')).toMatchObject([
    { organisation: 'green-taxi' },
  ]);
});

test('of two at once one wins', async () => {
  const line = paid(1_000, { payer: '66660001' });
  const file = bankFile([line, paid(50), paid(60)]);
  const files = await Promise.all([
    world.send('bank', file),
    world.send('bank', file),
    world.send('bank', bankFile([line])),
  ]);
  expect(files.map(({ body }) => body.taken).reduce((sum, taken) => sum + taken)).toBe(3);
  const path = `/payments/${idOf(line)}/matches`;
  const both = await Promise.all(['blue-taxi', 'green-taxi'].map((party) => world.post(path, { party, note: 'mine' })));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  const undone = await Promise.all([1, 2, 3].map(() => world.post(`${path}/1/undo`, { note: 'no' })));
  expect(undone.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
});

test('of two payments for the same statement at once no fen is paid too much of it', async () => {
  const statement = await world.owe('blue-taxi', '2026-04', 1_000);
  const lines = [paid(800), paid(800), paid(800)];
  await world.send('bank', bankFile(lines));
  const answers = await Promise.all(
    lines.map((line) => world.post(`/payments/${idOf(line)}/matches`, { party: 'blue-taxi', statement, note: 'x' })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const [row] = await world.sql`select sum(amount_fen)::int as fen from payment_matches where statement = ${statement}`;
  expect(row?.fen).toBe(1_000);
});

test('a fleet sees what is its own, and of a payment for two its part; all else is not there', async () => {
  const line = paid(1_000);
  await world.send('bank', bankFile([line]));
  const path = `/payments/${idOf(line)}`;
  expect((await world.ask(path, 'fleet')).status).toBe(404);
  for (const [party, amountFen] of [
    ['blue-taxi', 300],
    ['green-taxi', 400],
  ] as const)
    await world.post(`${path}/matches`, { party, amountFen, note: 'shared' });
  const own = (await world.ask(path, 'fleet')).body;
  expect(own).toMatchObject({ amountFen: 300, suspenseFen: 0 });
  expect(own.matches.every(({ party }: { party: string }) => party === 'blue-taxi')).toBe(true);
  const listed = (await world.ask('/payments?limit=200', 'fleet')).body.items;
  expect(listed.length).toBeGreaterThan(1);
  expect(
    listed.every(({ matches }: { matches: { party: string }[] }) =>
      matches.every(({ party }) => party === 'blue-taxi'),
    ),
  ).toBe(true);
  // Nor does a filter say to whom the other parts belong.
  for (const query of ['party=green-taxi', 'statement=s-2026-05-green-taxi'])
    expect((await world.ask(`/payments?${query}`, 'fleet')).body.items).toEqual([]);
  const only = async (query: string) => (await world.ask(`/payments?limit=200&${query}`, 'operations')).body.items;
  expect((await only('party=green-taxi')).map(({ id }: { id: string }) => id)).toContain(idOf(line));
  expect(await only('statement=s-2026-05-green-taxi')).toHaveLength(1);
  expect((await only('suspense=false')).some(({ id }: { id: string }) => id === idOf(line))).toBe(false);
  for (const as of ['owner', 'staff', 'regulator', 'maintenance'] as const)
    expect((await world.ask('/payments', as)).status).toBe(403);
  for (const route of ['/payments/imports', '/payments/payers'])
    expect((await world.ask(route, 'fleet')).status).toBe(403);
  expect((await world.send('bank', bankFile([paid(1)]), { as: 'fleet' })).status).toBe(403);
  const csv = await world.ask('/payments', 'fleet', { headers: { Accept: 'text/csv' } });
  expect(csv.body).toMatch(/^id,/);
});

test('nothing of it is changed or deleted', async () => {
  for (const table of ['payments', 'payment_matches', 'payment_files', 'payers', 'payment_acts'])
    await expect(world.sql.unsafe(`delete from ${table}`)).rejects.toThrow();
});
