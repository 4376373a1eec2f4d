import type { BillLine, BillLineKind } from '../../schema/wire/settlement/bill.ts';
import { priced } from './money.ts';
import { type Posting, postingsOf } from './postings.ts';

/** A line of a receipt or of a statement's own, as notes have left it. */
export interface BilledLine {
  swap: string | null;
  statement: string | null;
  /** From 1. */
  line: number;
  billed: BillLine;
  /** Owner of the packs, when it is the owner's money and not the operator's. */
  owner: string | null;
  /** What earlier notes have added (above 0) or taken away (below 0). */
  notedFen: number;
}

/** The most that may still be credited: what was billed, less earlier notes. Of a line that is a credit itself nothing. */
export const leftFen = ({ billed, notedFen }: BilledLine): number => Math.max(0, billed.amountFen + notedFen);

/** Lines that are the owner's money where the packs are not the operator's. */
export const isOwnersKind = (kind: BillLineKind): boolean =>
  ['monthlyFee', 'swapFee', 'distanceFee', 'energyFee', 'volumeDiscount', 'sohCredit'].includes(kind);

/** What a line of a note says of itself. */
export interface Corrected {
  quantity: number;
  unit: BillLine['unit'];
  /** Above 0. */
  unitPriceMicro: number;
  rule: string;
}

export type NoteDirection = 'credit' | 'debit';

/** A line of a note: what it corrects stands in its basis, and decides where in the books it belongs. */
export function correctionOf(
  direction: NoteDirection,
  of: BilledLine,
  { unitPriceMicro, ...said }: Corrected,
): BillLine {
  const { swap, statement, line, billed, owner } = of;
  return priced({
    kind: 'correction',
    ...said,
    unitPriceMicro: direction === 'credit' ? -unitPriceMicro : unitPriceMicro,
    basis: { corrects: billed.kind, swap, statement, line, owner, lease: billed.basis.lease ?? null },
  });
}

/** Something of the operator's own that was never billed: no line of the bill has it. */
export function additionOf(
  bill: { swap: string | null; statement: string | null },
  kind: 'energy' | 'serviceFee' | 'parking',
  said: Corrected,
): BillLine {
  return priced({
    kind: 'correction',
    ...said,
    basis: { corrects: kind, ...bill, line: null, owner: null, lease: null },
  });
}

/** What a note does to the books, line by line: each may be another owner's. */
export const notePostings = (lines: readonly BillLine[], party: string): Posting[] =>
  lines.flatMap((line, at) =>
    postingsOf([line], { lessee: party, vin: '', owner: ownerOf(line) }).map((posting) => ({
      ...posting,
      line: at + 1,
    })),
  );

/** Owner whose money the line of a note is; null: the operator's. */
export const ownerOf = ({ basis }: BillLine): string | null => (typeof basis.owner === 'string' ? basis.owner : null);
