import { HTTP } from 'cloudevents';
import { sql } from 'drizzle-orm';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cloudEvent, type WebhookDelivery } from '../../schema/wire/api/webhook.ts';
import { runStatement, statement } from '../../src/db/statement.ts';
import { tellFleet } from '../../src/reservations/notify.ts';
import { retryDelayMs, webhookRules } from '../../src/webhooks/rules.ts';
import { code, seedPack, seedSwap, vin } from '../api/fixture.ts';
import { ensureBuilt, startProgram } from '../helpers/programs.ts';
import { waitFor } from '../helpers/wait-for.ts';
import type { Received, Receiver } from './receiver.ts';
import { createWebhookWorld, fleet, owner, type ShownWebhook, type WebhookWorld } from './world.ts';

let world: WebhookWorld;
let swaps = 0;
beforeAll(async () => {
  world = await createWebhookWorld();
  await seedPack(world.sql, code(1), 'slot', 'bj-001/slot/1', 'bj-001');
  await world.sql`update batteries set owner = ${owner} where code = ${code(1)}`;
});
afterAll(() => world?.end());
let running: { stop(): Promise<void> }[] = [];
const dispatch = (own: Parameters<WebhookWorld['dispatch']>[0] = {}) => {
  const dispatcher = world.dispatch(own);
  running.push(dispatcher);
  return dispatcher;
};
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
  await world.clear();
});

/** A swap of a car of the fleet comes to its end, as in a commit of the engine. */
async function endSwap(of: string = fleet, state = 'completed'): Promise<string> {
  const id = `bj-001.1.${++swaps}`;
  await seedSwap(world.sql, { id, vin: vin(1), state: 'running', minute: swaps % 60 });
  await world.sql`update swaps set fleet = ${of}, state = ${state}, pack_in = ${code(1)}, pack_in_soc_pct = 95, pack_out = ${code(2)},
    ended_at = now(), swap_time_ms = 78400 where id = ${id}`;
  return id;
}

const deliveries = async ({ id }: ShownWebhook) =>
  (await world.ask<{ items: WebhookDelivery[] }>(`/api/v1/webhooks/${id}/deliveries`, 'admin')).body.items;
const got = (receiver: Receiver, n: number) =>
  waitFor(`${n} messages`, () => receiver.got.length >= n && receiver.got, { withinMs: 10_000 });
const delivered = (endpoint: ShownWebhook) =>
  waitFor('the delivery to be marked', async () => {
    const [first] = await deliveries(endpoint);
    return first?.state === 'delivered' && first;
  });

const verify = (secret: string, { text, headers }: Received): unknown =>
  new Verifier(secret).verify(text, headers as Record<string, string>);

describe('a message', () => {
  test('is a signed CloudEvent, as two libraries of others read it', async () => {
    const receiver = await world.receive();
    const endpoint = await world.endpoint(receiver.url, 'fleet');
    dispatch();
    const swap = await endSwap();
    const [message] = await got(receiver, 1);
    if (!message) throw new Error('no message');
    expect(message.headers['content-type']).toContain('application/cloudevents+json');
    expect(verify(endpoint.secret, message)).toEqual(message.event);
    expect(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, message)).toThrow();
    expect(() => verify(endpoint.secret, { ...message, text: message.text.replace('bj-001', 'bj-002') })).toThrow();
    const read = HTTP.toEvent({ headers: message.headers, body: message.text });
    expect(read).toMatchObject({ type: 'pitlane.swap.completed.v1', subject: swap, source: '/api/v1/stations/bj-001' });
    expect(cloudEvent.parse(message.event)).toMatchObject({
      id: message.headers['webhook-id'],
      data: { id: swap, vehicle: vin(1), packIn: code(1), packOut: code(2), swapTimeMs: 78400, state: 'completed' },
    });
    expect(await delivered(endpoint)).toMatchObject({ attempts: 1, log: [{ status: 200, error: null }] });
  });

  test('goes to those it concerns, and of the types they want', async () => {
    const [blues, reds, owners, operators, choosy] = await Promise.all(
      Array.from({ length: 5 }, () => world.receive()),
    );
    if (!blues || !reds || !owners || !operators || !choosy) throw new Error('no receivers');
    await world.endpoint(blues.url, 'fleet');
    await world.endpoint(reds.url, 'admin', { organisation: 'red-taxi' });
    await world.endpoint(owners.url, 'owner');
    await world.endpoint(operators.url, 'admin', { organisation: 'city-swap' });
    await world.endpoint(choosy.url, 'admin', { types: ['pitlane.swap.refused.v1'] });
    dispatch();
    await endSwap();
    await endSwap('red-taxi', 'refused');
    await world.sql`insert into incidents (station, key, code, packs, detail, opened_at, opened_n)
      values ('bj-001', ${`k${swaps}`}, 'packMoved', '[]', '', now(), 1)`;
    await got(operators, 4);
    await got(choosy, 1);
    await Promise.all([got(blues, 1), got(reds, 1), got(owners, 1)]);
    const types = (receiver: Receiver) =>
      receiver.got.map(({ event }) => event.type.split('.').slice(1, 3).join('.')).sort();
    expect(types(operators)).toEqual(['battery.swapped', 'incident.opened', 'swap.completed', 'swap.refused']);
    expect([blues, reds, owners, choosy].map(types)).toEqual([
      ['swap.completed'],
      ['swap.refused'],
      ['battery.swapped'],
      ['swap.refused'],
    ]);
    expect(owners.got[0]?.event.data).toMatchObject({ battery: code(1), direction: 'toVehicle', owner });
    expect(owners.got[0]?.text, 'an owner is not told whose car').not.toContain(vin(1));
  });

  test('tells a fleet of its reservation in the statement that makes it, or not at all', async () => {
    const receiver = await world.receive();
    await world.endpoint(receiver.url, 'fleet');
    dispatch();
    const make = (id: string, last: ReturnType<typeof sql>) =>
      runStatement(
        world.db,
        statement({
          parts: {
            made: sql`insert into reservations (id, vin, fleet, station, from_at, to_at, min_soc_pct, pack, by)
              values (${id}, ${vin(Number(id.at(-1)))}, ${fleet}, 'bj-001', now(), now() + interval '10 minutes', 80, ${code(1)}, 'test') returning *`,
            ...tellFleet('made', sql`made`),
          },
          result: last,
        }),
      );
    await expect(
      make('r-0000000000000001', sql`select 1 / (select count(*)::int - 1 from made) as x`),
    ).rejects.toThrow();
    await make('r-0000000000000002', sql`select id from made`);
    const [message] = await got(receiver, 1);
    expect(message?.event).toMatchObject({
      type: 'pitlane.reservation.promised.v1',
      subject: 'r-0000000000000002',
      data: { vehicle: vin(2), revision: 1, pack: code(1), state: 'open', from: expect.stringMatching(/Z$/) },
    });
    expect(await world.sql`select id from webhook_events`).toHaveLength(1);
  });

  test('is not kept when nobody listens', async () => {
    await endSwap();
    expect(await world.sql`select id from webhook_events`).toHaveLength(0);
  });
});

describe('a receiver that', () => {
  test('is down gets it when it is up, under the same id', async () => {
    const first = await world.receive();
    await first.stop();
    const endpoint = await world.endpoint(first.url, 'fleet');
    dispatch();
    await endSwap();
    await waitFor('two attempts', async () => ((await deliveries(endpoint))[0]?.log.length ?? 0) >= 2);
    const [failing] = await deliveries(endpoint);
    expect(failing?.log[0]).toMatchObject({ status: null, error: expect.stringContaining('ECONNREFUSED') });
    expect((await world.ask(`/api/v1/webhooks/${endpoint.id}`, 'fleet')).body).toMatchObject({
      failingSince: expect.any(String),
    });
    const second = await world.receive(first.port);
    const [message] = await got(second, 1);
    expect(message?.event.id).toBe(failing?.event);
    await delivered(endpoint);
    expect((await world.ask(`/api/v1/webhooks/${endpoint.id}`, 'fleet')).body).toMatchObject({ failingSince: null });
  });

  test('answers 500, is slow or redirects has failed; nothing is followed', async () => {
    const receiver = await world.receive();
    const endpoint = await world.endpoint(receiver.url, 'fleet');
    receiver.answer = (response, { path }) => {
      const n = receiver.got.length;
      if (n === 1) response.writeHead(500).end();
      else if (n === 2) response.writeHead(302, { location: '/elsewhere' }).end();
      // The third is never answered.
      else if (n > 3) response.writeHead(path === '/hook' ? 204 : 500).end();
    };
    dispatch({ timeoutMs: 1_500 });
    await endSwap();
    const done = await waitFor('the delivery', async () =>
      (await deliveries(endpoint)).find(({ state }) => state === 'delivered'),
    );
    expect(done.log.map(({ status }) => status)).toEqual([500, 302, null, 204]);
    expect(done.log[2]?.error).toBe('No answer within 1500 ms.');
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([done.event]));
    expect(receiver.got.every(({ path }) => path === '/hook')).toBe(true);
    for (const message of receiver.got) verify(endpoint.secret, message);
  });

  test('is slow holds up nobody else', async () => {
    const [slow, quick] = [await world.receive(), await world.receive()];
    slow.answer = () => {};
    await world.endpoint(slow.url, 'fleet');
    await world.endpoint(quick.url, 'admin', { types: ['pitlane.swap.completed.v1'] });
    dispatch({ timeoutMs: 60_000 });
    for (let n = 0; n < 12; n++) await endSwap();
    await got(quick, 12);
    expect(slow.got.length).toBeLessThan(12);
  });

  test('is gone for good is disabled, and its organisation is told at its other endpoint', async () => {
    const [gone, other] = [await world.receive(), await world.receive()];
    gone.answer = (response) => response.writeHead(410).end();
    const endpoint = await world.endpoint(gone.url, 'fleet');
    await world.endpoint(other.url, 'fleet', { types: ['pitlane.webhook.disabled.v1'] });
    dispatch();
    await endSwap();
    const [told] = await got(other, 1);
    expect(told?.event).toMatchObject({ subject: endpoint.id, data: { url: gone.url } });
    expect((await world.ask(`/api/v1/webhooks/${endpoint.id}`, 'fleet')).body).toMatchObject({
      enabled: false,
      disabledBy: 'service',
    });
  });

  test('has failed for days is disabled; one delivery is given up after three days', async () => {
    const receiver = await world.receive();
    receiver.answer = (response) => response.writeHead(503, { 'retry-after': '0' }).end();
    const endpoint = await world.endpoint(receiver.url, 'fleet');
    await world.sql`update webhook_endpoints set failing_since = now() - interval '4 days'`;
    dispatch();
    await endSwap();
    await got(receiver, 2);
    await world.sql`update webhook_deliveries set give_up_at = now() - interval '1 second'`;
    await waitFor('it to be given up', async () => (await deliveries(endpoint))[0]?.state === 'failed');
    expect((await world.ask(`/api/v1/webhooks/${endpoint.id}`, 'fleet')).body).toMatchObject({ enabled: true });
    await world.sql`update webhook_endpoints set failing_since = now() - interval '6 days'`;
    await endSwap();
    await waitFor(
      'it to be disabled',
      async () => !(await world.ask<{ enabled: boolean }>(`/api/v1/webhooks/${endpoint.id}`, 'fleet')).body.enabled,
    );
  });
});

describe('a person', () => {
  test('sends a test, sees what became of it, and sends an event again under its id', async () => {
    const receiver = await world.receive();
    const endpoint = await world.endpoint(receiver.url, 'fleet', { types: ['pitlane.swap.completed.v1'] });
    dispatch();
    const at = `/api/v1/webhooks/${endpoint.id}`;
    const sent = await world.send<WebhookDelivery>(`${at}/test`, 'fleet', 'POST');
    expect(sent).toMatchObject({ status: 202, body: { type: 'pitlane.webhook.test.v1', state: 'pending' } });
    await got(receiver, 1);
    await delivered(endpoint);
    const again = await world.send<WebhookDelivery>(`${at}/deliveries/${sent.body.event}/redeliver`, 'fleet', 'POST');
    expect(again).toMatchObject({ status: 202, body: { event: sent.body.event, state: 'pending' } });
    const messages = await got(receiver, 2);
    expect(messages.map(({ event }) => event.id)).toEqual([sent.body.event, sent.body.event]);
    const nothing = `${at}/deliveries/evt_${'0'.repeat(32)}/redeliver`;
    expect((await world.send(nothing, 'fleet', 'POST')).status).toBe(404);
    expect((await world.send(`${at}/test`, 'owner', 'POST')).status).toBe(404);
  });

  test('gives it another secret: messages carry both signatures', async () => {
    const receiver = await world.receive();
    const endpoint = await world.endpoint(receiver.url, 'fleet');
    const rotated = await world.send<ShownWebhook>(`/api/v1/webhooks/${endpoint.id}/secret`, 'fleet', 'POST');
    expect(rotated).toMatchObject({ status: 200, body: { edition: 2 } });
    dispatch();
    await endSwap();
    const [message] = await got(receiver, 1);
    if (!message) throw new Error('no message');
    expect(rotated.body.secret).not.toBe(endpoint.secret);
    verify(endpoint.secret, message);
    verify(rotated.body.secret, message);
    await delivered(endpoint);
    await world.sql`update webhook_endpoints set previous_until = now()`;
    await endSwap();
    const [, later] = await got(receiver, 2);
    if (!later) throw new Error('no second message');
    verify(rotated.body.secret, later);
    expect(() => verify(endpoint.secret, later)).toThrow();
  });
});

describe('of several workers', () => {
  beforeAll(() => ensureBuilt(), 300_000);

  test('one sends each message', async () => {
    const receiver = await world.receive();
    await world.endpoint(receiver.url, 'fleet');
    // No answer is given up: on a busy machine a second sending would be right, and is not what is asked here.
    for (let n = 0; n < 3; n++) dispatch({ timeoutMs: 30_000 });
    const ids = await Promise.all(Array.from({ length: 30 }, () => endSwap()));
    await got(receiver, 30);
    await waitFor(
      'all to be marked',
      async () => (await world.sql`select event from webhook_deliveries where state = 'pending'`).length === 0,
    );
    expect(receiver.got.map(({ event }) => event.subject).sort()).toEqual(ids.sort());
  });

  test('one that is killed between sending and marking leaves it to another, which sends it again under its id', async () => {
    const receiver = await world.receive();
    const endpoint = await world.endpoint(receiver.url, 'fleet');
    const env = {
      DATABASE_URL: world.url,
      PITLANE_ROLES: 'api',
      PORT: '0',
      WEBHOOK_TARGETS: 'loopback',
      LOG_LEVEL: 'warn',
    };
    const first = await startProgram('src/main', { env });
    await first.saw(/Pitlane is ready/, 60_000);
    let killed: Promise<unknown> | undefined;
    receiver.answer = (response) => {
      killed ??= first.stop('SIGKILL');
      void killed.then(() => response.writeHead(200).end());
    };
    await endSwap();
    await got(receiver, 1);
    await killed;
    expect(await deliveries(endpoint)).toMatchObject([{ state: 'pending', attempts: 1, log: [] }]);
    // As when the claim of the dead has run out.
    await world.sql`update webhook_deliveries set next_at = now()`;
    const second = await startProgram('src/main', { env });
    await second.saw(/Pitlane is ready/, 60_000);
    const [before, after] = await got(receiver, 2);
    expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id']);
    expect(after?.text).toBe(before?.text);
    expect(await delivered(endpoint)).toMatchObject({ attempts: 2 });
    expect(await second.stop()).toBe(0);
  }, 120_000);
});

test('waits grow from five seconds to six hours, and differ', () => {
  const waits = Array.from({ length: 12 }, (_, n) => retryDelayMs(n + 1, () => 0.5) / 1000);
  expect(waits.slice(0, 5)).toEqual([5, 15, 45, 135, 405]);
  expect(waits.at(-1)).toBe(webhookRules.longestRetryMs / 1000);
  expect([retryDelayMs(1, () => 0), retryDelayMs(1, () => 1)]).toEqual([4000, 6000]);
});
