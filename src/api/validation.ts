import type { Hook } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { FieldError } from '../../schema/wire/api/problem.ts';
import type { ApiEnv } from './context.ts';
import { type Language, languageOf } from './language.ts';
import { ApiError } from './problem.ts';
import { issueInZh } from './texts/issues-zh.ts';

type Issue = z.core.$ZodIssue;

/** What every route does with input that its schema refuses. A malformed id in the path is simply not found. */
export const refuseInvalid: Hook<unknown, ApiEnv, string, unknown> = (result, c) => {
  if (result.success) return;
  const language = languageOf(c);
  const issues = result.error.issues.map((issue) => said(issue, language));
  if (result.target === 'json' || result.target === 'form') {
    throw new ApiError('invalid-body', sentence('The body', issues), {
      errors: issues.flatMap((issue) => pointersOf(issue, language)),
    });
  }
  const errors = issues.flatMap((issue) => parametersOf(issue, language));
  if (result.target === 'param') throw new ApiError('not-found', 'There is nothing under this id.', { errors });
  throw new ApiError('invalid-parameter', sentence('A parameter', issues), { errors });
};

/** What the schema library says it can say in both languages; what our schemas say stays as it is. */
const said = (issue: Issue, language: Language): Issue =>
  language === 'zh' ? { ...issue, message: issueInZh(issue) ?? issue.message } : issue;

function sentence(subject: string, issues: readonly Issue[]): string {
  const [first] = issues;
  if (!first) return `${subject} is not valid.`;
  const where = first.path.length > 0 ? ` at ${first.path.join('.')}` : '';
  return `${subject} is not valid${where}: ${first.message}`;
}

/** RFC 6901; a key nobody knows is pointed at itself. */
function pointersOf(issue: Issue, language: Language): FieldError[] {
  return pathsOf(issue, language).map(({ path, detail }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail,
  }));
}

function parametersOf(issue: Issue, language: Language): FieldError[] {
  return pathsOf(issue, language).map(({ path, detail }) => ({ parameter: path.map(String).join('.'), detail }));
}

const notKnown: Readonly<Record<Language, string>> = { en: 'is not known here', zh: '此处没有这一项' };

function pathsOf(issue: Issue, language: Language): { path: PropertyKey[]; detail: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], detail: notKnown[language] }));
  }
  return [{ path: issue.path, detail: issue.message }];
}
