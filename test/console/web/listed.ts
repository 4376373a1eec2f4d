import type { TextTree } from '../../../src/console/web/i18n/texts.ts';

/** Each text under its whole key, `a.b.c`. */
export function listed(tree: TextTree, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(`${before}${name}`, value);
    else for (const [key, text] of listed(value, `${before}${name}.`)) found.set(key, text);
  }
  return found;
}
