import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, newIdempotencyKey, type PitlaneClient } from '../../src/client/client.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { type Document, operationsOf } from '../api/conventions/openapi-document.ts';
import { createReadWorld, seedStation } from '../api/fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let client: PitlaneClient;
beforeAll(async () => {
  world = await createReadWorld();
  await seedStation(world.sql, 'bj-001', 3);
  client = createClient('http://pitlane.test', {
    key: world.keys.admin,
    language: 'zh',
    fetch: ((input: URL | string, init?: RequestInit) => world.app.request(String(input), init)) as typeof fetch,
  });
});
afterAll(() => world?.end());

describe('the client', () => {
  test('reads a list page by page, each with its types', async () => {
    const codes: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await client.api.v1.batteries.$get({ query: { limit: 1, ...(cursor ? { cursor } : {}) } });
      if (answer.status !== 200) throw new Error(`answered with ${answer.status}`);
      const page = await answer.json();
      codes.push(...page.items.map((battery) => battery.code));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(codes).toHaveLength(2);
  });

  test('sends a POST with a key, once however often it is sent', async () => {
    const header = { 'idempotency-key': newIdempotencyKey() };
    const json = { id: 'bj-042', name: 'Fengtai', location: { lat: 39.8, lon: 116.3 } };
    const [first, again] = [
      await client.api.v1.stations.$post({ header, json }),
      await client.api.v1.stations.$post({ header, json }),
    ];
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    if (first.status !== 201 || again.status !== 201) throw new Error('refused');
    const made = await first.json();
    expect(made.broker.username).toBe('bj-042');
    expect(await again.json()).toEqual(made);
    const [stored] = await world.sql<{ text: string }[]>`select outcome::text as text from idempotency_keys`;
    expect(stored?.text).toContain('bj-042');
    expect(stored?.text).not.toContain(made.broker.password);
  });

  test('puts an id into the path as one part of it, whatever is in it', async () => {
    const asked: string[] = [];
    const { api } = createClient('http://pitlane.test', {
      fetch: (async (input: URL | string) => {
        asked.push(String(input));
        return new Response();
      }) as typeof fetch,
    });
    await api.v1.stations[':id'].$get({ param: { id: 'bj-001/1 朝阳' } });
    expect(asked).toEqual(['http://pitlane.test/api/v1/stations/bj-001%2F1%20%E6%9C%9D%E9%98%B3']);
  });

  test('says what was refused, in its language', async () => {
    const answer = await client.api.v1.stations[':id'].$get({ param: { id: 'bj-999' } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ title: '不存在' });
  });
});

test('its declarations are built, know every route, and are checked in bounded time', async () => {
  const folder = join(projectRoot, 'node_modules/.cache/pitlane-client');
  const compile = async (...options: string[]) => {
    const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
    const run = promisify(execFile)(process.execPath, [compiler, ...options], { cwd: projectRoot, maxBuffer: 1e7 });
    return run.then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => Promise.reject(new Error(error.stdout)),
    );
  };
  await rm(folder, { recursive: true, force: true });
  await compile('-p', 'tsconfig.client.json', '--outDir', folder);

  const document = (await (await world.app.request('/openapi.json')).json()) as Document;
  const calls = operationsOf(document).map(({ name }) => {
    const [method = '', path = ''] = name.split(' ');
    const words = path
      .split('/')
      .filter(Boolean)
      .map((word) => `[${JSON.stringify(word.replace(/^\{(.*)\}$/, ':$1'))}]`);
    return `client${words.join('')}.$${method.toLowerCase()};`;
  });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'consumer.ts'),
    `import { createClient } from './src/client/client.js';
const client = createClient('http://127.0.0.1:8080', { key: 'pl_x' });
${calls.join('\n')}
export async function nameOf(id: string): Promise<string | null> {
  const answer = await client.api.v1.stations[':id'].$get({ param: { id } });
  if (answer.status !== 200) return null;
  const station = await answer.json();
  // @ts-expect-error: the answer has its type.
  station.nothing;
  return station.name;
}
// @ts-expect-error: a path that is not there.
client.api.v1.nothing.$get();
`,
  );
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(projectRoot, 'tsconfig.json'),
      compilerOptions: { rootDir: folder, noUnusedLocals: false },
      include: [join(folder, 'consumer.ts')],
      exclude: [],
    }),
  );
  const said = await compile('-p', join(folder, 'tsconfig.json'), '--extendedDiagnostics');
  const instantiations = Number(/Instantiations:\s+(\d+)/.exec(said)?.[1]);
  expect(calls.length).toBeGreaterThan(40);
  expect(instantiations).toBeGreaterThan(0);
  expect(instantiations).toBeLessThan(5_000_000);
  await rm(folder, { recursive: true, force: true });
}, 180_000);
