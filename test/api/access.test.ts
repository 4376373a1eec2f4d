import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../schema/wire/api/access.ts';
import { hashKey, newKey } from '../../src/api/keys.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { callerOf, createReadWorld } from './fixture.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
beforeAll(async () => {
  world = await createReadWorld();
});
afterAll(() => world?.end());

const all: Role[] = ['admin', 'operations', 'staff', 'fleet', 'owner', 'regulator', 'maintenance', 'service'];
const swapViewers = all.filter((role) => role !== 'owner');
const seers: Role[] = ['admin', 'operations', 'staff', 'regulator', 'maintenance', 'service'];
const actors: Role[] = ['admin', 'operations', 'staff', 'maintenance'];
const managers: Role[] = ['admin', 'operations'];
const open = 'open';

/** Who may do what, written down a second time on purpose: the test compares it with what the routes declare and do. */
const expected: Record<string, Role[] | typeof open> = {
  'GET /healthz': open,
  'GET /readyz': open,
  'GET /metrics': ['admin', 'operations', 'staff', 'service'],
  'POST /api/v1/session': open,
  'POST /api/v1/session/invitation': open,
  'DELETE /api/v1/session': open,
  'GET /api/v1/session': all,
  'PATCH /api/v1/session': all,
  'PUT /api/v1/session/password': all,
  'GET /api/v1/sessions': all,
  'DELETE /api/v1/sessions/{id}': all,
  'GET /api/v1/stations': all,
  'POST /api/v1/stations': managers,
  'GET /api/v1/stations/{id}': all,
  'POST /api/v1/stations/{id}/credentials': managers,
  'GET /api/v1/stations/{id}/slots': swapViewers,
  'GET /api/v1/stations/{id}/bays': swapViewers,
  'GET /api/v1/stations/{id}/bays/{bay}': swapViewers,
  'POST /api/v1/stations/{id}/bays/{bay}/actions': actors,
  'POST /api/v1/stations/{id}/journal/adopt': actors,
  'POST /api/v1/stations/{id}/simulator': actors,
  'GET /api/v1/swaps': swapViewers,
  'GET /api/v1/swaps/{id}': swapViewers,
  'GET /api/v1/batteries': all,
  'GET /api/v1/batteries/{code}': all,
  'GET /api/v1/batteries/{code}/custody': all,
  'POST /api/v1/movements': ['admin', 'operations', 'staff', 'maintenance', 'service'],
  'GET /api/v1/inventory/counts': all,
  'GET /api/v1/audit/custody': seers,
  'GET /api/v1/events': seers,
  'GET /api/v1/alarms': seers,
  'GET /api/v1/incidents': seers,
  'GET /api/v1/dead-letters': seers.filter((role) => role !== 'regulator'),
  'POST /api/v1/alarms/{id}/acknowledge': actors,
  'POST /api/v1/incidents/{id}/acknowledge': actors,
  'POST /api/v1/incidents/{id}/close': actors,
  'POST /api/v1/dead-letters/{id}/resolve': actors,
  'GET /api/v1/commands/{id}': seers,
  'GET /api/v1/commands/{station}/{bay}/{machine}/{instance}/{step}': seers,
  'GET /api/v1/commands/{station}/{bay}/action/{n}': seers,
  'GET /api/v1/stream': swapViewers,
};

interface OpenApi {
  paths: Record<string, Record<string, { 'x-roles'?: Role[]; security?: unknown; responses: Record<string, unknown> }>>;
}

const operations = async () => {
  const document = (await (await world.app.request('/openapi.json')).json()) as OpenApi;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      method,
      operation,
    })),
  );
};

describe('every route', () => {
  test('is in the OpenAPI document, but for the pages that show it', async () => {
    const described = new Set((await operations()).map(({ name }) => name));
    const served = world.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:([A-Za-z]+)/g, '{$1}')}`);
    const unknown = [...new Set(served)].filter((name) => !described.has(name));
    expect(unknown.sort()).toEqual([
      'GET /',
      'GET /docs',
      'GET /docs/assets/start.js',
      'GET /docs/assets/{file}',
      'GET /docs/problems',
      'GET /openapi.json',
    ]);
  });

  test('declares the roles that this table expects', async () => {
    const declared = Object.fromEntries(
      (await operations()).map(({ name, operation }) => [name, operation['x-roles'] ?? open]),
    );
    expect(declared).toEqual(expected);
    for (const { operation } of await operations()) {
      if (operation['x-roles'])
        expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
    }
  });

  test('lets in whom it declares and nobody else', async () => {
    for (const { path, method, operation } of await operations()) {
      // The stream does not end by itself; its own test reads it.
      if (path === '/api/v1/stream') continue;
      const url = path.replaceAll(/\{[^}]+\}/g, 'x');
      const send = (headers: Record<string, string>) =>
        world.app.request(url, {
          method: method.toUpperCase(),
          headers: { ...headers, 'Content-Type': 'application/json' },
          ...(method === 'get' ? {} : { body: '{}' }),
        });
      const roles = operation['x-roles'];
      const anonymous = await send({});
      expect([path, anonymous.status === 401]).toEqual([path, roles !== undefined]);
      for (const each of roles ? all : []) {
        const { status } = await send({ Authorization: `Bearer ${world.keys[each]}` });
        const allowed = roles?.includes(each);
        expect([path, each, status === 403]).toEqual([path, each, !allowed]);
        expect([path, each, status < 500 && status !== 401]).toEqual([path, each, true]);
      }
    }
  });
});

describe('a key', () => {
  const ask = (authorization?: string) =>
    world.app.request('/api/v1/stations', authorization ? { headers: { Authorization: authorization } } : {});

  test('that is missing, malformed or unknown is answered alike', async () => {
    const { staff } = world.keys;
    const wrong = [
      undefined,
      'Bearer',
      'Bearer x',
      `Basic ${staff}`,
      staff,
      `Bearer ${staff}x`,
      `Bearer ${newKey().key}`,
    ];
    wrong.push(`Bearer ${staff.slice(0, -1)}${staff.endsWith('A') ? 'B' : 'A'}`, `Bearer ${staff} ${staff}`);
    for (const each of wrong) {
      const answer = await ask(each);
      expect([each, answer.status]).toEqual([each, 401]);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(await answer.json()).toMatchObject({
        code: 'unauthenticated',
        status: 401,
        type: '/docs/problems#unauthenticated',
      });
    }
  });

  test('is stored as its hash only, and never logged', async () => {
    const { staff } = world.keys;
    await callerOf(world.app, world.keys)('/api/v1/stations', 'staff');
    const rows = await world.sql`select * from api_keys where hash = ${hashKey(staff)}`;
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(await world.sql`select * from api_keys`)).not.toContain(staff.slice(16));
    expect(world.lines.join('')).toContain(rows[0]?.id);
    expect(world.lines.join('')).not.toContain(staff.slice(16));
  });

  test('stops working within seconds when it is revoked, or expires', async () => {
    const { service } = world.keys;
    expect((await ask(`Bearer ${service}`)).status).toBe(200);
    await world.sql`update api_keys set revoked_at = now() where hash = ${hashKey(service)}`;
    await waitFor('the key to stop working', async () => (await ask(`Bearer ${service}`)).status === 401);
    const { admin } = world.keys;
    expect((await ask(`Bearer ${admin}`)).status).toBe(200);
    await world.sql`update api_keys set expires_at = now() where hash = ${hashKey(admin)}`;
    await waitFor('the key to expire', async () => (await ask(`Bearer ${admin}`)).status === 401);
  });
});
