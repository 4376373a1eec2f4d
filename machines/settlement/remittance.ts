/** A statement that a payer may have named. */
export interface NamedStatement {
  /** `s-2026-08-blue-taxi` */
  id: string;
  /** `2026-08` */
  month: string;
  party: string;
}

/** What people and banks put in the place of a hyphen. */
const gap = '[\\s\\-_./]*';
const numberStart = new RegExp(`(?<![a-z0-9])s${gap}(20[0-9]{2})${gap}(0[1-9]|1[0-2])${gap}(?=[a-z0-9])`, 'g');

/** As people write it: full-width letters, capitals and several spaces are the same to us. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[‐-―−]/g, '-');

/** Months whose statements a text may name. */
export const monthsNamed = (text: string): string[] => [
  ...new Set([...plainText(text).matchAll(numberStart)].map(([, year, month]) => `${year}-${month}`)),
];

/**
 * Which of some statements a remittance text names: by their number, with hyphens, spaces or nothing between its parts, in capitals or not. Where
 * one number begins with another, the longer one is meant; a number that goes on with other letters is none.
 */
export function statementsNamed<T extends NamedStatement>(text: string, statements: readonly T[]): T[] {
  const plain = plainText(text);
  const found = new Map<string, T>();
  for (const { 0: start, index, 1: year, 2: month } of plain.matchAll(numberStart)) {
    const rest = plain.slice(index + start.length);
    const fits = statements.flatMap((each) => {
      const length = each.month === `${year}-${month}` ? lengthOf(each.party, rest) : 0;
      return length > 0 ? [{ each, length }] : [];
    });
    const longest = Math.max(...fits.map(({ length }) => length));
    const [only, ...others] = fits.filter(({ length }) => length === longest);
    if (only !== undefined && others.length === 0) found.set(only.each.id, only.each);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** How much of the text's beginning is the party's name; 0: it is not. */
function lengthOf(party: string, text: string): number {
  const name = party.split('-').join(gap);
  return new RegExp(`^${name}(?![a-z0-9]|-[a-z0-9])`).exec(text)?.[0].length ?? 0;
}

/** An account number as it is compared: without spaces, letters small. Empty where it is masked or missing. */
export function plainAccount(text: string): string {
  const account = text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
  return account.length < 4 || account.length > 100 || account.includes('*') ? '' : account;
}
