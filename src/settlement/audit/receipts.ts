import { isDeepStrictEqual } from 'node:util';
import { inArray, sql } from 'drizzle-orm';
import type { PriceBook } from '../../../machines/settlement/price-book.ts';
import { isReceipt, pricedAt, type Receipt, receiptOf } from '../../../machines/settlement/receipt.ts';
import type { SwapRecord } from '../../../machines/settlement/swap-log.ts';
import { receipts } from '../../../schema/tables/receipts.ts';
import type { Database } from '../../db/client.ts';
import { contractsOf } from '../contracts.ts';
import { nominalOf } from '../swap-records.ts';
import { asStored, type Difference } from './difference.ts';
import { differentTransfers } from './transfers.ts';

type Stored = typeof receipts.$inferSelect;

export interface AuditedReceipts {
  rebuilt: Receipt[];
  /** Completed a moment ago: its receipt is on its way. */
  waiting: number;
  differences: Difference[];
}

/** Rebuilds the receipts of swaps that the log tells of, and compares them to the fen with what was written. */
export async function auditReceipts(
  db: Database,
  records: readonly SwapRecord[],
  book: PriceBook,
): Promise<AuditedReceipts> {
  const ids = records.map(({ swap }) => swap);
  const [stored, onTheirWay, capacities] = await Promise.all([
    readStored(db, ids),
    readOnTheirWay(db, ids),
    readCapacities(db, records),
  ]);
  const contracts = await contractsOf(
    db,
    records.map((record) => carOf(record, stored.get(record.swap))),
  );
  const audited: AuditedReceipts = { rebuilt: [], waiting: 0, differences: [] };
  for (const [index, record] of records.entries()) {
    const was = stored.get(record.swap);
    const problem = onTheirWay.get(record.swap);
    const contract = contracts[index];
    if (!was && problem === null) {
      audited.waiting += 1;
      continue;
    }
    const differ = (what: string, storedValue: unknown, rebuilt: unknown) =>
      audited.differences.push({ kind: 'receipt', id: record.swap, what, stored: storedValue, rebuilt });
    const nominalWh = capacities[index] ?? { out: null, in: null };
    const made = !contract || 'code' in contract ? contract : receiptOf({ record, nominalWh, contract, book });
    if (!made || 'code' in made) {
      differ(
        'receipt',
        was ? 'written' : (problem ?? 'missing'),
        made ? `${made.code}: ${made.detail}` : 'no contract',
      );
    } else if (isReceipt(made)) {
      audited.rebuilt.push(made);
      if (was) compare(was, made, differ);
      else differ('receipt', problem ?? 'missing', `${made.totalFen} fen`);
    }
  }
  // Transfers of a receipt that is not there are found by whoever looks for loose ones.
  const causes = audited.rebuilt.flatMap(({ swap, postings }) =>
    stored.has(swap) ? [{ causeId: swap, postings }] : [],
  );
  audited.differences.push(...(await differentTransfers(db, 'receipt', causes)));
  return audited;
}

/** Of a car without lease nothing in the log says who pays, nor which plan was for such cars: the receipt does, its version and prices are judged. */
const carOf = (record: SwapRecord, was: Stored | undefined) => ({
  vin: record.vin,
  at: pricedAt(record),
  fleet: was?.lessee ?? null,
  ...(was && was.lease === null && { walkIn: was.plan }),
});

const compared = [
  'station',
  'vin',
  'lessee',
  'owner',
  'lease',
  'plan',
  'planVersion',
  'tariff',
  'odometerKm',
  'energyWh',
  'totalFen',
] as const;

function compare(was: Stored, made: Receipt, differ: (what: string, stored: unknown, rebuilt: unknown) => void): void {
  for (const what of compared) if (was[what] !== made[what]) differ(what, was[what], made[what]);
  if (was.releasedAt.getTime() !== made.releasedAt) differ('releasedAt', was.releasedAt.getTime(), made.releasedAt);
  if (!isDeepStrictEqual(was.lines, asStored(made.lines))) differ('lines', was.lines, made.lines);
}

async function readStored(db: Database, swaps: readonly string[]): Promise<Map<string, Stored>> {
  const rows =
    swaps.length === 0
      ? []
      : await db
          .select()
          .from(receipts)
          .where(inArray(receipts.swap, [...swaps]));
  return new Map(rows.map((row) => [row.swap, row]));
}

/** Swaps that still wait for their receipt, with the reason if it is not only a matter of moments. */
async function readOnTheirWay(db: Database, swaps: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await db.execute<{ subject: string; problem: string | null }>(sql`
    select subject, problem from follow_ups where consumer = 'receipt' and subject = any(${sql.param([...swaps])}::text[])`);
  return new Map(rows.map(({ subject, problem }) => [subject, problem]));
}

async function readCapacities(
  db: Database,
  records: readonly SwapRecord[],
): Promise<{ out: number | null; in: number | null }[]> {
  const packs = { out: records.map(({ packOut }) => packOut), in: records.map(({ packIn }) => packIn ?? '') };
  const at = records.map((record) => new Date(pricedAt(record)).toISOString());
  const rows = await db.execute<{ out: number | null; in: number | null }>(sql`
    select ${nominalOf(sql`w.pack_out`, sql`w.at`)} as out, ${nominalOf(sql`w.pack_in`, sql`w.at`)} as in
    from unnest(${sql.param(packs.out)}::text[], ${sql.param(packs.in)}::text[], ${sql.param(at)}::text[]::timestamptz[])
      with ordinality as w(pack_out, pack_in, at, i) order by w.i`);
  return [...rows];
}
