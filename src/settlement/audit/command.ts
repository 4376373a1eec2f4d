import { parseArgs } from 'node:util';
import { z } from 'zod';
import { addDays, beijingDay } from '../../../machines/settlement/calendar.ts';
import { OperatorError, sentenceOf } from '../../platform/errors.ts';
import type { AuditedDays, AuditReport } from './run.ts';

export const auditUsage = `Rebuild the bills of some days from the log and compare them, to the fen, with what was written.

  npm run audit -- --from <day> --to <day>
      --from <day>   first day, such as 2026-08-01 (Asia/Shanghai)
      --to <day>     last day, excluded; default: tomorrow

Reads only. Ends with 0 when all is as the log says, with 1 when something differs. What it compares: docs/ledger.md.`;

export type AuditOrder = { command: 'help' } | ({ command: 'audit' } & AuditedDays);

const day = z.iso.date();

export function readAuditOrder(argv: readonly string[], now = Date.now()): AuditOrder {
  const { from, to, help } = split(argv);
  if (help === true || from === undefined) return { command: 'help' };
  const days = { from, to: to ?? addDays(beijingDay(now), 1) };
  for (const [name, value] of Object.entries(days))
    if (!day.safeParse(value).success) throw mistake(`--${name} must be a day such as 2026-08-01.`);
  if (days.from >= days.to) throw mistake('--from must be before --to.');
  return { command: 'audit', ...days };
}

function split(argv: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({ args: [...argv], options: { from: text, to: text, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw mistake(`${sentenceOf(error)}.`);
  }
}

const mistake = (sentence: string): OperatorError => new OperatorError(`${sentence}\n\n${auditUsage}`);

/** Differences shown; the rest is counted. */
const mostShown = 200;

export function sayReport({ examined, waiting, differences }: AuditReport, { from, to }: AuditedDays): string {
  const shown = differences
    .slice(0, mostShown)
    .map(
      ({ kind, id, what, stored, rebuilt }) =>
        `${kind} ${id}: ${what}: written ${short(stored)}, by the log ${short(rebuilt)}`,
    );
  const more = differences.length > mostShown ? [`... and ${differences.length - mostShown} more`] : [];
  const { receipts, chargeCosts, statements, notes, payments, readings, snapshots } = examined;
  return [
    ...shown,
    ...more,
    `${from} to ${to}: examined ${receipts} receipts, ${chargeCosts} charges, ${statements} statements, ${notes} notes, ${payments} payments, ${readings} readings of sites, ${snapshots} balances; ${waiting} waiting; ` +
      `${differences.length === 0 ? 'no difference' : `${differences.length} differences`}.`,
  ].join('\n');
}

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};
