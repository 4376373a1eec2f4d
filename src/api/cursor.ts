import { z } from '@hono/zod-openapi';
import { isSafeText } from '../../schema/wire/ids.ts';
import { ApiError } from './problem.ts';

export const maxLimit = 200;

/** Query parameters of every list. Strict, so that a mistyped filter is refused and not ignored. */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxLimit)
    .default(50)
    .openapi({
      type: 'integer',
      description: `Items per page, at most ${maxLimit}.`,
    }),
  cursor: z.string().max(512).optional().openapi({
    description: '`nextCursor` of the page before. Opaque; valid only for the same list with the same filters.',
  }),
});

/** One page: the items, and where the next one starts (null: this was the last). */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.union([z.string(), z.null()]),
  });

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The year 0 is an instant to JavaScript and an error to the database. What is no instant at all is refused elsewhere. */
export const isStorable = (text: string): boolean => !(Date.parse(text) < 0);

/** An instant inside a cursor. */
export const cursorInstant = z.iso.datetime().refine(isStorable);

/**
 * A codec for the cursors of one list: the sort key of the last row. `list` is part of the cursor, so that one list refuses
 * another's.
 */
export function cursorCodec<T extends z.ZodType>(list: string, key: T) {
  const form = z.tuple([z.literal(list), key]);
  return {
    encode: (value: z.output<T>): string => Buffer.from(JSON.stringify([list, value])).toString('base64url'),
    decode(text: string | undefined): z.output<T> | null {
      if (text === undefined) return null;
      const parsed = form.safeParse(decodeJson(text));
      if (parsed.success) return parsed.data[1] as z.output<T>;
      throw new ApiError('invalid-parameter', 'The cursor is not one this list gave.', {
        errors: [{ parameter: 'cursor', detail: 'must be the nextCursor of a page of this list' }],
      });
    },
  };
}

function decodeJson(text: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  const json = Buffer.from(text, 'base64url').toString();
  if (!isSafeText(json)) return null;
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** Cuts the extra row that a query for `limit + 1` brought, and turns it into a cursor. */
export function toPage<R, T>(rows: R[], limit: number, cursorOf: (row: R) => string, itemOf: (row: R) => T): Page<T> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(itemOf),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}
