/**
 * The accounts of the ledger: one closed list. An account is a text, so that a transfer needs no table of accounts; organisations and cars are
 * named inside it.
 */
export type Account =
  /** What a lessee owes. */
  | `receivable:${string}`
  /** What the driver of a car without lessee owes. */
  | `receivable:vehicle:${string}`
  /** What we hold of a lessee until the lease ends. */
  | `deposit:${string}`
  /** What we owe an owner of packs for their use. */
  | `payable:${string}`
  | (typeof ownAccounts)[number];

const ownAccounts = [
  'revenue:energy',
  'revenue:service',
  'revenue:parking',
  /** Lease fees of packs that are the operator's own. */
  'revenue:lease',
  /** What sites did not have to buy because of second-life packs. */
  'revenue:secondLife',
  'cost:energy',
  'payable:grid',
  'cash:bank',
  /** Money that came in and that nobody could be found for yet. */
  'suspense:payments',
] as const;

export type AccountParts =
  | { kind: 'receivable' | 'deposit' | 'payable'; organisation: string }
  | { kind: 'vehicle'; vin: string }
  | { kind: 'own'; account: (typeof ownAccounts)[number] };

/** Whose balance grows with what it is credited. */
export const isCreditAccount = (account: Account): boolean => !/^(receivable|cost|cash):/.test(account);

const organisationForm = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const vinForm = /^[A-HJ-NPR-Z0-9]{17}$/;

/** What an account's text says; null: no account of this ledger. */
export function parseAccount(text: string): AccountParts | null {
  const own = ownAccounts.find((account) => account === text);
  if (own) return { kind: 'own', account: own };
  const [kind = '', first = '', second, ...more] = text.split(':');
  if (kind === 'receivable' && first === 'vehicle' && second !== undefined && more.length === 0)
    return vinForm.test(second) ? { kind: 'vehicle', vin: second } : null;
  if (second !== undefined || !organisationForm.test(first)) return null;
  return kind === 'receivable' || kind === 'deposit' || kind === 'payable' ? { kind, organisation: first } : null;
}

/** Whoever pays: the lessee, or the driver of a car without one. */
export const receivableOf = ({ lessee, vin }: { lessee: string | null; vin: string }): Account =>
  lessee === null ? checked(`receivable:vehicle:${vin}`, 'vehicle') : checked(`receivable:${lessee}`, 'receivable');

export const depositOf = (lessee: string): Account => checked(`deposit:${lessee}`, 'deposit');

/** Throws for an organisation named `grid`: that account is the electricity supplier's. */
export const payableTo = (owner: string): Account => checked(`payable:${owner}`, 'payable');

function checked(account: Account, kind: AccountParts['kind']): Account {
  if (parseAccount(account)?.kind !== kind) throw new RangeError(`${account} is no account`);
  return account;
}
