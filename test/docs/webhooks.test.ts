import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { webhookEventType } from '../../schema/wire/api/webhook.ts';
import { projectRoot } from '../../src/platform/paths.ts';
import { startProcess } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createWebhookWorld, type WebhookWorld } from '../webhooks/world.ts';

const text = await readFile(join(projectRoot, 'docs/webhooks.md'), 'utf8');
const blockOf = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? '';
const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

let world: WebhookWorld;
let folder: string;
beforeAll(async () => {
  world = await createWebhookWorld();
  world.dispatch();
  folder = await mkdtemp(join(tmpdir(), 'pitlane-receiver-'));
});
afterAll(async () => {
  await world?.end();
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const receivers = [
  { language: 'js', file: 'receiver.mjs', program: process.execPath },
  ...(hasPython ? [{ language: 'python', file: 'receiver.py', program: 'python3' }] : []),
];

describe('docs/webhooks.md', () => {
  test.each(receivers)(
    'has a receiver in $language that takes what is genuine, once',
    async ({ language, file, program }) => {
      const path = join(folder, file);
      await writeFile(path, blockOf(language));
      const port = await freePort();
      const endpoint = await world.endpoint(`http://127.0.0.1:${port}/`, 'fleet');
      const env = { PORT: String(port), WEBHOOK_SECRET: endpoint.secret };
      const receiver = startProcess(program, [path], { env });
      const at = `/api/v1/webhooks/${endpoint.id}`;
      const sent = await world.send<{ event: string }>(`${at}/test`, 'fleet', 'POST');
      await receiver.saw(new RegExp(`pitlane\\.webhook\\.test\\.v1 ${endpoint.id}`));
      const stateOf = async () =>
        (await world.ask<{ items: { state: string; attempts: number }[] }>(`${at}/deliveries`, 'fleet')).body.items[0];
      await waitFor('it to be delivered', async () => (await stateOf())?.state === 'delivered');
      const before = (await stateOf())?.attempts ?? 0;
      await world.send(`${at}/deliveries/${sent.body.event}/redeliver`, 'fleet', 'POST');
      await waitFor('it to be delivered again', async () => {
        const now = await stateOf();
        return now?.state === 'delivered' && now.attempts > before;
      });
      expect(receiver.output().trim().split('\n')).toHaveLength(1);
      const forged = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: '{}',
        headers: {
          'webhook-id': 'evt_1',
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
        },
      });
      expect(forged.status).toBe(401);
    },
  );

  test('names every type', () => {
    const named = text.replaceAll(
      /`(pitlane\.\w+)\.\w+\.v1`((?:, `\.\w+\.v1`)+)/g,
      (all, base: string, more: string) => all + more.replaceAll(/`\./g, `\`${base}.`),
    );
    for (const type of webhookEventType.options) expect(named, type).toContain(`\`${type}\``);
  });
});
