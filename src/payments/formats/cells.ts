import { dayNumber, dayOfNumber, startOfDay } from '../../../machines/settlement/calendar.ts';

/** A cell without what makes a spreadsheet take a number for text: `="1"`, a leading apostrophe or backtick. */
export const bareCell = (text: string): string =>
  text
    .replace(/^="?(.*?)"?$/s, '$1')
    .replace(/^['`]/, '')
    .trim();

/** A column's name as it is compared: without spaces and what stands in brackets at its end (a translation, a unit). */
export function plainName(text: string): string {
  const plain = bareCell(text.normalize('NFKC')).replaceAll(/\s/g, '');
  return plain.replace(/(?<=.)(?:\[[^\]]*\]|\([^)]*\))$/, '');
}

const money = /^([+-]?)(?:[¥￥])?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,13})(?:\.([0-9]{1,2})0*)?$/;

/** Yuan as a file writes them, in whole fen; null: no amount. Never a float on the way. */
export function fenOf(text: string): number | null {
  const [, sign, yuan, decimals = ''] = money.exec(text.replaceAll(/\s/g, '')) ?? [];
  if (yuan === undefined) return null;
  const fen = Number(`${yuan.replaceAll(',', '')}${decimals.padEnd(2, '0')}`);
  if (!Number.isSafeInteger(fen)) return null;
  return sign === '-' && fen !== 0 ? -fen : fen;
}

const moment =
  /^(20[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T\s]*([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:\.[0-9]+)?)?)?$/;

/** A local time of Asia/Shanghai as a file writes it, as UTC epoch ms; null: none. A day alone is its beginning. */
export function instantOf(text: string): number | null {
  const plain = text.normalize('NFKC').trim();
  const compact = /^[0-9]{8}(?:[\sT]*[0-9:]+)?$/.test(plain);
  const parts = moment.exec(compact ? plain.replace(/^([0-9]{4})([0-9]{2})([0-9]{2})/, '$1-$2-$3 ').trim() : plain);
  if (parts === null) return null;
  const [, year = '', month = '', date = '', hours = '0', minutes = '0', seconds = '0'] = parts;
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  if (h > 23 || m > 59 || s > 59 || dayOfNumber(dayNumber(day)) !== day) return null;
  return startOfDay(day) + ((h * 60 + m) * 60 + s) * 1000;
}

const transaction = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/;

/** A transaction number that an id can hold. */
export const isTransaction = (text: string): boolean => transaction.test(text);

/** Digits of one of our own accounts; null: none. */
export function ownAccount(text: string): string | null {
  const digits = bareCell(text).replaceAll(/[\s-]/g, '');
  return /^[0-9]{6,32}$/.test(digits) ? digits : null;
}

/** Text that the database takes, of bounded length. */
export const storedText = (text: string, max: number): string =>
  [
    ...text
      .toWellFormed()
      .replaceAll(/\p{Cc}+/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, max)
    .join('');
