import { plainAccount } from '../../../machines/settlement/remittance.ts';
import { fenOf, instantOf, isTransaction, ownAccount, storedText } from './cells.ts';
import { type Column, cellOf, cellsOf, type Header, headerOf, misfit, type RecordReader, readTable } from './csv.ts';
import type { FileFormat, FileProblem, Row } from './format.ts';

type Key = 'transaction' | 'type' | 'done' | 'payer' | 'received' | 'reference';

const columns: readonly Column<Key>[] = [
  { key: 'transaction', names: ['支付宝交易号'], required: true },
  { key: 'type', names: ['业务类型'], required: true },
  { key: 'done', names: ['完成时间', '创建时间'], required: true },
  { key: 'payer', names: ['对方账户'], required: false },
  { key: 'received', names: ['商家实收'], required: true },
  { key: 'reference', names: ['备注', '商品名称', '商户订单号'], required: false },
];

const accountLine = /#账号[:：]\[([0-9]+)\]/;
const endLine = /业务明细列表结束/;
const totalLine = /#交易合计[:：]([0-9]+)笔[,，]商家实收共([0-9.,+-]+)元/;
/** `蓝色出租(finance@example.com)` */
const nameAndAccount = /^(.*?)\(([^()]*)\)$/;

/** Alipay's bill of a merchant (业务明细), as CSV: lines with `#` above and below the table. */
export const alipay: FileFormat = {
  name: 'alipay',
  mediaTypes: ['text/csv'],
  read: (bytes) => readTable(bytes, createReader()),
};

function createReader(): RecordReader {
  const rows: Row[] = [];
  const problems: FileProblem[] = [];
  let header: Header<Key> | null = null;
  let account: string | null = null;
  let hasEnded = false;
  let last = 1;
  const counted = { rows: 0, fen: 0 };
  const bad: Bad = (line, column, reason) => void problems.push({ line, column, reason });

  const takeHash = (line: number, text: string) => {
    account ??= ownAccount(accountLine.exec(text)?.[1] ?? '');
    hasEnded ||= endLine.test(text);
    const [, count, sum] = totalLine.exec(text) ?? [];
    if (sum === undefined || problems.length > 0) return;
    if (Number(count) !== counted.rows || fenOf(sum) !== counted.fen)
      bad(
        line,
        '',
        `the bill counts ${count} payments of ${sum} yuan, its rows are ${counted.rows} of ${counted.fen} fen: is the file whole?`,
      );
  };
  return {
    rows,
    problems,
    take({ line, cells }) {
      last = line;
      const text = cells.join(',').normalize('NFKC').replaceAll(/\s/g, '');
      if (text.startsWith('#')) takeHash(line, text);
      else if (header === null) header = headerOf(cells, columns);
      else if (hasEnded) bad(line, '', 'stands below the end of the table');
      else {
        const row = readRow(header, { line, cells, account }, bad);
        if (row === null) return;
        rows.push(row);
        if (!('payment' in row)) return;
        counted.rows += 1;
        counted.fen += row.payment.amountFen;
      }
    },
    end() {
      if (header === null)
        bad(last, '', `no line names the columns: ${columns.map(({ names }) => names[0]).join(', ')}`);
      else if (!hasEnded)
        bad(last, '', 'the line that ends the table (业务明细列表结束) is missing: is the file whole?');
    },
  };
}

type Bad = (line: number, column: string, reason: string) => void;

function readRow(
  of: Header<Key>,
  { line, cells, account }: { line: number; cells: readonly string[]; account: string | null },
  bad: Bad,
): Row | null {
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
  const amountFen = fenOf(cell('received'));
  if (amountFen === null) return wrong('received', `${show(cell('received'))} is no amount in yuan`);
  if (cell('type') !== '交易') return { line, ignored: `no payment but ${show(cell('type'))}` };
  if (amountFen <= 0) return wrong('received', 'a payment is above 0');
  if (!isTransaction(cell('transaction')))
    return wrong('transaction', `${show(cell('transaction'))} is no transaction number`);
  if (account === null) {
    bad(line, '', 'no line above says whose account it is (#账号：[…])');
    return null;
  }
  const paidAt = instantOf(cell('done'));
  if (paidAt === null) return wrong('done', `${show(cell('done'))} is no time`);
  const [, name = '', payer = cell('payer')] = nameAndAccount.exec(cell('payer').normalize('NFKC')) ?? [];
  return {
    line,
    payment: {
      id: `alipay.${account}.${cell('transaction')}`,
      amountFen,
      paidAt,
      payer: plainAccount(payer),
      payerName: storedText(name, 200),
      reference: storedText(cellsOf(of, cells, 'reference').join(' '), 500),
    },
  };
}

const show = (text: string): string => JSON.stringify(text.slice(0, 60));
