import { sql } from 'drizzle-orm';
import { addDays, addMonths, beijingDay, beijingMonth, startOfDay } from '../../../machines/settlement/calendar.ts';
import type { FleetsPart } from '../../../machines/settlement/owner-statement.ts';
import type { Receipt } from '../../../machines/settlement/receipt.ts';
import type { Database } from '../../db/client.ts';
import {
  auditOwnerStatement,
  auditStatement,
  closedOwnerStatements,
  closedStatements,
  type StatementDifference,
} from '../../statements/rebuild.ts';
import { loadTariffs } from '../../tariffs/load.ts';
import { differentSnapshots } from '../balances.ts';
import { auditChargeCosts } from './charge-costs.ts';
import type { Difference } from './difference.ts';
import { type Range, readLog } from './log.ts';
import { auditNotes } from './notes.ts';
import { auditPayments } from './payments.ts';
import { auditReadings } from './readings.ts';
import { auditReceipts } from './receipts.ts';

export interface AuditReport {
  /** How many of each were rebuilt and compared. */
  examined: {
    receipts: number;
    chargeCosts: number;
    statements: number;
    notes: number;
    payments: number;
    /** Quarters of an hour of assets at second-life sites. */
    readings: number;
    snapshots: number;
  };
  /** Swaps completed a moment ago, whose receipt is being written. */
  waiting: number;
  differences: Difference[];
}

/** Days of Asia/Shanghai, the last excluded. */
export interface AuditedDays {
  from: string;
  to: string;
}

const swapsAtOnce = 1_000;

/**
 * Rebuilds every bill of these days from the log alone (`events`, `lease_events`, `plan_versions`, `tariffs`, `station_tariffs`) and compares it to the
 * fen with what was written. Reads only.
 */
export async function audit(
  db: Database,
  days: AuditedDays,
  onProgress: (swaps: number) => void = () => {},
): Promise<AuditReport> {
  const range: Range = { from: startOfDay(days.from), to: startOfDay(days.to) };
  const report: AuditReport = {
    examined: { receipts: 0, chargeCosts: 0, statements: 0, notes: 0, payments: 0, readings: 0, snapshots: 0 },
    waiting: 0,
    differences: [],
  };
  const audited = await auditLog(db, range, report, onProgress);
  report.differences.push(...(await unfounded(db, range, audited.seen)));
  await auditStatements(db, days, audited.receipts, report);
  const notes = await auditNotes(db, range);
  report.examined.notes = notes.examined;
  report.differences.push(...notes.differences);
  const payments = await auditPayments(db, range);
  report.examined.payments = payments.examined;
  report.differences.push(...payments.differences);
  const readings = await auditReadings(db, range);
  report.examined.readings = readings.examined;
  report.differences.push(...readings.differences);
  const snapshots = await differentSnapshots(db, range);
  report.examined.snapshots = snapshots.examined;
  for (const { at, account, stored, rebuilt } of snapshots.differences) {
    const id = `${account} at ${new Date(at).toISOString()}`;
    report.differences.push({ kind: 'balance', id, what: 'debit credit transfers', stored, rebuilt });
  }
  return report;
}

interface Audited {
  /** Swaps of which the log tells. */
  seen: Set<string>;
  /** Kept only where a statement has to be made of them. */
  receipts: Map<string, Receipt>;
}

async function auditLog(
  db: Database,
  range: Range,
  report: AuditReport,
  onProgress: (swaps: number) => void,
): Promise<Audited> {
  // A charge that ended within the days may have begun before them.
  const book = await loadTariffs(db, { from: addDays(beijingDay(range.from), -31), to: beijingDay(range.to) });
  const audited: Audited = { seen: new Set(), receipts: new Map() };
  const keep = (await closedStatements(db, beijingMonth(range.from), beijingMonth(range.to - 1))).length > 0;
  for (const station of await readStations(db)) {
    for await (const { swaps, charges } of readLog(db, station, range)) {
      for (let at = 0; at < swaps.length; at += swapsAtOnce) {
        const part = swaps.slice(at, at + swapsAtOnce);
        const { rebuilt, waiting, differences } = await auditReceipts(db, part, book);
        for (const { swap } of part) audited.seen.add(swap);
        if (keep) for (const receipt of rebuilt) if (receipt.lessee) audited.receipts.set(receipt.swap, receipt);
        report.examined.receipts += part.length - waiting;
        report.waiting += waiting;
        report.differences.push(...differences);
        onProgress(audited.seen.size);
      }
      const costs = await auditChargeCosts(db, charges, book);
      report.examined.chargeCosts += costs.examined;
      report.differences.push(...costs.differences);
    }
  }
  return audited;
}

async function readStations(db: Database): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`select id from stations order by id`);
  return rows.map(({ id }) => id);
}

const idsAtOnce = 10_000;

/** Receipts and transfers of the days that no completed swap of the log asks for, no charge and no payment. */
async function unfounded(db: Database, { from, to }: Range, seen: ReadonlySet<string>): Promise<Difference[]> {
  const differences: Difference[] = [];
  const within = (column: ReturnType<typeof sql>) =>
    sql`${column} >= ${new Date(from).toISOString()}::timestamptz and ${column} < ${new Date(to).toISOString()}::timestamptz`;
  let after = '';
  for (;;) {
    const rows = await db.execute<{ swap: string }>(sql`
      select swap from receipts where ${within(sql`released_at`)} and swap > ${after} order by swap limit ${idsAtOnce}`);
    for (const { swap } of rows)
      if (!seen.has(swap))
        differences.push({
          kind: 'receipt',
          id: swap,
          what: 'receipt',
          stored: 'written',
          rebuilt: 'no such swap was completed',
        });
    if (rows.length < idsAtOnce) break;
    after = rows.at(-1)?.swap ?? '';
  }
  const loose = await db.execute<{ cause: string; cause_id: string }>(sql`
    select distinct t.cause, t.cause_id from transfers t where ${within(sql`t.occurred_at`)} and (
      t.cause = 'receipt' and not exists (select from receipts r where r.swap = t.cause_id)
      or t.cause = 'payment' and not exists (select from payments p where p.id = t.cause_id)
      or t.cause = 'chargeCost' and not exists (select from charge_costs c where c.charge = t.cause_id)
      or t.cause = 'dispatch' and not exists (select from dispatch_readings d where d.asset = split_part(t.cause_id, '/', 1)
        and d.starts_at = t.occurred_at)
      or t.cause = 'statement' and not exists (select from statements s where s.id = t.cause_id)
      or t.cause = 'note' and not exists (select from notes n where n.id = t.cause_id))`);
  for (const { cause, cause_id } of loose)
    differences.push({
      kind: 'transfer',
      id: `${cause} ${cause_id}`,
      what: 'cause',
      stored: 'written',
      rebuilt: 'no such bill',
    });
  return differences;
}

/** Statements of the months that lie wholly within the days. */
async function auditStatements(
  db: Database,
  days: AuditedDays,
  receipts: ReadonlyMap<string, Receipt>,
  report: AuditReport,
): Promise<void> {
  const last = beijingMonth(startOfDay(days.to) - 1);
  const byMonth = new Map<string, FleetsPart[]>();
  const differ = (found: StatementDifference[]) => {
    report.examined.statements += 1;
    for (const { statement, ...difference } of found)
      report.differences.push({ kind: 'statement', id: statement, ...difference });
  };
  for (const id of await closedStatements(db, days.from.slice(0, 7), last)) {
    const { differences, forOwners } = await auditStatement(db, id, async (swaps) => rebuiltOf(db, swaps, receipts));
    differ(differences);
    if (forOwners) byMonth.set(forOwners.month, [...(byMonth.get(forOwners.month) ?? []), forOwners.part]);
  }
  for (let month = days.from.slice(0, 7); month <= last; month = addMonths(month, 1))
    for (const id of await closedOwnerStatements(db, month))
      differ(await auditOwnerStatement(db, id, byMonth.get(month) ?? []));
}

/** Receipts on a statement; those of before the days are rebuilt from the log of their own time. */
async function rebuiltOf(
  db: Database,
  swaps: readonly string[],
  known: ReadonlyMap<string, Receipt>,
): Promise<Receipt[]> {
  const others = swaps.filter((swap) => !known.has(swap));
  const rows =
    others.length === 0
      ? []
      : await db.execute<{ station: string; first: string; last: string }>(sql`
    select station, min(released_at)::text as first, max(released_at)::text as last from receipts
    where swap = any(${sql.param(others)}::text[]) group by station`);
  const found = new Map<string, Receipt>();
  for (const { station, first, last } of rows) {
    const range = { from: Date.parse(first), to: Date.parse(last) + 1 };
    const book = await loadTariffs(db, { from: beijingDay(range.from), to: beijingDay(range.to) });
    for await (const told of readLog(db, station, range)) {
      const wanted = told.swaps.filter(({ swap }) => others.includes(swap));
      for (const receipt of (await auditReceipts(db, wanted, book)).rebuilt) found.set(receipt.swap, receipt);
    }
  }
  return swaps.flatMap((swap) => known.get(swap) ?? found.get(swap) ?? []);
}
