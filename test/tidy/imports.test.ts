import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, type Source, sources } from './sources.ts';

interface Rule {
  /** Files this rule is about; the first rule that fits counts. */
  folder: string;
  /** Folders of the project it may import from. */
  folders: readonly string[];
  /** npm packages it may import; a name stands for its sub-paths too. */
  packages: readonly string[] | 'any';
  /** Packages it may not import even so. */
  except?: readonly string[];
  /** Whether Node's own modules are open to it: where not, the code cannot do I/O. */
  node: boolean;
}

/** DESIGN section 1. */
const matrix: readonly Rule[] = [
  { folder: 'schema/wire/', folders: ['schema/wire/'], packages: ['zod'], node: false },
  { folder: 'schema/tables/', folders: ['schema/tables/', 'schema/wire/'], packages: ['drizzle-orm'], node: false },
  { folder: 'machines/', folders: ['machines/', 'schema/wire/'], packages: ['xstate'], node: false },
  {
    folder: 'station-sim/',
    folders: ['station-sim/', 'schema/wire/'],
    packages: 'any',
    except: ['xstate', 'drizzle-orm', 'postgres'],
    node: true,
  },
  { folder: 'src/console/web/vite.config.ts', folders: [], packages: 'any', node: true },
  {
    // Runs in a browser: of the service it knows the typed client, the contracts, its sentences in Chinese, and the machines it draws.
    folder: 'src/console/web/',
    folders: ['src/console/web/', 'src/client/', 'src/api/texts/', 'machines/', 'schema/wire/'],
    packages: 'any',
    node: false,
  },
  { folder: 'src/', folders: ['src/', 'machines/', 'schema/'], packages: 'any', except: ['xstate'], node: true },
  { folder: 'test/', folders: ['src/', 'machines/', 'schema/', 'station-sim/', 'test/'], packages: 'any', node: true },
];

function offences(source: Source): string[] {
  const rule = matrix.find(({ folder }) => source.path.startsWith(folder));
  if (!rule) return [`${source.path} is in no known folder`];
  return importsOf(source)
    .filter((name) => !isAllowed(rule, source.path, name))
    .map((name) => `${source.path} imports ${name}`);
}

function isAllowed(rule: Rule, path: string, name: string): boolean {
  if (name.startsWith('.')) {
    const target = posix.join(posix.dirname(path), name);
    return rule.folders.some((folder) => target.startsWith(folder));
  }
  if (name.startsWith('node:') || builtinModules.includes(name)) return rule.node;
  const covers = (allowed: string) => name === allowed || name.startsWith(`${allowed}/`);
  if (rule.except?.some(covers)) return false;
  return rule.packages === 'any' || rule.packages.some(covers);
}

describe('imports', () => {
  test('keep to the matrix of folders', () => {
    expect(sources.flatMap(offences)).toEqual([]);
  });

  test('of the matrix are judged as meant', () => {
    const judge = (path: string, text: string) => offences({ path, text }).length === 0;
    expect(
      judge('machines/zz1.ts', "import { setup } from 'xstate'; import type { A } from '../schema/wire/ids.ts';"),
    ).toBe(true);
    expect(judge('machines/zz2.ts', "import { readFile } from 'node:fs';")).toBe(false);
    expect(judge('machines/zz3.ts', "export * from '../src/db/client.ts';")).toBe(false);
    expect(judge('station-sim/zz4.ts', "const cycle = await import('../machines/cycle.ts');")).toBe(false);
    expect(judge('station-sim/zz5.ts', "import type { Cycle } from '../machines/cycle.ts';")).toBe(false);
    expect(judge('src/zz6.ts', "import { createActor } from 'xstate';")).toBe(false);
    expect(judge('src/zz7.ts', "import { run } from '../station-sim/core.ts';")).toBe(false);
    expect(judge('schema/tables/zz8.ts', "import { pgTable } from 'drizzle-orm/pg-core';")).toBe(true);
    expect(judge('schema/wire/zz9.ts', "import { pgTable } from 'drizzle-orm/pg-core';")).toBe(false);
  });

  test('within the project name the file with its ending .ts (.mjs for the bootstrap)', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((name) => name.startsWith('.') && !/\.(tsx?|mjs|json|css)$/.test(name))
        .map((name) => `${source.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('never name the composition root', () => {
    const wrong = sources.filter((source) =>
      importsOf(source).some((name) => posix.join(posix.dirname(source.path), name) === 'src/main.ts'),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});
