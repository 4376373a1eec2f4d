import { Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { files, lineOf, parse, type Source, type SyntaxVisitor, sources } from './sources.ts';

type Report = (offset: number, what: string) => void;

function find(source: Source, visitor: (report: Report) => SyntaxVisitor): string[] {
  const found: string[] = [];
  const report: Report = (offset, what) => found.push(`${source.path}:${lineOf(source.text, offset)} ${what}`);
  new Visitor(visitor(report)).visit(parse(source).program);
  return found;
}

// Interactive transactions (DESIGN section 2)

const transactional = new Set(['begin', 'transaction', 'reserve', 'savepoint']);
const handle = /(sql|db|database|client|pool|postgres|connection|tx)$/i;

function findTransactions(source: Source): string[] {
  return find(source, (report) => ({
    CallExpression({ callee }) {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (!transactional.has(callee.property.name)) return;
      const object = source.text.slice(callee.object.start, callee.object.end).replace(/\(.*$/s, '');
      if (handle.test(object)) report(callee.start, `opens a transaction (${object}.${callee.property.name})`);
    },
    Literal({ value, start }) {
      if (
        source.path.startsWith('src/') &&
        typeof value === 'string' &&
        /^\s*(begin|start transaction)\s*;?\s*$/i.test(value)
      ) {
        report(start, `opens a transaction (${value})`);
      }
    },
  }));
}

// What would make a machine impure (DESIGN section 3)

const impureNames = new Set([
  ...[
    'Date',
    'performance',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'process',
    'fetch',
    'crypto',
  ],
  ...['console', 'Promise', 'globalThis', 'fromPromise', 'fromObservable', 'fromCallback', 'fromEventObservable'],
  ...['spawn', 'spawnChild', 'sendTo', 'waitFor'],
]);

function findImpurities(source: Source): string[] {
  return find(source, (report) => ({
    Identifier({ name, start }) {
      if (impureNames.has(name) && !isMemberName(source.text, start)) report(start, `uses ${name}`);
    },
    MemberExpression({ object, property, start }) {
      if (
        object.type === 'Identifier' &&
        object.name === 'Math' &&
        property.type === 'Identifier' &&
        property.name === 'random'
      ) {
        report(start, 'uses Math.random');
      }
    },
    Property({ key, start }) {
      if (key.type === 'Identifier' && key.name === 'invoke') report(start, 'invokes an actor');
    },
    AwaitExpression: ({ start }) => report(start, 'waits'),
    ArrowFunctionExpression: ({ async, start }) => async && report(start, 'is asynchronous'),
    FunctionDeclaration: ({ async, start }) => async && report(start, 'is asynchronous'),
    FunctionExpression: ({ async, start }) => async && report(start, 'is asynchronous'),
  }));
}

/** `x.process` and `{ process: … }` name a member, not the global; `Date.parse` reads text, no clock. */
function isMemberName(text: string, start: number): boolean {
  const here = text.slice(start);
  return /\.\s*$/.test(text.slice(0, start)) || /^[\w$]+\s*\??:/.test(here) || /^Date\.(parse|UTC)\b/.test(here);
}

describe('bans', () => {
  test('no interactive transaction outside the migrations', () => {
    const guarded = sources.filter(({ path }) => path !== 'src/db/migrate.ts' && !path.startsWith('test/tidy/'));
    expect(guarded.flatMap(findTransactions)).toEqual([]);
  });

  test('machines use no clock, no randomness, no I/O, no actors of their own', () => {
    const pure = sources.filter(({ path }) => path.startsWith('machines/'));
    expect(pure.flatMap(findImpurities)).toEqual([]);
  });

  test('find what they are for', () => {
    const transaction = (text: string) => findTransactions({ path: `src/zz-${text.length}.ts`, text }).length;
    expect(transaction('await sql.begin(async (tx) => {});')).toBe(1);
    expect(transaction('await this.db.transaction(work);')).toBe(1);
    expect(transaction('const own = await createClient().sql.reserve();')).toBe(1);
    expect(transaction('slots.reserve(pack);  bay.begin();')).toBe(0);
    const impurity = (text: string) => findImpurities({ path: `machines/zz-${text.length}.ts`, text }).length;
    expect(impurity('const now = Date.now();')).toBe(1);
    expect(impurity('const dice = () => Math.random();')).toBe(1);
    expect(impurity('const machine = { states: { a: { invoke: { src } } } };')).toBe(1);
    expect(impurity('const read = async () => 1;')).toBe(1);
    expect(impurity('const names = { process: 1, Date: 2 }; names.process;')).toBe(0);
  });

  test('no unfinished work is marked in the sources, and no check is switched off for a whole file', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)|\b(it|test|describe)\.(only|todo)\b/;
    const found = sources
      .filter(({ path }) => path !== 'test/tidy/bans.test.ts')
      .flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, index) => (marks.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
      );
    expect(found).toEqual([]);
  });

  test('no file names a package registry', () => {
    const names = /\bregistry\.[a-z0-9-]+\.[a-z]{2,}/i;
    const found = files.filter(
      ({ path, text }) => names.test(text) || (path === 'package-lock.json' && text.includes('"resolved"')),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});
