import { cascadeCode } from '../../../schema/wire/pack-code.ts';

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

/** Codes of products of a second life (GB/T 34014) that stand anywhere in a value. */
export function cascadeCodesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    if (value.length === 19 && cascadeCode.safeParse(value).success) found.add(value);
  } else if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) cascadeCodesIn(item, found);
  }
  return found;
}

export const isVin = (code: string): boolean => code.length === 17;

/** Length and first look are enough here: a text that only looks like a code is asked for in vain, and that is all. */
const isCode = (text: string): boolean =>
  (text.length === 24 && text[3] === 'P' && codeLike.test(text)) || (text.length === 17 && codeLike.test(text));

const codeLike = /^[A-Z0-9]+$/;
