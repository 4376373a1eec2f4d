import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/platform/paths.ts';
import { files, lineOf, parse, type Source, sources } from './sources.ts';

const longestFile = 400;
/** A table of stories is read one story at a time. */
const longestTest = 500;
const longestFunction = 50;
/** Markup takes a line for what a call says in a word. */
const longestComponent = 75;

/** Long functions that would be harder to read in pieces. */
const longForAReason: Readonly<Record<string, string>> = {
  'src/engine/station/effects.ts': 'one exhaustive switch over all effects',
  'src/engine/metrics.ts': 'a table of metrics',
  'src/engine/engine.ts': 'wires the parts of a worker',
  'src/engine/intake.ts': 'a factory whose small functions share its state',
  'src/engine/lane.ts': 'a factory whose small functions share its state',
  'machines/station/draft.ts': 'a factory whose small functions share its state',
};

interface Span {
  start: number;
  end: number;
}

/** Functions with the number of lines that are their own: a function inside a function counts for itself. */
function longFunctions(source: Source): string[] {
  const spans: Span[] = [];
  const add = ({ start, end }: Span) => {
    spans.push({ start, end });
  };
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(
    parse(source).program,
  );
  return spans.flatMap((span) => {
    const inner = spans.filter((other) => other !== span && other.start >= span.start && other.end <= span.end);
    const outermost = inner.filter((a) => !inner.some((b) => b !== a && b.start <= a.start && b.end >= a.end));
    const lines = linesOf(source.text, span) - outermost.reduce((sum, each) => sum + linesOf(source.text, each) - 1, 0);
    return lines > (source.path.endsWith('.tsx') ? longestComponent : longestFunction)
      ? [`${source.path}:${lineOf(source.text, span.start)} has a function of ${lines} lines`]
      : [];
  });
}

function linesOf(text: string, { start, end }: Span): number {
  return text.slice(start, end).split('\n').length;
}

describe('shape', () => {
  test(`no source has more than ${longestFile} lines, no test more than ${longestTest}`, () => {
    const long = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
    const most = (path: string) => (path.startsWith('test/') ? longestTest : longestFile);
    expect(long.filter(({ path, lines }) => lines > most(path))).toEqual([]);
  });

  test(`no function of the program has more than ${longestFunction} lines of its own`, () => {
    const judged = sources.filter(({ path }) => !path.startsWith('test/') && !(path in longForAReason));
    expect(judged.flatMap(longFunctions)).toEqual([]);
    const needless = sources.filter((source) => source.path in longForAReason && longFunctions(source).length === 0);
    expect(needless.map(({ path }) => path)).toEqual([]);
  });

  test('file names are in kebab-case and say what is inside', () => {
    const wrong = sources.filter(({ path }) =>
      path
        .split('/')
        .some((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config|generated|fixture|d))?(\.tsx?)?$/.test(name)),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
    const vague = files.filter(({ path }) => /(^|\/)(utils?|misc|stuff|helpers?)(\.\w+)?(\/|$)/.test(path));
    expect(vague.map(({ path }) => path).filter((path) => !/^test\/(\w+\/)?helpers\//.test(path))).toEqual([]);
  });
});

describe('migrations', () => {
  const folder = join(projectRoot, 'schema/migrations');
  const journal = JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')) as {
    entries: { idx: number; when: number; tag: string }[];
  };

  test('are numbered without a gap and dated upwards: a migrator by date skips a late one silently', () => {
    expect(journal.entries.map(({ idx }) => idx)).toEqual(journal.entries.map((_, index) => index));
    for (const { tag, idx } of journal.entries) expect(Number(tag.slice(0, 4))).toBe(idx);
    const dates = journal.entries.map(({ when }) => when);
    expect(dates).toEqual([...new Set(dates)].sort((a, b) => a - b));
  });

  test('are exactly the files in the folder', () => {
    const tags = files.flatMap(({ path }) => /^schema\/migrations\/(.*)\.sql$/.exec(path)?.[1] ?? []);
    expect(tags.sort()).toEqual(journal.entries.map(({ tag }) => tag).sort());
  });
});
