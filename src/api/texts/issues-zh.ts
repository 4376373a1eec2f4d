import { z } from 'zod';

type Issue = z.core.$ZodIssue;

const english = z.locales.en().localeError;
const chinese = z.locales.zhCN().localeError;

/** An issue no longer holds what came; its message says of what type that was, and the other language wants to see such a thing. */
const samples: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  string: '',
  number: 0,
  NaN: Number.NaN,
  boolean: false,
  array: [],
  object: {},
};

/** What the schema library says of an issue, in Chinese. Null: the message is one of ours, which is found elsewhere or stays. */
export function issueInZh(issue: Issue): string | null {
  const received = /received (\w+)$/.exec(issue.message)?.[1] ?? '';
  const raw = { ...issue, input: samples[received] } as z.core.$ZodRawIssue;
  return textOf(english(raw)) === issue.message ? textOf(chinese(raw)) : null;
}

const textOf = (said: string | { message: string } | undefined | null): string | null =>
  typeof said === 'string' ? said : (said?.message ?? null);
