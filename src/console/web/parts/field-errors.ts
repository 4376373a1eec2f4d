import type { ReactNode } from 'react';
import { Problem } from '../api/problem.ts';

/** What the service says against a field, by its pointer such as `/weightKg`; null: nothing. */
export type ErrorAt = (pointer: string) => string | null;

/** Fields of a dialog: plain, or with what the service says against each of them. */
export type Fields = ReactNode | ((errorAt: ErrorAt) => ReactNode);

/**
 * Draws the fields with their errors. `elsewhere`: what stands at none of them, and has to be shown with the refusal; asked for after the fields have
 * been drawn, which ask for their own then.
 */
export function drawFields(fields: Fields, error: unknown) {
  const against = error instanceof Problem ? error.fields : [];
  if (typeof fields !== 'function') return { drawn: fields, elsewhere: () => against };
  const shown = new Set<string | undefined>();
  const drawn = fields((pointer) => {
    const found = against.find((each) => each.pointer === pointer);
    if (found) shown.add(pointer);
    return found?.detail ?? null;
  });
  return { drawn, elsewhere: () => against.filter(({ pointer }) => !shown.has(pointer)) };
}
