import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startOfDay } from '../../machines/settlement/calendar.ts';
import { fenOf, instantOf } from '../../src/payments/formats/cells.ts';
import { fileFormats } from '../../src/payments/formats/formats.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { alipayFile, bankFile, ownAccount } from './files.ts';

/** Bytes of each character that GBK has, by asking the decoder for all pairs. */
const gbkBytes = new Map<string, number[]>();
const decoder = new TextDecoder('gbk');
for (let lead = 0x81; lead <= 0xfe; lead += 1)
  for (let trail = 0x40; trail <= 0xfe; trail += 1) {
    const text = decoder.decode(Uint8Array.of(lead, trail));
    if ([...text].length === 1 && !gbkBytes.has(text)) gbkBytes.set(text, [lead, trail]);
  }
const gbk = (text: string): Buffer =>
  Buffer.from([...text].flatMap((each) => (each < '\u0080' ? [each.charCodeAt(0)] : (gbkBytes.get(each) ?? []))));
const utf8 = (text: string): Buffer => Buffer.from(text);
const at = (day: string, hours: number, minutes = 0) => startOfDay(day) + (hours * 60 + minutes) * 60_000;

describe('cells', () => {
  test.each([
    ['0.01', 1],
    ['12,345.67', 1_234_567],
    ['1234567.8', 123_456_780],
    ['￥100', 10_000],
    ['¥100', 10_000],
    ['+5.00', 500],
    ['-5.00', -500],
    ['0.00', 0],
    ['70368744177664.01', null],
    ['1.2300', 123],
    ['1.234', null],
    ['1,23.00', null],
    ['1e3', null],
    ['0x10', null],
    ['', null],
    ['12.345,67', null],
  ])('%s yuan are %s fen', (text, fen) => {
    expect(fenOf(text)).toBe(fen);
  });

  test.each([
    ['2026-08-31 09:05:07', at('2026-08-31', 9, 5) + 7000],
    ['2026/8/1', at('2026-08-01', 0)],
    ['20260831', at('2026-08-31', 0)],
    ['20260831 09:05:00', at('2026-08-31', 9, 5)],
    ['20260831090500', at('2026-08-31', 9, 5)],
    ['2026年08月31日 23:59', at('2026-08-31', 23, 59)],
    ['2026-02-30', null],
    ['2026-13-01', null],
    ['2026-08-31 24:00', null],
    ['202611', null],
    ['31.08.2026', null],
  ])('%s', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
  });
});

const incoming = {
  transaction: 'C0826K7000QQ',
  fen: 1_234_567,
  at: '2026-09-05 10:30:00',
  text: 's-2026-08-blue-taxi 电费',
  payer: '6222 0210 0111 6245',
  name: '蓝色出租',
};
const read = {
  id: `bank.${ownAccount}.C0826K7000QQ`,
  amountFen: 1_234_567,
  paidAt: at('2026-09-05', 10, 30),
  payer: '6222021001116245',
  payerName: '蓝色出租',
  reference: 's-2026-08-blue-taxi 电费',
};

describe('bank', () => {
  test.each([
    ['UTF-8', utf8],
    ['GBK', gbk],
  ])('%s', async (_name, encode) => {
    const out = `2026-09-06,X2,88.00,,人民币,国网北京,1101,电费`;
    const back = `2026-09-06,X3,,-88.00,人民币,,,冲正`;
    const dollars = `2026-09-06,X4,,5.00,USD,,,`;
    const total = `合计,,88.00,${(1_234_567 - 8800 + 500) / 100},,,,`;
    const file = await fileFormats.bank.read(
      encode(bankFile([incoming], [out, back, dollars, total, '打印时间：2026-09-07'])),
    );
    expect(file).toEqual({
      problems: [],
      rows: [
        { line: 4, payment: read },
        { line: 5, ignored: 'money that went out' },
        { line: 6, ignored: 'the bank took back what had come in' },
        { line: 7, ignored: 'not in yuan: "USD"' },
      ],
    });
  });

  test('columns of another bank: day and time apart, own account in each row, a translation in brackets', async () => {
    const file = await fileFormats.bank.read(
      utf8(`账号,交易日,交易时间,贷方发生额（收入）,借方发生额（支取）,流水号[ Reference ],收(付)方名称,收(付)方帐号,用途,附言
"=""110906123410901""",20260905,103000,"12,345.67",0.00,C0826K7000QQ,蓝色出租,'6222021001116245,s-2026-08-blue-taxi,电费
`),
    );
    expect(file).toEqual({
      problems: [],
      rows: [{ line: 2, payment: { ...read, reference: '电费 s-2026-08-blue-taxi' } }],
    });
  });

  test('what is wrong is told with line and column, and every line is looked at', async () => {
    const rows = [
      '2026-09-05,A1,,1.234,,,,',
      '2026-09-31,A2,,1.00,,,,',
      '2026-09-05,A 3/4,,1.00,,,,',
      '2026-09-05,A4,,,,,,',
      '2026-09-05,A5,1.00,1.00,,,,',
      '2026-09-05,A6,,1.00',
    ];
    const file = await fileFormats.bank.read(gbk(bankFile([incoming], rows)));
    expect(file.problems).toEqual([
      { line: 5, column: '贷方金额', reason: '"1.234" is no amount in yuan' },
      { line: 6, column: '交易日期', reason: '"2026-09-31" is no date' },
      { line: 7, column: '交易流水号', reason: '"A 3/4" is no transaction number' },
      { line: 8, column: '贷方金额', reason: 'no amount came in, and none went out' },
      { line: 9, column: '贷方金额', reason: 'money comes in and goes out in one row' },
      { line: 10, column: '', reason: 'has 4 cells, the header 8' },
    ]);
  });

  test('a file that is cut or is none', async () => {
    const problemOf = async (bytes: Buffer) => (await fileFormats.bank.read(bytes)).problems[0]?.reason;
    expect(await problemOf(utf8(bankFile([incoming], ['合计,,,99.00,,,,'])))).toMatch(
      /the total is 9900 fen, the rows come to 1234567/,
    );
    expect(await problemOf(utf8('a,b\n1,2\n'))).toMatch(/no line names the columns: 交易流水号/);
    expect(await problemOf(utf8(''))).toMatch(/no line names the columns/);
    expect(await problemOf(Buffer.from([0xff, 0xfe, 0x2c, 0x0a]))).toBe('is neither UTF-8 nor GBK');
    expect(await problemOf(utf8(bankFile([incoming]).replace(/账号：\d+/, '')))).toMatch(/says whose account it is/);
    expect(await problemOf(utf8(`${bankFile([incoming])}"`))).toMatch(/a quote is opened and never closed/);
  });
});

describe('alipay', () => {
  const line = { ...incoming, transaction: '2026090522001412345678901234', payer: 'Finance@Blue.example' };
  test.each([
    ['UTF-8', utf8],
    ['GBK', gbk],
  ])('%s', async (_name, encode) => {
    const masked = { ...line, transaction: '2026090522001412345678901235', payer: 'fin***@blue.example' };
    const file = await fileFormats.alipay.read(encode(alipayFile([line, masked], { refunds: [line] })));
    const payment = {
      ...read,
      id: `alipay.20889010123456780156.${line.transaction}`,
      payer: 'finance@blue.example',
      reference: `s-2026-08-blue-taxi 电费 换电服务 M${line.transaction}`,
    };
    expect(file).toMatchObject({
      problems: [],
      rows: [
        { line: 6, payment },
        { line: 7, payment: { payer: '' } },
        { line: 8, ignored: 'no payment but "退款"' },
      ],
    });
  });

  test('a bill without its end, or whose count is another, is not whole', async () => {
    const whole = alipayFile([line]);
    const cut = await fileFormats.alipay.read(utf8(whole.split('\n').slice(0, 6).join('\n')));
    expect(cut.problems).toMatchObject([{ line: 6, reason: expect.stringContaining('业务明细列表结束') }]);
    const less = await fileFormats.alipay.read(
      utf8(
        whole
          .split('\n')
          .filter((_, at) => at !== 5)
          .join('\n'),
      ),
    );
    expect(less.problems).toMatchObject([{ reason: expect.stringContaining('is the file whole?') }]);
  });
});

test('the examples of docs/payments.md', async () => {
  const page = await readFile(join(projectRoot, 'docs/payments.md'), 'utf8');
  const [ofBank = '', ofAlipay = '', ...more] = [...page.matchAll(/^```csv\n(.*?)^```/gms)].map(([, block]) => block);
  expect(more).toEqual([]);
  expect(await fileFormats.bank.read(gbk(ofBank))).toMatchObject({
    problems: [],
    rows: [
      { line: 4, payment: { id: `bank.${ownAccount}.C0826K7000QQ`, amountFen: 1_234_567 } },
      { ignored: 'money that went out' },
    ],
  });
  expect(await fileFormats.alipay.read(utf8(ofAlipay))).toMatchObject({
    problems: [],
    rows: [
      { line: 6, payment: { amountFen: 90_000, payer: 'finance@blue.example' } },
      { ignored: 'no payment but "退款"' },
    ],
  });
});
