import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { projectRoot } from '../../src/platform/paths.ts';
import { ensureBuilt, startProcess } from '../helpers/programs.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Runs `npm test` on small suites of known outcome. */
async function closing(...suites: string[]): Promise<{ code: unknown; last: string; output: string }> {
  await ensureBuilt();
  const program = startProcess(
    process.execPath,
    [join(projectRoot, 'src/bootstrap/test.mjs'), '--config', 'test/platform/fixtures/vitest.config.ts', ...suites],
    // Vitest marks its workers with these; the run inside is one of its own.
    { env: { VITEST: '', VITEST_WORKER_ID: '', VITEST_POOL_ID: '', NODE_ENV: '', TEST: '' } },
  );
  const code = await program.exited;
  return { code, last: program.output().trimEnd().split('\n').at(-1) ?? '', output: program.output() };
}

test('npm test counts what passed on its last line', async () => {
  expect(await closing('passes')).toMatchObject({ code: 0, last: '2 passed, 0 failed' });
});

test('npm test counts what failed and ends with a failure', async () => {
  expect(await closing('passes', 'fails')).toMatchObject({ code: 1, last: '3 passed, 1 failed' });
});

test('npm test counts and names what did not run', async () => {
  const { code, last, output } = await closing('skips');
  expect({ code, last }).toEqual({ code: 0, last: '1 passed, 0 failed' });
  expect(output).toContain('skips.fixture.ts > needs a thing > does not run');
});

test('npm test counts a file that does not load as a failure', async () => {
  const { code, last, output } = await closing('passes', 'does-not-load');
  expect({ code, last }).toEqual({ code: 1, last: '2 passed, 1 failed' });
  expect(output).toContain('broken at import');
});

test('npm test counts a hook that fails as a failure', async () => {
  expect(await closing('bad-hook')).toMatchObject({ code: 1, last: '1 passed, 1 failed' });
});

test('npm test fails when nothing runs', async () => {
  expect(await closing('no-such-suite')).toMatchObject({ code: 1, last: '0 passed, 1 failed' });
});
