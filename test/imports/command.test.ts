import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type ApiServer, startApiServer } from '../../src/api/server.ts';
import { readImportOrder, runImportOrder } from '../../src/imports/command.ts';
import { code } from '../api/fixture.ts';
import { createImportWorld, type ImportWorld } from './world.ts';

let world: ImportWorld;
let server: ApiServer;
let folder: string;
beforeAll(async () => {
  world = await createImportWorld();
  server = await startApiServer({ fetch: world.app.fetch, host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'pitlane-import-'));
  await writeFile(join(folder, 'credentials.json'), JSON.stringify({ admin: world.keys.admin }));
});
afterAll(async () => {
  await server?.stop();
  await world?.end();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command as `npm run import` does; gives its exit code and what it wrote. */
async function run(text: string, ...args: string[]) {
  const file = join(folder, 'file.csv');
  await writeFile(file, text);
  const printed: string[] = [];
  const said: string[] = [];
  const stages = new Set<string>();
  const order = readImportOrder(['batteries', file, ...args]);
  if (order === null) throw new Error('help');
  const exit = await runImportOrder(
    order,
    { host: '127.0.0.1', port: server.port, dataDir: folder },
    {
      print: (line) => printed.push(line),
      say: (sentence) => said.push(sentence.replace(/^im-[0-9a-f]{16}/, 'im')),
      progress: (stage) => stages.add(stage),
      progressEnds: () => {},
    },
    {},
  );
  return { exit, printed, said, stages: [...stages] };
}

test('the command brings a file in, and says what is wrong with it', async () => {
  const good = `code,model\n${code(1)},BP-50\n`;
  const rehearsed = await run(good, '--dry-run');
  expect(rehearsed).toMatchObject({
    exit: 0,
    printed: [],
    said: [
      'im: 1 new, 0 changed, 0 as they were, 0 rejected, of 1 rows. That is what would happen: nothing was changed.',
    ],
  });
  expect(rehearsed.stages).toContain('sending');
  expect(await run(good)).toMatchObject({
    exit: 0,
    said: ['im: 1 new, 0 changed, 0 as they were, 0 rejected, of 1 rows.'],
  });

  const bad = `${good}x,BP-50\n${code(2)},\n${code(3)},BP-50\n`;
  const errors = ['3:code must be a 24-character GB/T 34014 pack code', '4:model is needed for a new pack'];
  expect(await run(bad)).toMatchObject({
    exit: 1,
    printed: errors,
    said: ['im: nothing has entered. 2 of 4 rows are wrong.'],
  });
  expect(await run(bad, '--mode', 'partial')).toMatchObject({
    exit: 1,
    printed: errors,
    said: ['im: 1 new, 0 changed, 1 as they were, 2 rejected, of 4 rows.'],
  });
});

test('the command refuses what it cannot do in one sentence', async () => {
  expect(readImportOrder([])).toBeNull();
  expect(() => readImportOrder(['cars', 'x.csv'])).toThrow('There are no files of "cars".');
  expect(() => readImportOrder(['users'])).toThrow('One kind and one file');
  expect(() => readImportOrder(['users', 'x', '--mode', 'all'])).toThrow('--mode must be');
  await expect(run('code\n', '--key', 'nonsense')).rejects.toThrow('Pitlane refused (401): The key does not work.');
  await expect(run('code\n', '--url', 'http://127.0.0.1:9')).rejects.toThrow('does not answer');
});

test('a file may come for longer than other bodies', async () => {
  const hasty = await startApiServer({
    ...{ fetch: world.app.fetch, host: '127.0.0.1', port: 0 },
    ...{ headersTimeoutMs: 2_000, requestTimeoutMs: 2_000, checkIntervalMs: 100 },
  });
  onTestFinished(() => hasty.stop());
  const slowly = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(Buffer.from('code,model\n'));
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      controller.enqueue(Buffer.from(`${code(9)},BP-50\n`));
      controller.close();
    },
  });
  const answer = await fetch(`${hasty.url}/api/v1/imports?kind=batteries`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${world.keys.admin}`, 'Content-Type': 'text/csv', 'Idempotency-Key': '"slow"' },
    body: slowly,
    duplex: 'half',
  } as RequestInit);
  expect(answer.status).toBe(202);
});
