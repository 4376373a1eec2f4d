import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import type { ApiEnv } from './context.ts';
import { ApiError } from './problem.ts';
import { json } from './route.ts';

/** What a row that people change says of its version: `edition` counts their changes. */
export const etagOf = (edition: number): string => `"${edition}"`;

/** Request headers of a change to something that has an `edition`; spread into the route's own if it has others. */
export const ifMatch = z.object({
  'if-match': z.string().max(200).optional().openapi({
    description:
      'The `ETag` of the thing as you have seen it, or `*` for whatever it is now. Without it: 428. When it has changed since: 412, with `current`.',
    example: '"3"',
  }),
});

/** Request headers of a route that answers with one thing. */
export const ifNoneMatch = z.object({
  'if-none-match': z.string().max(2000).optional().openapi({
    description: 'The `ETag` of what you have: answered with 304 and no body while it is the same.',
  }),
});

/** Response headers that carry the version. */
export const etagHeader = {
  ETag: {
    description: 'Version of the thing; for `If-Match` and `If-None-Match`.',
    schema: { type: 'string' as const },
  },
};

/** The answers of a route that ends with `answerOne`. */
export const oneAnswer = <T extends z.ZodType>(schema: T, description: string) => ({
  200: { ...json(schema, description), headers: etagHeader },
  304: { description: 'You have it as it is.', headers: etagHeader },
});

/** The refusals of a change with `If-Match`, for `problems(…)`. */
export const ifMatchProblems = ['precondition-required', 'precondition-failed'] as const;

/** The editions a change is meant for; null: whichever. @throws 428 without the header. */
export function expectedEditions(c: Context<ApiEnv>): number[] | null {
  const header = c.req.header('if-match')?.trim();
  if (!header) throw new ApiError('precondition-required');
  if (header === '*') return null;
  // A weak tag never matches here, and what is no tag of ours matches nothing.
  return header.split(',').flatMap((tag) => {
    const [, digits] = /^"(\d{1,9})"$/.exec(tag.trim()) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
}

/** The condition for the statement: a check made before it would let two people change the same edition. */
export function editionIs(column: PgColumn, expected: readonly number[] | null): SQL {
  if (expected === null) return sql`true`;
  return expected.length === 0 ? sql`false` : inArray(column, [...expected]);
}

/** The refusal when the row is there and its edition is another. `current` is the thing as the API shows it. */
export const staleEdition = (current: object, edition: number): ApiError =>
  new ApiError('precondition-failed', undefined, { current, headers: { ETag: etagOf(edition) } });

/**
 * Answers a GET of one thing: 304 when the client has it. Without an edition the tag is made of the content, and is weak: it is the same thing
 * in any writing.
 */
export function answerOne<T extends object>(c: Context<ApiEnv>, thing: T, edition?: number): Fresh<T> {
  const text = JSON.stringify(thing);
  const tag = edition === undefined ? `W/"${digest(text)}"` : etagOf(edition);
  c.header('ETag', tag);
  if (holds(c.req.header('if-none-match'), tag)) return c.body(null, 304) as never;
  return c.body(text, 200, { 'Content-Type': 'application/json' }) as never;
}

/** Written out, because a declaration file cannot hold what the compiler infers. */
type Fresh<T> =
  | (Response & TypedResponse<JSONParsed<T>, 200, 'json'>)
  | (Response & TypedResponse<object, 304, string>);

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Weak comparison (RFC 9110, 8.8.3.2). */
function holds(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = (text: string) => text.trim().replace(/^W\//, '');
  return header.split(',').some((each) => opaque(each) === opaque(tag));
}
