import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/platform/paths.ts';

const text = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8');
const exists = (path: string) => existsSync(join(projectRoot, path));

test('docs/architecture.md names only files that are there', () => {
  const paths = [...text.matchAll(/`((?:src|machines|schema|station-sim|test)\/[a-z0-9/.-]+)`/g)].map(
    (match) => match[1] ?? '',
  );
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !exists(path))).toEqual([]);
  // Names without a folder are those of the engine, of its parts, or stand in the row of their folder.
  const folders = [
    'src/engine',
    'src/engine/commit',
    'src/engine/station',
    'src/plc',
    'src/stations',
    'machines/cycle',
  ];
  const names = [...text.matchAll(/[`( ]((?:[a-z-]+\/)?[a-z-]+\.ts)\b/g)].map((match) => match[1] ?? '');
  const missing = names.filter((name) => !exists(name) && !folders.some((folder) => exists(`${folder}/${name}`)));
  expect([...new Set(missing)]).toEqual([]);
});

test('docs/architecture.md links to what is there', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
  expect(links.filter((link) => !exists(join('docs', link)))).toEqual([]);
});
