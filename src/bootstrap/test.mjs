// `npm test`, `npm run test:size` and `npm run test:faults`: makes everything ready, runs Vitest, and closes with one line that counts the tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root, run, runProgram, say } from './setup.mjs';

await runProgram(async () => {
  const faults = process.argv.includes('--faults');
  const rest = process.argv.slice(2).filter((argument) => argument !== '--faults');
  await prepare();
  const notes = [...missingMosquitto(), ...(faults ? [] : await missingChromium())];
  for (const note of notes) say(`\n!! ${note}\n`);

  const folder = mkdtempSync(join(tmpdir(), 'pitlane-counts-'));
  const countsFile = join(folder, 'counts.json');
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...(faults ? ['--config', 'vitest.faults.config.ts'] : []),
    '--reporter=default',
    '--reporter=./test/helpers/count-reporter.ts',
    ...rest,
  ];
  const code = await run(process.execPath, args, { env: { ...process.env, PITLANE_COUNTS_FILE: countsFile } });
  const counts = readCounts(countsFile);
  rmSync(folder, { recursive: true, force: true });
  conclude(code, counts, notes);
});

/** Real programs some tests run against, where the machine has them. */
function missingMosquitto() {
  const mosquitto = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];
  if (mosquitto.some((path) => spawnSync(path, ['-h'], { stdio: 'ignore' }).error === undefined)) return [];
  return [
    'MOSQUITTO IS NOT INSTALLED: the tests against a real Mosquitto broker will NOT run (Debian: apt-get install mosquitto).',
  ];
}

async function missingChromium() {
  const { chromiumPath } = await import(pathToFileURL(join(root, 'dist/test/helpers/chromium.js')).href);
  if (chromiumPath !== undefined) return [];
  return [
    'THERE IS NO CHROMIUM: the browser tests will NOT run (Debian: apt-get install chromium; or set CHROME_PATH).',
  ];
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, failures: [], skipped: [], broken: ['the test run did not come to its end'] };
  }
}

/** Prints what did not run, and as the very last line the counts. A run that ends badly, or runs nothing, has failed. */
function conclude(code, counts, notes) {
  const { passed, failures, skipped, broken } = counts;
  let failed = counts.failed + broken.length;
  if (passed + failed === 0) broken.push('no test ran');
  if (code !== 0 && failed + broken.length === 0) broken.push(`vitest ended with ${code}`);
  failed = counts.failed + broken.length;
  for (const failure of failures) say(`FAILED: ${failure}`);
  for (const problem of broken) say(`FAILED: ${problem}`);
  if (skipped.length > 0) {
    say(`\n!! ${skipped.length} TESTS DID NOT RUN:`);
    for (const name of skipped) say(`   - ${name}`);
  }
  for (const note of notes) say(`!! ${note}`);
  say(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && code === 0 ? 0 : 1;
}
