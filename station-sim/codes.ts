import { createRandom, type Random } from './random.ts';

const dayLetters = '123456789ABCDEFGHJKLMNPRSTUVWXY';
const alphanumerics = '0123456789ABCDEFGHJKLMNPRSTUVWXYZ';

const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const vinValues: Record<string, number> = Object.fromEntries([
  ...[...'0123456789'].map((digit) => [digit, Number(digit)]),
  ...[...'ABCDEFGH'].map((letter, i) => [letter, i + 1]),
  ...[...'JKLMN'].map((letter, i) => [letter, i + 1]),
  ['P', 7],
  ['R', 9],
  ...[...'STUVWXYZ'].map((letter, i) => [letter, i + 2]),
]);

/**
 * A GB/T 34014 code of a ternary pack (`PE`), of the invented manufacturer `PLN`. The traceability part is drawn from the station's
 * name and the serial counts up, so codes of different stations differ.
 */
export function packCodeOf(scope: string, serial: number): string {
  const random = createRandom(`pack-code/${scope}`);
  const trace = Array.from({ length: 7 }, () => random.pick([...alphanumerics])).join('');
  const made = createRandom(`pack-made/${scope}/${serial}`);
  const date = `${made.pick(['E', 'F'])}${made.pick([...'123456789ABC'])}${dayLetters[made.int(0, 27)]}`;
  return `PLNPE50${trace}${date}${String(serial).padStart(7, '0')}`;
}

/** A VIN with a correct check digit. The prefix is not assigned to any manufacturer. */
export function vinOf(random: Random, serial: number): string {
  const middle = Array.from({ length: 5 }, () => random.pick([...alphanumerics])).join('');
  const raw = `LPT${middle}0S${random.pick([...'ABCDEF'])}${String(serial).padStart(6, '0')}`;
  return raw.slice(0, 8) + vinCheckDigit(raw) + raw.slice(9);
}

/** Position 9 of a VIN (ISO 3779 as required in China): weighted sum modulo 11, ten is `X`. */
export function vinCheckDigit(vin: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += (vinValues[vin[i] ?? '0'] ?? 0) * (vinWeights[i] ?? 0);
  const digit = sum % 11;
  return digit === 10 ? 'X' : String(digit);
}
