/** A statement of a party, as payments and notes have left it. */
export interface OwedStatement {
  id: string;
  /** Last day to pay; null: nothing is to be paid. */
  dueDay: string | null;
  /** Total, and the notes against it. */
  owedFen: number;
  /** Payments that were matched to it. */
  paidFen: number;
  /** Of its lines that are in dispute: nobody is in arrears with these. */
  disputedFen: number;
}

export interface StandingStatement extends OwedStatement {
  /** What is left to pay; below 0: paid too much, which covers others. */
  outstandingFen: number;
  /** Covered by what the party has to its credit elsewhere. */
  coveredFen: number;
  state: 'paid' | 'open' | 'overdue';
}

export interface Standing {
  statements: StandingStatement[];
  /** What is left to the party's credit when all is covered. */
  creditFen: number;
}

/** Left to pay of a statement when all is covered that is; never below 0. */
export const openFenOf = ({ outstandingFen, coveredFen }: StandingStatement): number =>
  Math.max(0, outstandingFen - coveredFen);

/** The state as people ask for it: `open` where nothing was paid yet. */
export const payStateOf = (statement: StandingStatement): StandingStatement['state'] | 'partlyPaid' =>
  statement.state === 'open' && statement.paidFen + statement.coveredFen > 0 ? 'partlyPaid' : statement.state;

/**
 * How a party stands on a day. What is on account, paid too much or credited beyond a statement covers the oldest open statements first. Nothing of
 * this is stored: it follows from what is.
 */
export function standingOf(statements: readonly OwedStatement[], onAccountFen: number, today: string): Standing {
  const sorted = [...statements].sort((a, b) => {
    const [left, right] = [a.dueDay ?? '', b.dueDay ?? ''];
    return left < right ? -1 : left > right ? 1 : a.id < b.id ? -1 : 1;
  });
  const rest = sorted.map(({ owedFen, paidFen }) => owedFen - paidFen);
  let creditFen = rest.reduce((sum, left) => sum + Math.max(0, -left), onAccountFen);
  return {
    statements: sorted.map((statement, index): StandingStatement => {
      const outstandingFen = rest[index] ?? 0;
      const coveredFen = Math.max(0, Math.min(outstandingFen, creditFen));
      creditFen -= coveredFen;
      const missing = outstandingFen - coveredFen;
      const late = statement.dueDay !== null && statement.dueDay < today && missing > statement.disputedFen;
      return { ...statement, outstandingFen, coveredFen, state: missing <= 0 ? 'paid' : late ? 'overdue' : 'open' };
    }),
    creditFen,
  };
}
