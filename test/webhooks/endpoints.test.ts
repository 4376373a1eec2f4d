import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../schema/wire/api/problem.ts';
import type { Webhook } from '../../schema/wire/api/webhook.ts';
import { mayReach, refusalOf } from '../../src/webhooks/targets.ts';
import { createWebhookWorld, fleet, type ShownWebhook, type WebhookWorld } from './world.ts';

let world: WebhookWorld;
beforeAll(async () => {
  world = await createWebhookWorld();
});
afterAll(() => world?.end());

const path = '/api/v1/webhooks';
const url = 'https://fleet.example.com/hook';

describe('an endpoint', () => {
  test('shows its secret once, to whoever made it and to a retry; it is stored nowhere else', async () => {
    const make = () =>
      world.send<ShownWebhook>(path, 'fleet', 'POST', { url, description: 'dispatch' }, { 'idempotency-key': '"k-1"' });
    const made = await make();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ organisation: fleet, url, enabled: true, types: [], edition: 1 });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const again = await make();
    expect(again.body).toEqual(made.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const { secret } = made.body;
    const kept = await world.sql`select outcome::text as text from idempotency_keys`;
    expect(kept.some(({ text }) => text.includes(secret))).toBe(false);
    for (const at of [path, `${path}/${made.body.id}`])
      expect((await world.ask(at, 'fleet')).text).not.toContain('whsec');
  });

  test('is changed under its edition, disabled, and deleted', async () => {
    const { id } = await world.endpoint(url, 'fleet');
    const at = `${path}/${id}`;
    const change = (body: object, tag: string) => world.send<Webhook>(at, 'fleet', 'PATCH', body, { 'if-match': tag });
    expect(await change({ types: ['pitlane.swap.completed.v1'] }, '"1"')).toMatchObject({
      status: 200,
      body: { edition: 2 },
    });
    expect((await change({ description: 'late' }, '"1"')).status).toBe(412);
    expect(await change({ enabled: false }, '"2"')).toMatchObject({
      body: { enabled: false, disabledBy: expect.any(String) },
    });
    expect((await world.send<Problem>(`${at}/test`, 'fleet', 'POST')).body.code).toBe('change-refused');
    expect(await change({ enabled: true }, '"3"')).toMatchObject({ body: { enabled: true, disabledAt: null } });
    expect((await world.send(at, 'fleet', 'DELETE')).status).toBe(428);
    expect((await world.send(at, 'fleet', 'DELETE', undefined, { 'if-match': '"4"' })).status).toBe(204);
    expect((await world.ask(at, 'fleet')).status).toBe(404);
  });

  test('is of one organisation, and others do not see it', async () => {
    const { id } = await world.endpoint(url, 'fleet');
    const operators = await world.endpoint(url, 'admin');
    const reds = await world.endpoint(url, 'operations', { organisation: 'red-taxi' });
    expect([operators.organisation, reds.organisation]).toEqual([null, 'red-taxi']);
    for (const other of ['owner', 'service'] as const)
      expect((await world.ask(`${path}/${id}`, other)).status).toBe(404);
    expect((await world.ask(`${path}/${reds.id}`, 'fleet')).status).toBe(404);
    expect((await world.ask(`${path}/${operators.id}`, 'service')).status).toBe(200);
    for (const none of ['staff', 'regulator', 'maintenance'] as const)
      expect((await world.ask(path, none)).status).toBe(403);
    const seen = (await world.ask(path, 'fleet')).body.items;
    expect(new Set(seen.map(({ organisation }) => organisation))).toEqual(new Set([fleet]));
    expect((await world.send(path, 'fleet', 'POST', { url, organisation: 'red-taxi' })).status).toBe(422);
    expect((await world.send(path, 'admin', 'POST', { url, organisation: 'nobody' })).status).toBe(422);
  });

  test('leads nowhere it must not', async () => {
    const refused = [
      'http://fleet.example.com/hook',
      'https://10.0.0.1/hook',
      'https://169.254.169.254/latest/meta-data',
      'https://[fd00::1]/hook',
      'https://[::ffff:10.0.0.1]/hook',
      'ftp://fleet.example.com/hook',
      'https://me:secret@fleet.example.com/hook',
      'not a URL',
    ];
    for (const each of refused) {
      const { status, body } = await world.send<Problem>(path, 'fleet', 'POST', { url: each });
      expect([each, status, body.errors?.[0]?.pointer]).toEqual([each, 422, '/url']);
    }
  });

  test('is one of at most twenty', async () => {
    for (let n = 0; n < 20; n++) await world.endpoint(url, 'admin', { organisation: 'red-taxi' }).catch(() => {});
    const more = await world.send<Problem>(path, 'admin', 'POST', { url, organisation: 'red-taxi' });
    expect(more).toMatchObject({ status: 409, body: { code: 'change-refused' } });
  });
});

describe('an address', () => {
  test.each([
    ['93.184.216.34', true, true],
    ['2606:4700::1111', true, true],
    ['127.0.0.1', false, true],
    ['::1', false, true],
    ['10.1.2.3', false, false],
    ['172.31.0.1', false, false],
    ['192.168.1.1', false, false],
    ['100.64.0.1', false, false],
    ['169.254.169.254', false, false],
    ['0.0.0.0', false, false],
    ['224.0.0.1', false, false],
    ['255.255.255.255', false, false],
    ['fe80::1', false, false],
    ['fd12::1', false, false],
    ['::ffff:192.168.1.1', false, false],
    ['64:ff9b::a00:1', false, false],
    ['2002:a00:1::', false, false],
  ])('%s is public: %s, public or here: %s', (address, isPublic, isHere) => {
    expect([mayReach(address, 'public'), mayReach(address, 'loopback'), mayReach(address, 'private')]).toEqual([
      isPublic,
      isHere,
      true,
    ]);
  });

  test('is found in any spelling, and http is for this computer alone', () => {
    const refused = (text: string, reach: 'public' | 'loopback' | 'private') =>
      refusalOf(new URL(text), reach) !== null;
    expect(['https://0x7f.1/', 'https://2130706433/', 'https://[::1]/'].map((text) => refused(text, 'public'))).toEqual(
      [true, true, true],
    );
    expect(refused('http://localhost:9/', 'loopback')).toBe(false);
    expect(refused('http://localhost:9/', 'public')).toBe(true);
    expect(refused('http://example.com/', 'loopback')).toBe(true);
    expect(refused('http://10.0.0.1/', 'private')).toBe(false);
  });
});
