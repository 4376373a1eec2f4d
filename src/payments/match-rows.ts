import {
  type Allocation,
  allocate,
  type PartyAccount,
  withAllocations,
} from '../../machines/settlement/match-payment.ts';
import { type NamedStatement, statementsNamed } from '../../machines/settlement/remittance.ts';
import type { FileLine } from '../../schema/wire/settlement/payment.ts';
import type { FileProblem, ReadPayment, Row } from './formats/format.ts';

/** Whose account it is. */
export interface KnownPayer {
  organisation: string;
  /** Then the money only moves between our own accounts. */
  isOperator: boolean;
}

/** What was known when a file came. */
export interface FileFacts {
  /** Payments of the file that were taken before, by id. */
  known: ReadonlyMap<string, { amountFen: number }>;
  /** By account. */
  payers: ReadonlyMap<string, KnownPayer>;
  /** Of the months that the file names. */
  statements: readonly NamedStatement[];
}

export type Owner = { party: string; named: string[]; reason: 'statementNumber' | 'payerAccount' };

/** Whose a payment is: by the statements it names, else by the account it comes from; else why nobody's. */
export function ownerOf({ reference, payer }: ReadPayment, { payers, statements }: FileFacts): Owner | string {
  const named = statementsNamed(reference, statements);
  const parties = new Set(named.map(({ party }) => party));
  const [party] = parties;
  if (parties.size > 1) return `names statements of several parties: ${named.map(({ id }) => id).join(', ')}`;
  if (party !== undefined) return { party, named: named.map(({ id }) => id), reason: 'statementNumber' };
  const known = payers.get(payer);
  if (known) return { party: known.organisation, named: [], reason: 'payerAccount' };
  return payer === ''
    ? 'names no statement, and the account is not told'
    : 'names no statement, and the account is nobody’s';
}

export interface TakenPayment extends ReadPayment {
  line: number;
}

export interface TakenMatch extends Allocation {
  payment: string;
  n: number;
  party: string;
  reason: string;
  paidAt: number;
}

export interface FilePlan {
  problems: FileProblem[];
  lines: FileLine[];
  taken: TakenPayment[];
  matches: TakenMatch[];
}

/**
 * What becomes of each row of a file: nothing but arithmetic over what is known. Money is spread in the order in which it was paid, whatever the order of
 * the rows.
 */
export function matchRows(
  rows: readonly Row[],
  facts: FileFacts,
  accounts: ReadonlyMap<string, PartyAccount>,
): FilePlan {
  const plan: FilePlan = { problems: [], lines: [], taken: [], matches: [] };
  const owners = new Map<string, Owner>();
  const first = new Map<string, number>();
  const known = new Map(facts.known);
  for (const row of rows) {
    const { line } = row;
    if (!('payment' in row)) {
      plan.lines.push({ line, outcome: 'ignored', payment: null, reason: row.ignored });
      continue;
    }
    const { payment } = row;
    const before = known.get(payment.id);
    if (before !== undefined && before.amountFen !== payment.amountFen)
      plan.problems.push(otherAmount(row.line, payment, before));
    else if (before !== undefined) {
      const reason = first.has(payment.id) ? `stands in line ${first.get(payment.id)}` : 'taken before';
      plan.lines.push({ line, outcome: 'known', payment: payment.id, reason });
    } else if (facts.payers.get(payment.payer)?.isOperator) {
      plan.lines.push({ line, outcome: 'ignored', payment: null, reason: 'moved between our own accounts' });
    } else {
      known.set(payment.id, payment);
      first.set(payment.id, line);
      plan.taken.push({ ...payment, line });
      const owner = ownerOf(payment, facts);
      if (typeof owner === 'string') plan.lines.push({ line, outcome: 'suspense', payment: payment.id, reason: owner });
      else {
        owners.set(payment.id, owner);
        plan.lines.push({ line, outcome: 'matched', payment: payment.id, reason: owner.reason });
      }
    }
  }
  plan.matches.push(...spread(plan.taken, owners, accounts));
  return plan;
}

const otherAmount = (line: number, { id, amountFen }: ReadPayment, before: { amountFen: number }): FileProblem => ({
  line,
  column: '',
  reason: `${id} was taken with ${before.amountFen} fen, and is ${amountFen} fen here`,
});

function spread(
  taken: readonly TakenPayment[],
  owners: ReadonlyMap<string, Owner>,
  accounts: ReadonlyMap<string, PartyAccount>,
): TakenMatch[] {
  const current = new Map(accounts);
  const inTime = [...taken].sort((a, b) => a.paidAt - b.paidAt || (a.id < b.id ? -1 : 1));
  return inTime.flatMap(({ id, amountFen, paidAt }) => {
    const owner = owners.get(id);
    if (owner === undefined) return [];
    const { party, named, reason } = owner;
    const account = current.get(party) ?? { statements: [], onAccountFen: 0 };
    const parts = allocate(amountFen, account, named);
    current.set(party, withAllocations(account, parts));
    return parts.map((part, at) => ({ ...part, payment: id, n: at + 1, party, reason, paidAt }));
  });
}
