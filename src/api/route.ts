import { z } from '@hono/zod-openapi';
import { type ProblemCode, problem } from '../../schema/wire/api/problem.ts';
import { isStorable } from './cursor.ts';
import { problemKinds } from './problem.ts';

/** A JSON answer, for the `responses` of a route. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A required JSON body, for the `request` of a route. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

/** The refusals of a route with a JSON body, for `problems(…)`. */
export const bodyProblems = ['malformed-json', 'invalid-body', 'payload-too-large', 'unsupported-media-type'] as const;

type StatusOf<C extends ProblemCode> = (typeof problemKinds)[C]['status'];
export interface ProblemResponse {
  description: string;
  content: { 'application/problem+json': { schema: typeof problem } };
}

/** The refusals of a route, for its `responses`. Those that every route has (401, 403, 503, …) are added here. */
export function problems<const C extends ProblemCode[]>(
  ...codes: C
): Record<StatusOf<C[number]> | 401 | 403 | 500 | 503, ProblemResponse> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...codes, 'unauthenticated', 'forbidden', 'internal', 'unavailable'] as ProblemCode[]) {
    const { status } = problemKinds[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus].map(([status, these]) => [
    status,
    {
      description: these.map((code) => `\`${code}\`: ${problemKinds[code].title}.`).join(' '),
      content: { 'application/problem+json': { schema: problem } },
    },
  ]);
  return Object.fromEntries(entries);
}

/** Body and parameter schemas share this: an instant in UTC, or with an offset. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine(isStorable, 'must be between the years 1970 and 9999')
  .openapi({ example: '2026-05-01T08:30:00Z' });
