import { packCode, vin } from '../../../schema/wire/ids.ts';

/** Pack codes and VINs that stand anywhere in a value. */
export function codesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    if (isCode(value)) found.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) codesIn(item, found);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (isCode(key)) found.add(key);
      codesIn(item, found);
    }
  }
  return found;
}

export const isVin = (code: string): boolean => code.length === 17;

const isCode = (text: string): boolean =>
  (text.length === 24 && packCode.safeParse(text).success) || (text.length === 17 && vin.safeParse(text).success);
