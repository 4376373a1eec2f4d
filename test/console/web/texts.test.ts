import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Texts, TextTree } from '../../../src/console/web/i18n/texts.ts';
import { projectRoot } from '../../../src/platform/paths.ts';
import { listed } from './listed.ts';

const folder = join(projectRoot, 'src/console/web');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));

/** Every `defineTexts` of the console. */
async function allTexts(): Promise<Texts<TextTree>[]> {
  const files = sources.filter(({ path, text }) => path !== 'i18n/texts.ts' && text.includes('defineTexts('));
  const modules = await Promise.all(files.map(({ path }) => import(join(folder, path)) as Promise<object>));
  return modules.flatMap((module) => Object.values(module).filter(isTexts));
}
const isTexts = (value: unknown): value is Texts<TextTree> =>
  typeof value === 'object' && value !== null && 'namespace' in value && 'en' in value && 'zh' in value;

const all = await allTexts();
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name).toSorted();
const han = /\p{Script=Han}/u;

describe('the texts of the console', () => {
  test('are found, each under a name of its own', () => {
    expect(all.length).toBeGreaterThan(3);
    expect(new Set(all.map(({ namespace }) => namespace)).size).toBe(all.length);
  });

  describe.each(all.map((texts) => [texts.namespace, texts] as const))('%s', (_name, { en, zh }) => {
    const english = listed(en);
    const chinese = listed(zh as TextTree);

    test('has the same keys in both languages, but for forms of number that Chinese has not', () => {
      const named = (texts: ReadonlyMap<string, string>) => [
        ...new Set([...texts.keys()].map((key) => key.replace(/_(one|other)$/, ''))),
      ];
      expect(named(chinese).toSorted()).toEqual(named(english).toSorted());
    });

    test('names the same values in both, and says something', () => {
      for (const [key, text] of english) {
        const other =
          chinese.get(key) ??
          chinese.get(key.replace(/_(one|other)$/, '')) ??
          chinese.get(key.replace(/_one$/, '_other'));
        expect(text.trim(), key).not.toBe('');
        expect(other?.trim(), key).not.toBe('');
        // One of something may be said without the number.
        if (!key.endsWith('_one')) expect(placeholders(other ?? ''), key).toEqual(placeholders(text));
      }
    });

    test('is English in English', () => {
      expect([...english].filter(([, text]) => han.test(text)).map(([key]) => key)).toEqual([]);
    });
  });
});
