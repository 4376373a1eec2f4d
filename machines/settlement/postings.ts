import { type BillLine, type BillLineKind, billLineKinds } from '../../schema/wire/settlement/bill.ts';
import { type Account, depositOf, payableTo, receivableOf } from './accounts.ts';

/** One transfer to be written. What caused it, and when, adds whoever writes it. */
export interface Posting {
  debit: Account;
  credit: Account;
  /** Above 0. */
  amountFen: number;
  /** Number of the line that caused it, from 1. With the cause it is the transfer's identity. */
  line: number;
}

export interface Parties {
  /** Organisation that pays; null: the driver of the car. */
  lessee: string | null;
  vin: string;
  /** Owner of the packs when that is another organisation than the operator. */
  owner: string | null;
}

/**
 * What a bill's lines do to the books: a line above 0 is owed by the lessee to where its kind belongs, a line below 0 the other way about, a
 * line of 0 moves nothing.
 */
export function postingsOf(lines: readonly BillLine[], parties: Parties): Posting[] {
  const debtor = receivableOf(parties);
  return lines.flatMap((line, at) => {
    const counter = counterAccount(line, parties);
    const [debit, credit] = line.amountFen > 0 ? [debtor, counter] : [counter, debtor];
    return line.amountFen === 0 ? [] : [{ debit, credit, amountFen: Math.abs(line.amountFen), line: at + 1 }];
  });
}

/** What charging cost: owed to the electricity supplier. */
export function costPostings(lines: readonly BillLine[]): Posting[] {
  return lines.flatMap(({ amountFen }, at): Posting[] =>
    amountFen === 0 ? [] : [{ debit: 'cost:energy', credit: 'payable:grid', amountFen, line: at + 1 }],
  );
}

/**
 * A quarter of an hour of a second-life asset: its charge is owed to the electricity supplier; what the site took from it instead of the grid is not, and
 * is what it earned.
 */
export function dispatchPostings({ costFen, worthFen }: { costFen: number; worthFen: number }): Posting[] {
  const postings: Posting[] = [
    { debit: 'cost:energy', credit: 'payable:grid', amountFen: costFen, line: 1 },
    { debit: 'payable:grid', credit: 'revenue:secondLife', amountFen: worthFen, line: 2 },
  ];
  return postings.filter(({ amountFen }) => amountFen > 0);
}

/** Energy, service and parking are the operator's; what the use of a pack costs, and the credit for a tired one, are its owner's. */
function counterAccount(line: BillLine, parties: Parties): Account {
  switch (accountedAs(line)) {
    case 'energy':
    case 'energyTrueUp':
      return 'revenue:energy';
    case 'serviceFee':
      return 'revenue:service';
    case 'parking':
      return 'revenue:parking';
    case 'deposit':
      if (parties.lessee === null) throw new RangeError('a deposit needs a lessee');
      return depositOf(parties.lessee);
    default:
      return parties.owner === null ? 'revenue:lease' : payableTo(parties.owner);
  }
}

/** A correction belongs where the line belonged that it corrects: `basis.corrects` names its kind. */
function accountedAs({ kind, basis }: BillLine): BillLineKind {
  if (kind !== 'correction') return kind;
  const corrected = billLineKinds.find((each) => each === basis.corrects);
  if (corrected === undefined || corrected === 'correction') {
    throw new RangeError('a correction names the kind of line that it corrects');
  }
  return corrected;
}
