import { z } from 'zod';

/** I, O, Q and Z are never used for a year or a day. */
const dateLetters = 'ABCDEFGHJKLMNPRSTUVWXY';
const dateClass = `1-9${dateLetters}`;

const packForm = new RegExp(
  `^([A-Z0-9]{3})([PMC])([A-GZ])([A-Z0-9]{2})([A-Z0-9]{7})([${dateClass}])([1-9A-C])([${dateClass}])([0-9]{7})$`,
);
const cascadeForm = new RegExp(
  `^([A-Z0-9]{3})([PMC])([A-GZ])([A-Z0-9]{2})([${dateClass}])([1-9A-C])([${dateClass}])([0-9]{7})R([PMC])$`,
);

/**
 * Code of a product for cascade use (second life), GB/T 34014-2017: 19 characters, without the traceability part and with `R` and the product
 * type at the end. The standard's text says 18; its own structure has 19. The original code is kept beside it.
 */
export const cascadeCode = z
  .string()
  .regex(cascadeForm, 'must be a 19-character GB/T 34014 code of a cascade product')
  .refine((code) => decodeBatteryCode(code)?.madeOn != null, 'must hold a day that exists');

const products = { P: 'pack', M: 'module', C: 'cell' } as const;

/** The letters are those in common use; none is refused for what it means. */
const types: Readonly<Record<string, string>> = {
  A: 'NiMH',
  B: 'LFP',
  C: 'LMO',
  D: 'LCO',
  E: 'NCM',
  F: 'supercapacitor',
  G: 'LTO',
  Z: 'other',
};

export interface BatteryCodeParts {
  manufacturer: string;
  product: 'pack' | 'module' | 'cell';
  type: string;
  specification: string;
  /** Null for a cascade product. */
  traceability: string | null;
  /** `2024-03-17`; null when the code names a day that no calendar has. */
  madeOn: string | null;
  serial: string;
  cascade: boolean;
}

/** What a code says, or null when it is not built like one. There is no check digit: only the structure can be judged. */
export function decodeBatteryCode(code: string): BatteryCodeParts | null {
  const cascade = cascadeForm.exec(code);
  const match = cascade ?? packForm.exec(code);
  if (!match) return null;
  const [, manufacturer = '', product = 'P', type = 'Z', specification = ''] = match;
  const [year = '', month = '', day = '', serial = ''] = match.slice(cascade ? 5 : 6);
  return {
    manufacturer,
    product: products[(cascade ? match[9] : product) as keyof typeof products],
    type: types[type] ?? 'other',
    specification,
    traceability: cascade ? null : (match[5] ?? null),
    madeOn: dateOf(year, month, day),
    serial,
    cascade: cascade !== null,
  };
}

/** 1 to 9, then the letters: A is 10. */
const ordinal = (mark: string): number => (mark <= '9' ? Number(mark) : 10 + dateLetters.indexOf(mark));

/** The year 1 is 2011, the first after the code came into use. */
function dateOf(year: string, month: string, day: string): string | null {
  const date = new Date(Date.UTC(2010 + ordinal(year), ordinal(month) - 1, ordinal(day)));
  return date.getUTCDate() === ordinal(day) ? date.toISOString().slice(0, 10) : null;
}

/**
 * The code of a cascade product made of a pack: type and specification are the original's, the day is the one it was made on for its second
 * life. Null: the original's code, or the day, is none.
 */
export function cascadeCodeOf(of: {
  manufacturer: string;
  original: string;
  day: string;
  serial: number;
}): string | null {
  const original = packForm.exec(of.original);
  const [year = 0, month = 0, day = 0] = of.day.split('-').map(Number);
  if (!original) return null;
  const [, , product = '', type = '', specification = ''] = original;
  const date = [year - 2010, month, day].map(markOf).join('');
  const serial = String(of.serial).padStart(7, '0');
  const code = `${of.manufacturer}${product}${type}${specification}${date}${serial}R${product}`;
  return cascadeCode.safeParse(code).success ? code : null;
}

const markOf = (ordinal: number): string => (ordinal <= 9 ? String(ordinal) : (dateLetters[ordinal - 10] ?? ''));
