import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/platform/paths.ts';
import { sources } from '../tidy/sources.ts';

const text = readFileSync(join(projectRoot, 'docs/operations.md'), 'utf8');
const program = sources.filter(({ path }) => path.startsWith('src/') || path.startsWith('machines/'));
const found = (pattern: RegExp) =>
  [...new Set(program.flatMap((source) => [...source.text.matchAll(pattern)].map((match) => match[1] ?? '')))].sort();

/** First cells of the table under a heading, without their quotes. */
function rowsUnder(heading: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return (section.match(/^\| .*$/gm) ?? []).slice(1).map((row) => (row.split('|')[1] ?? '').trim());
}
const quoted = (cells: readonly string[]) => cells.flatMap((cell) => /`([^`]+)`/.exec(cell)?.[1] ?? []).sort();

describe('docs/operations.md', () => {
  test('says what to do at every error in the log', () => {
    const messages = found(/(?<!console)\.error\((?:\{[^}]*\},\s*)?'([^']+)'/g);
    expect(messages.length).toBeGreaterThan(5);
    expect(quoted(rowsUnder('Log lines'))).toEqual(messages);
  });

  test('says what to do at every alarm and incident of the service', () => {
    const alarms = found(/kind: '(?:raiseAlarm|openIncident)'[^{}]*?\bcode: '([A-Za-z]+)'/g);
    const raised = found(/\braise\(\s*draft,\s*event,\s*[^,]+,\s*'([A-Za-z]+)'/g);
    expect(alarms.length).toBeGreaterThan(5);
    expect(quoted(rowsUnder('Alarms'))).toEqual([...new Set([...alarms, ...raised, 'skipped'])].sort());
  });

  test('lists every metric', () => {
    const metrics = found(/'(pitlane_(?!runtime|wake)[a-z_]+)'/g);
    expect(metrics.length).toBeGreaterThan(10);
    expect(quoted(rowsUnder('Metrics'))).toEqual(metrics);
  });

  test('has the headings its contents name', () => {
    const anchor = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-');
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map((match) => anchor(match[1] ?? ''));
    const named = [...text.matchAll(/\]\(#([a-z0-9-]+)\)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !anchors.includes(name))).toEqual([]);
  });
});
