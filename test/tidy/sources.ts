import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParseResult, parseSync, type Visitor } from 'oxc-parser';
import { projectRoot } from '../../src/platform/paths.ts';

export interface Source {
  /** From the project's folder, with slashes. */
  path: string;
  text: string;
}

/** Every text file of the project, committed or about to be. */
export const files: Source[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: projectRoot,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(projectRoot, path)))
  .map((path) => ({ path, text: readFileSync(join(projectRoot, path), 'utf8') }))
  .filter(({ text }) => !text.includes('\0'));

const programFolders = ['schema/', 'machines/', 'src/', 'station-sim/', 'test/'];

/** Every TypeScript file of the program and its tests. */
export const sources = files.filter(
  ({ path }) => /\.tsx?$/.test(path) && programFolders.some((folder) => path.startsWith(folder)),
);

export type Syntax = ParseResult;
export type SyntaxVisitor = ConstructorParameters<typeof Visitor>[0];

const parsed = new Map<string, Syntax>();

export function parse({ path, text }: Source): Syntax {
  let syntax = parsed.get(path);
  if (!syntax) {
    syntax = parseSync(path, text);
    parsed.set(path, syntax);
  }
  return syntax;
}

/** What a file imports: static, re-exported and dynamic, types included. */
export function importsOf(source: Source): string[] {
  const { module } = parse(source);
  const names = new Set<string>();
  for (const { moduleRequest } of module.staticImports) names.add(moduleRequest.value);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest } of entries) if (moduleRequest) names.add(moduleRequest.value);
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^['"`](.*)['"`]$/.exec(source.text.slice(moduleRequest.start, moduleRequest.end))?.[1];
    if (literal) names.add(literal);
  }
  return [...names];
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
