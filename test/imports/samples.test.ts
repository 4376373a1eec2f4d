import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importKind } from '../../schema/wire/api/import.ts';
import { formats } from '../../src/imports/kinds/formats.ts';
import { readCsv } from '../../src/imports/read-csv.ts';
import { projectRoot } from '../../src/platform/paths.ts';

const textOf = (path: string) => readFileSync(join(projectRoot, 'docs', path), 'utf8');

describe.each(importKind.options)('the documentation of %s', (kind) => {
  const { columns, read } = formats[kind];

  test('has every column, in order', () => {
    const section =
      textOf('imports.md')
        .split(/^### /m)
        .find((part) => part.toLowerCase().startsWith(kind)) ?? '';
    const table = section.slice(section.indexOf('| column'), section.indexOf('\n\n', section.indexOf('| column')));
    const named = table
      .split('\n')
      .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]));
    expect(named).toEqual(columns.map(({ name }) => name));
  });

  test('has a sample that can be read', async () => {
    const records: (string | null)[][] = [];
    for await (const { cells } of readCsv(once(textOf(`samples/${kind}.csv`)))) records.push(cells);
    const [header = [], ...rows] = records;
    expect(header).toEqual(columns.map(({ name }) => name));
    expect(rows.length).toBeGreaterThan(1);
    for (const cells of rows) {
      const row = read(new Map(header.map((name, at) => [String(name), cells[at] ?? ''])), { organisation: null });
      expect(row.problems).toEqual([]);
    }
  });
});

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
