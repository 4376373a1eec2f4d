import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { totalFen } from '../../machines/settlement/money.ts';
import {
  additionOf,
  type BilledLine,
  correctionOf,
  leftFen,
  notePostings,
  ownerOf,
} from '../../machines/settlement/note.ts';
import type { NewNote } from '../../schema/wire/api/note.ts';
import type { BillLine } from '../../schema/wire/settlement/bill.ts';
import { ApiError } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { type Statement, statement } from '../db/statement.ts';
import { unknownReference } from '../inventory/change.ts';
import { type NewNote as NoteToIssue, noteParts } from '../statements/notes.ts';
import { accountGate } from './account.ts';
import { type Bill, type BillName, readBill } from './bill.ts';

/** Who does it, and the instant of it, UTC epoch ms. */
export interface Act {
  by: string;
  now: number;
}

/** Ids of one kind in the order in which they were made: 44 bits of time, 20 of chance. */
export const newId = (prefix: 'n' | 'd', now: number): string =>
  `${prefix}-${now.toString(16).padStart(11, '0')}${randomBytes(3).toString('hex').slice(0, 5)}`;

/** As a body names the bill it is about. */
export const billNamed = ({
  swap,
  statement: id,
}: {
  swap?: string | undefined;
  statement?: string | undefined;
}): BillName => (swap === undefined ? { statement: id ?? '' } : { swap });

export const unknownBill = (name: BillName): ApiError =>
  'swap' in name
    ? unknownReference('/swap', 'is not a swap that has a receipt')
    : unknownReference('/statement', 'is not a statement of a fleet');

/** The line of a bill that a member of a body names. */
export function lineNamed(bill: Bill, of: { swap?: string | undefined; line: number }, pointer: string): BilledLine {
  if (of.swap !== undefined && bill.swap !== null && of.swap !== bill.swap) {
    throw unknownReference(`${pointer}/swap`, 'is not the swap of this receipt');
  }
  const swap = of.swap ?? bill.swap;
  const inBill = bill.lines.filter((line) => line.swap === swap);
  if (inBill.length === 0 && of.swap !== undefined)
    throw unknownReference(`${pointer}/swap`, 'is not a swap of this statement');
  const found = inBill.find(({ line }) => line === of.line);
  if (!found) throw unknownReference(`${pointer}/line`, `is not a line of it: it has ${inBill.length}`);
  return found;
}

/** Refuses a credit of more than is left. Counts those of one note together. */
export function creditLimit(): (of: BilledLine, amountFen: number, pointer: string) => void {
  const taken = new Map<BilledLine, number>();
  return (of, amountFen, pointer) => {
    const left = leftFen(of) - (taken.get(of) ?? 0);
    if (amountFen > left) {
      const detail = `Of line ${of.line}${of.swap === null ? '' : ` of swap ${of.swap}`} ${left} fen are left to be credited, not ${amountFen}.`;
      throw new ApiError('change-refused', detail, { errors: [{ pointer, detail: `at most ${left} fen are left` }] });
    }
    taken.set(of, (taken.get(of) ?? 0) + amountFen);
  };
}

/**
 * A note of some lines. A credit takes away from what is to be paid at once, where the bill has been closed; a debit, and what stands on no
 * statement yet, comes with the next one, which says when it is due.
 */
export function noteOf(
  bill: Bill & { party: string },
  lines: readonly BillLine[],
  of: Pick<NoteToIssue, 'id' | 'reason' | 'text' | 'dispute'>,
  { by, now }: Act,
): NoteToIssue {
  const owners = [...new Set(lines.flatMap((line) => ownerOf(line) ?? []))];
  const total = totalFen(lines);
  return {
    ...of,
    party: bill.party,
    owner: owners.length === 1 ? (owners[0] ?? null) : null,
    statement: total < 0 ? bill.statement : null,
    swap: bill.swap,
    corrects: bill.swap === null ? bill.statement : null,
    lines,
    totalFen: total,
    postings: notePostings(lines, bill.party),
    by,
    now,
  };
}

export function requireParty(bill: Bill): Bill & { party: string } {
  const { party } = bill;
  if (party === null)
    throw new ApiError('change-refused', 'No organisation pays this receipt: its driver has no account.');
  return { ...bill, party };
}

/** A note by people: the statement that issues it, or why not. */
export async function planNote(db: Database, body: NewNote, act: Act): Promise<Statement<Record<string, unknown>>> {
  const name = billNamed(body);
  const found = await readBill(db, name, { receiptsToo: body.lines.flatMap(({ swap }) => swap ?? []) });
  if (found === null) throw unknownBill(name);
  const bill = requireParty(found);
  const lines = noteLines(bill, body);
  const note = noteOf(bill, lines, { id: newId('n', act.now), reason: 'correction', text: body.text }, act);
  return statement<Record<string, unknown>>({
    parts: { account: accountGate(bill.party, bill.version), ...noteParts(note, 'account') },
    result: sql`select * from noted`,
  });
}

function noteLines(bill: Bill, { direction, lines }: NewNote): BillLine[] {
  const refuseTooMuch = creditLimit();
  return lines.map(({ swap, line, kind, ...said }, at) => {
    const pointer = `/lines/${at}`;
    if (line === undefined && direction === 'credit')
      throw unknownReference(`${pointer}/line`, 'is missing: a credit note takes back what a line has billed');
    const named = line === undefined ? null : lineNamed(bill, { swap, line }, pointer);
    const made = exactly(pointer, () =>
      named === null
        ? additionOf(
            { swap: swap ?? bill.swap, statement: bill.swap === null ? bill.statement : null },
            kind ?? 'energy',
            said,
          )
        : correctionOf(direction, named, said),
    );
    if (made.amountFen === 0) throw unknownReference(`${pointer}/unitPriceMicro`, 'makes an amount of 0 fen');
    if (named !== null && direction === 'credit') refuseTooMuch(named, -made.amountFen, pointer);
    return made;
  });
}

/** What cannot be counted exactly is the author's mistake. */
function exactly(pointer: string, make: () => BillLine): BillLine {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unknownReference(`${pointer}/quantity`, error.message);
  }
}
