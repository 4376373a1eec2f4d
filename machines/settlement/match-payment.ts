import { type OwedStatement, type Standing, standingOf } from './account-state.ts';

/** How the account of a party stands: what its statements have got, and what is on account for others. */
export interface PartyAccount {
  statements: readonly OwedStatement[];
  onAccountFen: number;
}

/** A part of a payment; without a statement it is on account of the party. */
export interface Allocation {
  statement: string | null;
  amountFen: number;
}

/**
 * Spreads money of a party. To the statements that it names, oldest first, at most what is left of each to pay; without a name to all that are not
 * covered, oldest first. What is left over is on account and covers the next ones.
 */
export function allocate(amountFen: number, account: PartyAccount, named: readonly string[]): Allocation[] {
  if (!Number.isSafeInteger(amountFen) || amountFen <= 0) throw new RangeError(`${amountFen} fen are no payment`);
  const { statements } = standingOf(account.statements, account.onAccountFen, '');
  const open =
    named.length > 0
      ? statements.filter(({ id }) => named.includes(id)).map((of) => ({ id: of.id, fen: of.outstandingFen }))
      : statements.map((of) => ({ id: of.id, fen: of.outstandingFen - of.coveredFen }));
  let left = amountFen;
  const parts: Allocation[] = [];
  for (const { id, fen } of open) {
    const part = Math.min(left, fen);
    if (part <= 0) continue;
    parts.push({ statement: id, amountFen: part });
    left -= part;
  }
  if (left > 0) parts.push({ statement: null, amountFen: left });
  return parts;
}

/** The account when that was written. */
export function withAllocations(account: PartyAccount, parts: readonly Allocation[]): PartyAccount {
  const sumOf = (statement: string | null) =>
    parts.filter((part) => part.statement === statement).reduce((sum, part) => sum + part.amountFen, 0);
  return {
    statements: account.statements.map((each) => ({ ...each, paidFen: each.paidFen + sumOf(each.id) })),
    onAccountFen: account.onAccountFen + sumOf(null),
  };
}

/** What `standingOf` was made of. */
export function accountOf({ statements, creditFen }: Standing): PartyAccount {
  const used = statements.reduce((sum, { coveredFen }) => sum + coveredFen, 0);
  const tooMuch = statements.reduce((sum, { outstandingFen }) => sum + Math.max(0, -outstandingFen), 0);
  return { statements, onAccountFen: creditFen + used - tooMuch };
}
