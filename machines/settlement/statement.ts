import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import type { PlanTerms } from '../../schema/wire/settlement/plan-terms.ts';
import type { ReceiptsSummary } from '../../schema/wire/settlement/statement.ts';
import { billMonth, type MonthPart, type MonthToBill } from './bill-month.ts';
import { beijingDay } from './calendar.ts';
import { distanceOf } from './distance.ts';
import { thousandths, totalFen } from './money.ts';
import { type Posting, postingsOf } from './postings.ts';
import type { DayRange } from './prorate.ts';

/** What a statement takes of a receipt. */
export interface ReceiptOnStatement {
  swap: string;
  vin: string;
  lease: string | null;
  /** UTC epoch ms. */
  releasedAt: number;
  odometerKm: number;
  energyWh: number;
  lines: readonly BillLine[];
}

/** Days on which a lease had one vehicle under one version of a plan. */
export interface LeasePart extends DayRange {
  vin: string;
  plan: string;
  planVersion: number;
  terms: PlanTerms;
}

export interface LeaseOnStatement {
  lease: string;
  /** Owner of its packs when that is another organisation than the operator. */
  owner: string | null;
  parts: readonly LeasePart[];
  deposit: MonthToBill['deposit'];
  /** Last swap on an earlier statement of this lease, by vehicle. */
  before: Readonly<Record<string, { releasedAt: number; odometerKm: number }>>;
}

/** All that a fleet's statement is made of. */
export interface StatementInput {
  /** `2026-08`. */
  month: string;
  party: string;
  leases: readonly LeaseOnStatement[];
  /** Of the month, and those of earlier months that came too late for theirs. In any order. */
  receipts: readonly ReceiptOnStatement[];
  /** Notes from before that stand on no other statement. */
  notes: readonly { id: string; totalFen: number }[];
}

export interface StatementContent {
  /** Lease fees and deposits. */
  lines: BillLine[];
  summary: ReceiptsSummary[];
  receiptCount: number;
  receiptsFen: number;
  linesFen: number;
  notesFen: number;
  totalFen: number;
  /** What the lines do to the books; receipts and notes were posted when they were issued. */
  postings: Posting[];
}

/**
 * The statement of a lessee for a month, of its facts alone: closing a month and the audit that rebuilds it both come through here. The order in
 * which leases and receipts are handed in does not matter.
 */
export function rebuildStatement(input: StatementInput): StatementContent {
  const receipts = [...input.receipts].sort((a, b) => a.releasedAt - b.releasedAt || compare(a.swap, b.swap));
  const leases = [...input.leases].sort((a, b) => compare(a.lease, b.lease));
  const lines: BillLine[] = [];
  const postings: Posting[] = [];
  for (const lease of leases) {
    const own = linesOfLease(input.month, lease, receipts);
    const before = lines.length;
    const vin = lease.parts[0]?.vin ?? '';
    postings.push(
      ...postingsOf(own, { lessee: input.party, vin, owner: lease.owner }).map((posting) => ({
        ...posting,
        line: posting.line + before,
      })),
    );
    lines.push(...own);
  }
  const receiptsFen = totalFen(receipts.flatMap((receipt) => [...receipt.lines]));
  const linesFen = totalFen(lines);
  const notesFen = input.notes.reduce((sum, note) => sum + note.totalFen, 0);
  return {
    lines,
    summary: summaryOf(receipts),
    receiptCount: receipts.length,
    receiptsFen,
    linesFen,
    notesFen,
    totalFen: receiptsFen + linesFen + notesFen,
    postings,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Each line says on whose packs the lease runs: owners' statements are made of them. */
function linesOfLease(month: string, of: LeaseOnStatement, receipts: readonly ReceiptOnStatement[]): BillLine[] {
  const own = receipts.filter(({ lease }) => lease === of.lease);
  const lines = billMonth({ month, lease: of.lease, parts: partsWithUsage(of, own), deposit: of.deposit });
  return lines.map((line) => ({ ...line, basis: { ...line.basis, owner: of.owner } }));
}

/**
 * A receipt counts in the part of its day and vehicle; else with the last part of its vehicle, as on the day of a transfer, or with the first part
 * of all, as one that came too late for its own month. Kilometres count from the last swap that was billed, so none is counted twice.
 */
function partsWithUsage(of: LeaseOnStatement, receipts: readonly ReceiptOnStatement[]): MonthPart[] {
  const parts = [...of.parts].sort((a, b) => compare(a.fromDay, b.fromDay));
  const homeOf = ({ vin, releasedAt }: ReceiptOnStatement): LeasePart | undefined => {
    const day = beijingDay(releasedAt);
    const same = parts.filter((part) => part.vin === vin);
    return same.find(({ fromDay, toDay }) => fromDay <= day && day < toDay) ?? same.at(-1) ?? parts[0];
  };
  const homes = receipts.map(homeOf);
  const last = new Map(Object.entries(of.before));
  return parts.map((part) => {
    const counted = receipts.filter((_, index) => homes[index] === part);
    const billed = last.get(part.vin);
    const readings = counted.filter(
      ({ vin, releasedAt }) => vin === part.vin && releasedAt > (billed?.releasedAt ?? -1),
    );
    const { km } = distanceOf(
      billed?.odometerKm ?? null,
      readings.map(({ odometerKm }) => odometerKm),
    );
    const newest = readings.at(-1);
    if (newest) last.set(part.vin, newest);
    const energyWh = counted.reduce((sum, receipt) => sum + receipt.energyWh, 0);
    return { ...part, usage: { swaps: counted.length, km, energyWh } };
  });
}

/** By kind of line and unit, in the order in which the kinds first come. */
function summaryOf(receipts: readonly ReceiptOnStatement[]): ReceiptsSummary[] {
  const sums = new Map<string, ReceiptsSummary>();
  for (const { kind, unit, quantity, amountFen } of receipts.flatMap(({ lines }) => [...lines])) {
    const name = `${kind}/${unit}`;
    const sum = sums.get(name) ?? { kind, unit, count: 0, quantity: 0, amountFen: 0 };
    sums.set(name, {
      ...sum,
      count: sum.count + 1,
      quantity: (thousandths(sum.quantity) + thousandths(quantity)) / 1000,
      amountFen: sum.amountFen + amountFen,
    });
  }
  return [...sums.values()].sort((a, b) => compare(a.kind, b.kind) || compare(a.unit, b.unit));
}
