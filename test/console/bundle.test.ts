import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/platform/paths.ts';
import { type ConsoleBytes, readConsoleBytes } from '../bench/console/bytes.ts';
import { ensureBuilt } from '../helpers/programs.ts';

/** What a browser fetches before it can show anything, as it travels: about a second on a line of 2 Mbit/s. */
const entryBudgetBytes = 260_000;
/** What a page may add to it before its first paint. */
const pageBudgetBytes = 100_000;

describe('the built console', () => {
  let console: ConsoleBytes;
  beforeAll(async () => {
    await ensureBuilt();
    console = readConsoleBytes();
  }, 300_000);

  test('has each page in a chunk of its own', () => {
    expect(console.pages.length).toBeGreaterThan(25);
    const chunks = new Map<string, Set<string>>();
    for (const { path, chunk } of console.pages) {
      chunks.set(chunk, (chunks.get(chunk) ?? new Set()).add(path));
      expect(chunk).toMatch(/^assets\/page-/);
    }
    // These are one page at several addresses.
    const shared = [...chunks.values()].filter(({ size }) => size > 1).map((paths) => [...paths]);
    expect(shared).toEqual([
      ['/simulator', '/simulator/$station'],
      ['/fleet/statements/$statement', '/owner/statements/$income'],
    ]);
  });

  test('keeps the colours of both schemes as they are written', async () => {
    const folder = join(projectRoot, 'dist/console/assets');
    const sheets = (await readdir(folder)).filter((name) => name.endsWith('.css'));
    const texts = await Promise.all(sheets.map((name) => readFile(join(folder, name), 'utf8')));
    expect(texts.filter((text) => text.includes('light-dark(')).length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes('--lightningcss-'))).toEqual([]);
  });

  test('stays within its budgets', () => {
    expect(console.entry.sentBytes).toBeLessThan(entryBudgetBytes);
    expect(console.pages.filter(({ more }) => more.sentBytes > pageBudgetBytes)).toEqual([]);
  });
});
