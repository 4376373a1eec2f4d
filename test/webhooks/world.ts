import { Registry } from 'prom-client';
import type { Webhook } from '../../schema/wire/api/webhook.ts';
import { createApp } from '../../src/api/app.ts';
import { type Dispatcher, type DispatcherOptions, startDispatcher } from '../../src/webhooks/dispatcher.ts';
import { callerOf, createReadWorld, type Keys, organisationOf } from '../api/fixture.ts';
import { type Receiver, startReceiver } from './receiver.ts';

export const fleet = organisationOf.fleet ?? '';
export const owner = organisationOf.owner ?? '';

export type ShownWebhook = Webhook & { secret: string };

/** An API over a database of its own, with parties; dispatchers and receivers are started by the tests and ended with the world. */
export async function createWebhookWorld() {
  const world = await createReadWorld();
  const app = createApp({ ...world.options, webhookReach: 'loopback', registry: new Registry() });
  const ask = callerOf(app, world.keys);
  await world.sql`insert into organisations (id, kind, name) values
    (${fleet}, 'fleet', 'Blue'), ('red-taxi', 'fleet', 'Red'), (${owner}, 'owner', 'Bank'), ('city-swap', 'operator', 'City')`;
  const ends: (() => Promise<unknown>)[] = [];
  let requests = 0;

  const send = <T>(path: string, as: keyof Keys, method: string, body?: object, headers: Record<string, string> = {}) =>
    ask<T>(path, as, {
      method,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  return {
    ...world,
    ask,
    send,
    async receive(port?: number): Promise<Receiver> {
      const receiver = await startReceiver(port);
      ends.push(() => receiver.stop());
      return receiver;
    },
    dispatch(own: Partial<DispatcherOptions> = {}): Dispatcher {
      const dispatcher = startDispatcher({
        db: world.db,
        reach: 'loopback',
        log: world.options.log,
        pollMs: 20,
        timeoutMs: 5_000,
        retryMs: () => 50,
        ...own,
      });
      ends.push(() => dispatcher.stop());
      return dispatcher;
    },
    async endpoint(url: string, as: keyof Keys = 'admin', own: object = {}): Promise<ShownWebhook> {
      const made = await send<ShownWebhook>(
        '/api/v1/webhooks',
        as,
        'POST',
        { url, ...own },
        {
          'idempotency-key': `"made-${++requests}"`,
        },
      );
      if (made.status !== 201) throw new Error(made.text);
      return made.body;
    },
    /** No endpoint is left for the next test. */
    async clear(): Promise<void> {
      await world.sql`delete from webhook_endpoints`;
      await world.sql`delete from webhook_deliveries`;
      await world.sql`delete from webhook_events`;
    },
    async end(): Promise<void> {
      for (const stop of ends) await stop();
      await world.end();
    },
  };
}

export type WebhookWorld = Awaited<ReturnType<typeof createWebhookWorld>>;
