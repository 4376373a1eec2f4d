import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { firstDay } from './calendar.ts';
import { microOfFen } from './money.ts';
import { ownerOf } from './note.ts';

/** Credits for tired packs on the receipts of a fleet's statement. */
export interface PackCredit {
  owner: string | null;
  pack: string;
  lease: string | null;
  /** Of one credit; below 0. */
  fen: number;
  count: number;
}

export interface FleetsPart {
  statement: string;
  lessee: string;
  /** The statement's own. */
  lines: readonly BillLine[];
  credits: readonly PackCredit[];
}

export interface OwnerInput {
  month: string;
  owner: string;
  /** All fleets' statements of the month, in any order. */
  fleets: readonly FleetsPart[];
  /** Notes of which something is the owner's, in the order in which they were issued. */
  notes: readonly { id: string; lines: readonly BillLine[] }[];
}

/**
 * What an owner of packs has earned in a month: lease fees by lease, credits for tired packs by pack, and the notes that changed either. Closing a
 * month and the audit that rebuilds it both come through here.
 */
export function ownerLines({ month, owner, fleets, notes }: OwnerInput): BillLine[] {
  const sorted = [...fleets].sort((a, b) => compare(a.statement, b.statement));
  const fees = sorted.flatMap(({ statement, lessee, lines }) =>
    lines
      .filter((line) => ownerOf(line) === owner && line.kind !== 'deposit')
      .map((line) => ({ ...line, basis: { ...line.basis, statement, lessee } })),
  );
  const corrections = notes.flatMap(({ id, lines }) =>
    lines.filter((line) => ownerOf(line) === owner).map((line) => ({ ...line, basis: { ...line.basis, note: id } })),
  );
  return [...fees, ...creditLines(month, owner, sorted), ...corrections];
}

/** One line for a pack, a lease and an amount of credit. */
function creditLines(month: string, owner: string, fleets: readonly FleetsPart[]): BillLine[] {
  const sums = new Map<string, PackCredit>();
  for (const credit of fleets.flatMap(({ credits }) => [...credits])) {
    if (credit.owner !== owner) continue;
    const name = `${credit.pack} ${credit.lease ?? '~'} ${credit.fen}`;
    sums.set(name, { ...credit, count: (sums.get(name)?.count ?? 0) + credit.count });
  }
  return [...sums]
    .sort(([a], [b]) => compare(a, b))
    .map(
      ([, { pack, lease, fen, count }]): BillLine => ({
        kind: 'sohCredit',
        quantity: count,
        unit: 'item',
        unitPriceMicro: microOfFen(fen),
        amountFen: fen * count,
        rule: 'sohBelowFloor',
        basis: { pack, lease, owner, month, from: firstDay(month) },
      }),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
