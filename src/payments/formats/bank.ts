import { plainAccount } from '../../../machines/settlement/remittance.ts';
import { fenOf, instantOf, isTransaction, ownAccount, storedText } from './cells.ts';
import { type Column, cellOf, cellsOf, type Header, headerOf, misfit, type RecordReader, readTable } from './csv.ts';
import type { FileFormat, FileProblem, ReadPayment, Row } from './format.ts';

type Key = 'own' | 'transaction' | 'day' | 'time' | 'in' | 'out' | 'currency' | 'payer' | 'payerName' | 'reference';

/** Names that banks give the columns. */
const columns: readonly Column<Key>[] = [
  { key: 'own', names: ['本方账号', '我方账号', '账号', '帐号'], required: false },
  {
    key: 'transaction',
    names: ['交易流水号', '银行流水号', '流水号', '账户明细编号-交易流水号', '交易流水'],
    required: true,
  },
  { key: 'day', names: ['交易日期', '交易日', '交易时间', '记账日期'], required: true },
  { key: 'time', names: ['交易时刻', '时间', '交易时间'], required: false },
  { key: 'in', names: ['贷方发生额', '贷方金额', '收入金额', '收入'], required: true },
  { key: 'out', names: ['借方发生额', '借方金额', '支出金额', '支出'], required: true },
  { key: 'currency', names: ['币种', '货币'], required: false },
  { key: 'payer', names: ['对方账号', '对方帐号', '收(付)方账号', '收(付)方帐号', '付款人账号'], required: false },
  {
    key: 'payerName',
    names: ['对方户名', '对方单位名称', '对方单位', '对方名称', '收(付)方名称', '付款人名称'],
    required: false,
  },
  { key: 'reference', names: ['附言', '用途', '摘要', '备注', '客户附言', '业务摘要'], required: false },
];

const yuan = new Set(['', '人民币', '人民币元', 'CNY', 'RMB', '元']);
const accountLine = /(?:账号|帐号)[^:：,]*[:：,]\s*\[?["'`]?([0-9][0-9\s-]{4,40}[0-9])/;
const footLine = /^(?:合计|总计|小计|本页|打印|制表|导出|制单|注|说明|声明|#|-{3}|={3}|\*)/;
const totalLine = /^(?:合计|总计)/;

/** A bank's statement of an account, as CSV: head lines, a header, a row for each transaction, perhaps a total. */
export const bank: FileFormat = {
  name: 'bank',
  mediaTypes: ['text/csv'],
  read: (bytes) => readTable(bytes, createReader()),
};

function createReader(): RecordReader {
  const rows: Row[] = [];
  const problems: FileProblem[] = [];
  let header: Header<Key> | null = null;
  let account: string | null = null;
  let inFoot = false;
  let last = 1;
  /** What the file says came in; wrong where a row has a problem. */
  let sumFen = 0;
  const bad = (line: number, column: string, reason: string) => void problems.push({ line, column, reason });

  const takeRow = (of: Header<Key>, line: number, cells: readonly string[]) => {
    const row = readRow(of, { line, cells, account }, bad);
    if (row === null) return;
    rows.push(row.row);
    sumFen += row.creditFen;
  };
  const takeTotal = (of: Header<Key>, line: number, cells: readonly string[]) => {
    const total = fenOf(cellOf(of, cells, 'in'));
    if (total !== null && problems.length === 0 && total !== sumFen)
      bad(line, of.names.get('in') ?? '', `the total is ${total} fen, the rows come to ${sumFen}: is the file whole?`);
  };
  return {
    rows,
    problems,
    take({ line, cells }) {
      last = line;
      if (header === null) {
        header = headerOf(cells, columns);
        if (header === null) account ??= ownAccount(accountLine.exec(cells.join(','))?.[1] ?? '');
        return;
      }
      const first = cells.find((cell) => cell !== '') ?? '';
      if (footLine.test(first)) {
        inFoot = true;
        if (totalLine.test(first)) takeTotal(header, line, cells);
      } else if (inFoot && cells.length >= header.width && instantOf(cellOf(header, cells, 'day')) !== null) {
        bad(line, '', 'stands below the foot of the table');
      } else if (!inFoot && first !== '') takeRow(header, line, cells);
    },
    end() {
      if (header === null) bad(last, '', `no line names the columns: ${requiredNames} and others (docs/payments.md)`);
    },
  };
}

const requiredNames = columns.flatMap(({ names, required }) => (required ? [names[0]] : [])).join(', ');

interface BankRow {
  line: number;
  cells: readonly string[];
  /** Of the head lines. */
  account: string | null;
}

type Bad = (line: number, column: string, reason: string) => void;

/** Null: something is wrong with it, and was told. */
function readRow(of: Header<Key>, row: BankRow, bad: Bad): { row: Row; creditFen: number } | null {
  const { line, cells } = row;
  const cell = (key: Key) => cellOf(of, cells, key);
  const wrong = (key: Key, reason: string) => {
    bad(line, of.names.get(key) ?? key, reason);
    return null;
  };
  const unfit = misfit(of, cells);
  if (unfit !== null) {
    bad(line, '', unfit);
    return null;
  }
  const amounts = (['in', 'out'] as const).map((key) => (cell(key) === '' ? 0 : fenOf(cell(key))));
  const [inFen = null, outFen = null] = amounts;
  if (inFen === null) return wrong('in', `${show(cell('in'))} is no amount in yuan`);
  if (outFen === null) return wrong('out', `${show(cell('out'))} is no amount in yuan`);
  if (inFen === 0 && outFen === 0) return wrong('in', 'no amount came in, and none went out');
  if (inFen !== 0 && outFen !== 0) return wrong('in', 'money comes in and goes out in one row');
  const ignored = (reason: string) => ({ row: { line, ignored: reason }, creditFen: inFen });
  if (!yuan.has(cell('currency').toUpperCase())) return ignored(`not in yuan: ${show(cell('currency'))}`);
  if (outFen > 0) return ignored('money that went out');
  if (outFen < 0) return ignored('money that went out and came back');
  if (inFen < 0) return ignored('the bank took back what had come in');
  const payment = readPayment(of, row, inFen, wrong);
  return payment === null ? null : { row: { line, payment }, creditFen: inFen };
}

function readPayment(
  of: Header<Key>,
  { cells, account }: BankRow,
  amountFen: number,
  wrong: (key: Key, reason: string) => null,
): ReadPayment | null {
  const cell = (key: Key) => cellOf(of, cells, key);
  const transaction = cell('transaction');
  if (!isTransaction(transaction)) return wrong('transaction', `${show(transaction)} is no transaction number`);
  const own = cell('own') === '' ? account : ownAccount(cell('own'));
  if (own === null)
    return wrong('own', 'neither the row nor a line above the columns (账号：…) says whose account it is');
  const paidAt = paidAtOf(cellsOf(of, cells, 'day')[0] ?? '', cellsOf(of, cells, 'time'));
  if (paidAt === null) return wrong('day', `${show(cell('day'))} is no date`);
  return {
    id: `bank.${own}.${transaction}`,
    amountFen,
    paidAt,
    payer: plainAccount(cell('payer')),
    payerName: storedText(cell('payerName'), 200),
    reference: storedText(cellsOf(of, cells, 'reference').join(' '), 500),
  };
}

/** Day and time stand in one column or in two. */
function paidAtOf(day: string, times: readonly string[]): number | null {
  const time = times.find((text) => /^[0-9]{1,2}:?[0-9]{2}(?::?[0-9]{2})?$/.test(text) && text !== day);
  return instantOf(time === undefined ? day : `${day} ${time.padStart(time.includes(':') ? 8 : 6, '0')}`);
}

const show = (text: string): string => JSON.stringify(text.slice(0, 60));
