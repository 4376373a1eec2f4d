import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWebhookMetrics } from '../../src/webhooks/metrics.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createWebhookWorld, type WebhookWorld } from './world.ts';

let world: WebhookWorld;
beforeAll(async () => {
  world = await createWebhookWorld();
});
afterAll(() => world?.end());

test('attempts are counted by outcome; what waits, how old it is, and who is disabled is read at each scrape', async () => {
  const registry = new Registry();
  const metrics = createWebhookMetrics(registry, world.db);
  const figure = async (name: string) => {
    const line = (await registry.metrics()).split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? null : Number(line.split(' ').at(-1));
  };
  const attempts = (outcome: string) => figure(`pitlane_webhook_attempts_total{outcome="${outcome}"}`);
  const receiver = await world.receive();
  const good = await world.endpoint(receiver.url);
  const silent = await world.endpoint('http://127.0.0.1:1/');
  expect(await figure('pitlane_webhook_pending')).toBe(0);
  for (const { id } of [good, silent])
    expect((await world.send(`/api/v1/webhooks/${id}/test`, 'admin', 'POST')).status).toBe(202);
  expect(await figure('pitlane_webhook_pending')).toBe(2);
  await world.sql`update webhook_deliveries set created_at = now() - interval '1 hour' where endpoint = ${silent.id}`;
  await world.sql`update webhook_events set recorded_at = now() - interval '1 hour' where spread_at is null`;
  expect(await figure('pitlane_webhook_oldest_seconds')).toBeGreaterThan(3_500);

  const dispatcher = world.dispatch({ metrics, retryMs: () => 600_000 });
  await waitFor(
    'both to be tried',
    async () => (await attempts('delivered')) === 1 && (await attempts('unanswered')) === 1,
  );
  await waitFor('one to be left', async () => (await figure('pitlane_webhook_pending')) === 1);
  expect(await figure('pitlane_webhook_endpoints_disabled')).toBe(0);
  await world.sql`update webhook_endpoints set failing_since = now() - interval '10 days' where id = ${silent.id}`;
  await world.sql`update webhook_deliveries set next_at = now() where endpoint = ${silent.id}`;
  await waitFor('it to be disabled', async () => (await figure('pitlane_webhook_endpoints_disabled')) === 1);
  expect(await figure('pitlane_webhook_endpoints_disabled_total')).toBe(1);
  await dispatcher.stop();
});
