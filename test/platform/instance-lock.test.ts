import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../helpers/programs.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pitlane-lock-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const hold = (dataDir: string) => startProgram('test/programs/hold-data-dir', { args: [dataDir] });

test('a second Pitlane in one data folder is refused with the process id of the first', async () => {
  const dataDir = await folder();
  const first = await hold(dataDir);
  await first.saw(/locked/);
  const second = await hold(dataDir);
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(`Pitlane is already running in ${dataDir} (process ${first.pid})`);
});

test('a killed holder leaves nothing in the way', async () => {
  const dataDir = await folder();
  const first = await hold(dataDir);
  await first.saw(/locked/);
  await first.stop('SIGKILL');
  await (await hold(dataDir)).saw(/locked/);
});

test('a holder that is stopping is waited for', async () => {
  const dataDir = await folder();
  const first = await hold(dataDir);
  await first.saw(/locked/);
  first.child.kill('SIGTERM');
  await first.saw(/stopping/);
  const second = await hold(dataDir);
  await second.saw(/Waiting for process/);
  first.child.kill('SIGUSR2');
  await second.saw(/locked/);
  expect(await first.exited).toBe(0);
});

test('two folders do not disturb each other', async () => {
  const [one, other] = await Promise.all([folder(), folder()]);
  await (await hold(one)).saw(/locked/);
  await (await hold(other)).saw(/locked/);
});

test('a data folder that cannot be is refused with a sentence', async () => {
  const dataDir = '/dev/null/data';
  const program = await hold(dataDir);
  expect(await program.exited).toBe(1);
  expect(program.output()).toMatch(/^The data folder \/dev\/null\/data cannot be written \(ENOTDIR\)/);
});
