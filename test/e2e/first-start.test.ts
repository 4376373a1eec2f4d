import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DemoPeople } from '../../src/demo/parties.ts';
import { emptyFolder, startMain } from '../helpers/main-program.ts';
import { waitFor } from '../helpers/wait-for.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The processes it started: the simulator and the database server. */
async function childrenOf(dataDir: string): Promise<number[]> {
  const simulator = await readFile(join(dataDir, 'simulator/simulator.pid'), 'utf8');
  const server = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8');
  return [Number(simulator), Number(server.split('\n')[0])];
}

test('from an empty folder to a swapped taxi within 15 s, through a kill of everything, and down within 5 s', async () => {
  const dataDir = await emptyFolder();
  const first = await startMain({ DATA_DIR: dataDir });
  const [, url = ''] = await first.saw(/Open (http:\/\/127\.0\.0\.1:\d+) in a browser/, 60_000);
  const readyAt = performance.now();
  const file = join(dataDir, 'credentials.json');
  const keys = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
  expect(Object.keys(keys).sort()).toEqual(['admin', 'fleet', 'owner', 'regulator', 'staff']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { password, people } = JSON.parse(await readFile(join(dataDir, 'people.json'), 'utf8')) as DemoPeople;
  await first.saw(new RegExp(`Sign in with the password ${password} as`));
  for (const email of people) await first.saw(new RegExp(`^  ${email} +[a-z]`, 'm'));
  expect(first.output().match(/http:\/\//g), 'one address is enough').toHaveLength(1);
  await first.saw(/taxi \S+ swapped in [\d.]+ s/, 15_000);
  expect(performance.now() - readyAt).toBeLessThan(15_000);
  const ask = (path: string, as = 'regulator') =>
    fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${keys[as]}` } });
  const itemsOf = async (path: string, as?: string) =>
    ((await (await ask(path, as)).json()) as { items: Record<string, unknown>[] }).items;
  expect((await itemsOf('/api/v1/swaps?state=completed')).at(-1)).toMatchObject({ state: 'completed' });
  // The first taxi is of the fleet whose key is in the file, and its pack is the owner's.
  expect((await itemsOf('/api/v1/swaps?state=completed', 'fleet')).at(-1)).toMatchObject({ fleet: 'blue-taxi' });
  expect(await itemsOf('/api/v1/vehicles?limit=200', 'fleet')).toHaveLength(20);
  expect(await itemsOf('/api/v1/vehicles?limit=200')).toHaveLength(40);
  const [owned] = await itemsOf('/api/v1/batteries?limit=1', 'owner');
  expect(owned).toMatchObject({ owner: 'pack-bank', model: 'PLN-E50' });

  const children = await childrenOf(dataDir);
  for (const pid of [...children, first.pid]) process.kill(pid, 'SIGKILL');
  expect(await first.exited).toBe('SIGKILL');

  const second = await startMain({ DATA_DIR: dataDir });
  await second.saw(/Pitlane is ready/, 60_000);
  await second.saw(/taxi \S+ swapped in [\d.]+ s/, 15_000);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(keys);
  expect(second.output()).not.toMatch(/^\s+at /m);

  const later = await childrenOf(dataDir);
  const stopping = performance.now();
  expect(await second.stop('SIGINT')).toBe(0);
  expect(performance.now() - stopping).toBeLessThan(5_000);
  await waitFor('everything it started to be gone', () => [...children, ...later].every((pid) => !isAlive(pid)));
}, 180_000);
