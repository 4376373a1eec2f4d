import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { Problem } from '../../schema/wire/api/problem.ts';
import { noticeTexts } from '../../schema/wire/notice-texts.ts';
import type { ApiEnv } from './context.ts';
import { problemKinds } from './problem.ts';
import { problemTextsZh } from './texts/problems-zh.ts';
import { sentenceInZh } from './texts/sentences-zh.ts';

export type Language = 'en' | 'zh';

/** What `Accept-Language` asks for: of Chinese and English the one it likes better; English where it says nothing. */
export const languageOf = (c: Context<ApiEnv>): Language =>
  accepts(c, {
    header: 'Accept-Language',
    supports: ['en', 'zh'],
    default: 'en',
    match: (wanted, { default: other }) => {
      const best = wanted
        .map(({ type, q }) => ({ language: type.split('-')[0]?.toLowerCase(), q }))
        .filter(({ language, q }) => q > 0 && (language === 'en' || language === 'zh'))
        .sort((a, b) => b.q - a.q);
      return best[0]?.language ?? other;
    },
  }) as Language;

/** A problem in words for people; codes, pointers and the like stay as they are. What is special about this one is not lost in translation. */
export function problemIn(language: Language, problem: Problem): Problem {
  const texts = language === 'zh' ? problemTextsZh[problem.code] : undefined;
  if (texts === undefined) return problem;
  const general = problem.detail === problemKinds[problem.code].explanation;
  const detail = general
    ? texts.explanation
    : (sentenceInZh(problem.detail) ?? `${texts.explanation}（${problem.detail}）`);
  return { ...problem, title: texts.title, detail };
}

/** What a bay waits for, in the language of the request; says in the answer which language that is. */
export function bayIn<B extends { waitingFor: string | null }>(c: Context<ApiEnv>, bay: B): B {
  if (sayLanguage(c) === 'en' || bay.waitingFor === null) return bay;
  return { ...bay, waitingFor: sentenceInZh(bay.waitingFor) ?? bay.waitingFor };
}

/** An alarm or incident in the language of the request: its kind in words, and what is special about this one as it was recorded. */
export function noticeIn<N extends { code: string; detail: string }>(c: Context<ApiEnv>, notice: N): N {
  if (sayLanguage(c) === 'en') return notice;
  const kind = noticeTexts[notice.code]?.zh;
  const detail = sentenceInZh(notice.detail) ?? (kind === undefined ? notice.detail : `${kind}（${notice.detail}）`);
  return { ...notice, detail };
}

/** The language of the request, which the answer then says it is in. */
export function sayLanguage(c: Context<ApiEnv>): Language {
  const language = languageOf(c);
  c.header('Content-Language', language);
  return language;
}
