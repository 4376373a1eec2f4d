import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { mostWaitingBytes } from '../../src/platform/log.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { ensureBuilt } from '../helpers/programs.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });
beforeAll(ensureBuilt);

const built = join(projectRoot, 'dist/src/platform/log.js');

/** Writes numbered lines of a kilobyte as fast as it can, says so on standard output, and ends as it is told. */
function writer(lines: number, end: string): ChildProcess {
  const script = `
    import { createLog } from ${JSON.stringify(built)};
    const log = createLog({ level: 'info' });
    const padding = 'x'.repeat(900);
    for (let line = 1; line <= ${lines}; line++) log.info({ line, padding }, 'a line');
    console.log('written');
    ${end}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** All that comes through the pipe until its other end is closed. */
async function readAll(child: ChildProcess): Promise<{ text: string; lines: number[]; dropped: number }> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child.stderr as NodeJS.ReadableStream, 'end');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const entries = whole.filter(Boolean).map((each) => JSON.parse(each) as { line?: number; dropped?: number });
  return {
    text,
    lines: entries.flatMap(({ line }) => line ?? []),
    dropped: entries.reduce((sum, { dropped = 0 }) => sum + dropped, 0),
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each([
  ['ends by itself', ''],
  ['exits at once', 'process.exit(3);'],
  ['ends for a fatal reason', "log.fatal('over'); process.exit(1);"],
])('a process that %s has written every line, in order', async (_, end) => {
  const { lines, dropped } = await readAll(writer(3_000, end));
  expect(lines).toEqual(upTo(3_000));
  expect(dropped).toBe(0);
});

test('what nobody takes waits up to its bound; what comes beyond it is left out and counted', async () => {
  const child = writer(30_000, '');
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  const { text, lines, dropped } = await readAll(child);
  expect(dropped).toBeGreaterThan(0);
  expect(lines.length + dropped).toBe(30_000);
  expect(lines).toEqual(upTo(lines.length));
  // Beside what waited there was one write under way, and the line that says how many are missing.
  expect(Buffer.byteLength(text)).toBeLessThan(2 * mostWaitingBytes);
});

test('a kill takes what waits with it, no more than the bound, and leaves no hole before', async () => {
  const child = writer(5_000, 'setInterval(() => {}, 1000);');
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  child.kill('SIGKILL');
  const { lines } = await readAll(child);
  expect(lines).toEqual(upTo(lines.length));
  expect((5_000 - lines.length) * 1_000).toBeLessThanOrEqual(mostWaitingBytes);
});
