import { and, asc, eq, gte, inArray, lt } from 'drizzle-orm';
import { addDays, firstDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { receipts } from '../../schema/tables/receipts.ts';
import { statements } from '../../schema/tables/statements.ts';
import type { Database } from '../db/client.ts';
import { fleetStatementId } from '../statements/close.ts';
import { demoTaxis } from './fleets.ts';
import type { DemoMonths } from './leases.ts';
import type { PastApi } from './past-api.ts';

const hourMs = 3_600_000;
const payer = 'blue-taxi';
const ownAccount = '110906123410901';
/** Of `demoTaxis`, of the fleet that does not pay. */
const disputing = 1;

export interface AccountsOptions {
  db: Database;
  api: PastApi;
  months: DemoMonths;
  startedAt: number;
}

/**
 * What the fleets did with their statements: one pays each on the tenth of the next month, as its bank tells; the other has paid nothing, and disputes
 * the energy of a swap.
 */
export async function seedAccounts({ db, api, months, startedAt }: AccountsOptions): Promise<void> {
  const billed = [months.first, months.second].map((month) => fleetStatementId(month, payer));
  const rows = await db
    .select({ id: statements.id, month: statements.month, fen: statements.totalFen })
    .from(statements)
    .where(inArray(statements.id, billed))
    .orderBy(asc(statements.id));
  for (const { id, month, fen } of rows) {
    const day = month === months.first ? firstDay(months.second) : firstDay(months.current);
    const paidOn = addDays(day, 9);
    const at = startOfDay(paidOn) + 10 * hourMs;
    if (at > startedAt) continue;
    await api({ at: at + hourMs, path: '/payments/imports?format=bank', body: bankFile({ id, paidOn, fen }) });
  }
  const car = demoTaxis[disputing]?.vin ?? '';
  const [from, to] = [months.second, months.current].map((month) => new Date(startOfDay(firstDay(month))));
  if (!from || !to) return;
  const [receipt] = await db
    .select({ swap: receipts.swap })
    .from(receipts)
    .where(and(eq(receipts.vin, car), gte(receipts.releasedAt, from), lt(receipts.releasedAt, to)))
    .orderBy(asc(receipts.releasedAt))
    .limit(1);
  if (!receipt) return;
  const reason = '司机称换出电池剩余电量高于记录 / the driver says that more was left in the old pack';
  const at = Math.min(to.getTime() + 58 * hourMs, startedAt);
  await api({ at, path: '/disputes', body: { swap: receipt.swap, line: 1, reason } });
}

/** As a Chinese bank writes it. */
function bankFile({ id, paidOn, fen }: { id: string; paidOn: string; fen: number }): string {
  return [
    `账号：${ownAccount},户名：车道换电`,
    '交易日期,交易流水号,借方金额,贷方金额,对方户名,对方账号,摘要',
    `${paidOn} 10:00:00,D${paidOn.replaceAll('-', '')}0001,,${(fen / 100).toFixed(2)},蓝天出租,6222021001116245702,换电费 ${id}`,
    '',
  ].join('\n');
}
