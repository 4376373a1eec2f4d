import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSettings } from '../../src/platform/config.ts';
import { projectRoot } from '../../src/platform/paths.ts';

const languages = { English: 'README.md', Chinese: 'README.zh-CN.md' } as const;

const textOf = (name: string) => readFileSync(join(projectRoot, name), 'utf8');
const codeBlocks = (text: string) => text.match(/^```[\s\S]*?^```$/gm) ?? [];
const prose = (text: string) => text.replaceAll(/^```[\s\S]*?^```$/gm, '');
const headings = (text: string) => (prose(text).match(/^#+ /gm) ?? []).map((marks) => marks.length);
const tableRows = (text: string) =>
  (prose(text).match(/^\|.*\|$/gm) ?? []).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
const links = (text: string) => [...prose(text).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
const pictures = (text: string) => [...text.matchAll(/<img src="([^"]+)"/g)].map((match) => match[1] ?? '');
/** The rows whose first cell is a variable. */
const settingRows = (text: string) => tableRows(text).filter(([first]) => /^`[A-Z_]+`$/.test(first ?? ''));

const code = (value: string) => (value === '' ? '' : `\`${value}\``);

describe.each(Object.entries(languages))('the README in %s', (language, name) => {
  const text = textOf(name);

  test('has a table with every setting and its default, in order', () => {
    expect(settingRows(text).map(([variable, fallback]) => [variable, fallback])).toEqual(
      describeSettings().map(({ variable, fallback }) => [code(variable), code(fallback)]),
    );
  });

  test('says of each setting what it may be and what it means', () => {
    const rows = settingRows(text).map((cells) => cells.slice(2));
    if (language === 'English') {
      expect(rows).toEqual(describeSettings().map(({ allowed, meaning }) => [allowed, meaning]));
      return;
    }
    for (const [index, { allowed }] of describeSettings().entries()) {
      const [says = '', meaning] = rows[index] ?? [];
      expect(meaning).toMatch(/\p{Script=Han}/u);
      // The limits are the same in any language.
      expect(says.match(/\d+/g)).toEqual(allowed.match(/\d+/g));
    }
  });

  test('links to what is there', () => {
    expect(links(text).filter((target) => !existsSync(join(projectRoot, target)))).toEqual([]);
  });

  test('shows pictures of the console in its own language, at three sizes', () => {
    const shown = pictures(text);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
    const folder = `docs/screenshots/${language === 'English' ? 'en' : 'zh'}/`;
    const names = new Set(shown.map((path) => path.replace(/-(desk|tablet|phone)\.webp$/, '')));
    const wanted = [...names].flatMap((name) => ['desk', 'tablet', 'phone'].map((size) => `${name}-${size}.webp`));
    expect(shown).toEqual(wanted.filter((path) => path.startsWith(folder)));
  });

  test('says where each folder of the service is, and names none that is gone', () => {
    const named = tableRows(text).flatMap(([first = '']) => first.match(/(?<=`)src\/[a-z-]+(?=`)/g) ?? []);
    const there = readdirSync(join(projectRoot, 'src'), { withFileTypes: true }).filter((each) => each.isDirectory());
    expect(named.toSorted()).toEqual(there.map((each) => `src/${each.name}`).toSorted());
  });

  test('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('the two READMEs', () => {
  const [english, chinese] = [textOf(languages.English), textOf(languages.Chinese)];

  test('have the same headings, tables and links', () => {
    expect(headings(chinese)).toEqual(headings(english));
    expect(tableRows(chinese).map((cells) => cells.length)).toEqual(tableRows(english).map((cells) => cells.length));
    const targets = (text: string) => links(text).filter((target) => !target.startsWith('README'));
    expect(targets(chinese)).toEqual(targets(english));
  });

  test('show the same transcripts, commands and pictures', () => {
    expect(codeBlocks(chinese)).toEqual(codeBlocks(english));
    expect(codeBlocks(english).length).toBeGreaterThan(5);
  });
});
