import type { Hook } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { FieldError } from '../../schema/wire/api/problem.ts';
import type { ApiEnv } from './context.ts';
import { ApiError } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** What every route does with input that its schema refuses. A malformed id in the path is simply not found. */
export const refuseInvalid: Hook<unknown, ApiEnv, string, unknown> = (result) => {
  if (result.success) return;
  const issues = result.error.issues;
  if (result.target === 'json' || result.target === 'form') {
    throw new ApiError('invalid-body', sentence('The body', issues), { errors: issues.flatMap(pointersOf) });
  }
  const errors = issues.flatMap(parametersOf);
  if (result.target === 'param') throw new ApiError('not-found', 'There is nothing under this id.', { errors });
  throw new ApiError('invalid-parameter', sentence('A parameter', issues), { errors });
};

function sentence(subject: string, issues: readonly Issue[]): string {
  const [first] = issues;
  if (!first) return `${subject} is not valid.`;
  const where = first.path.length > 0 ? ` at ${first.path.join('.')}` : '';
  return `${subject} is not valid${where}: ${first.message}`;
}

/** RFC 6901; a key nobody knows is pointed at itself. */
function pointersOf(issue: Issue): FieldError[] {
  return pathsOf(issue).map(({ path, detail }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail,
  }));
}

function parametersOf(issue: Issue): FieldError[] {
  return pathsOf(issue).map(({ path, detail }) => ({ parameter: path.map(String).join('.'), detail }));
}

function pathsOf(issue: Issue): { path: PropertyKey[]; detail: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], detail: 'is not known here' }));
  }
  return [{ path: issue.path, detail: issue.message }];
}
