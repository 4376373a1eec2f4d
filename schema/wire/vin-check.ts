/** ISO 3779: what each letter counts in the sum. I, O and Q are not used. */
const values: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...'0123456789'].map((digit) => [digit, Number(digit)])),
  ...Object.fromEntries([...'ABCDEFGH'].map((letter, at) => [letter, at + 1])),
  ...Object.fromEntries([...'JKLMN'].map((letter, at) => [letter, at + 1])),
  P: 7,
  R: 9,
  ...Object.fromEntries([...'STUVWXYZ'].map((letter, at) => [letter, at + 2])),
};
const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** What stands at position 9 of a sound VIN: the weighted sum modulo 11, ten as `X`. */
export function vinCheckDigit(vin: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * (values[vin[at] ?? ''] ?? 0), 0);
  return sum % 11 === 10 ? 'X' : String(sum % 11);
}

/**
 * Whether the check digit is right. China (VINs that begin with L) demands one: there a wrong one is an `error`, a slip of the pen. Elsewhere it
 * may be any character, and a mismatch is only a `warning`.
 */
export function judgeVin(vin: string): 'ok' | 'warning' | 'error' {
  if (vin[8] === vinCheckDigit(vin)) return 'ok';
  return vin.startsWith('L') ? 'error' : 'warning';
}
