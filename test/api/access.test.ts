import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Role, role } from '../../schema/wire/api/access.ts';
import { hashKey, newKey } from '../../src/api/keys.ts';
import { waitFor } from '../helpers/wait-for.ts';
import type { Line } from './access-lines.ts';
import { table } from './access-table.ts';
import { type AccessWorld, createAccessWorld, type Side } from './access-world.ts';
import { callerOf, createReadWorld } from './fixture.ts';

interface Operation {
  name: string;
  path: string;
  method: string;
  roles: Role[] | undefined;
  statuses: string[];
}

let access: AccessWorld;
let operations: Operation[];
beforeAll(async () => {
  access = await createAccessWorld();
  const document = (await (await access.app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { 'x-roles'?: Role[]; responses: object }>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      method: method.toUpperCase(),
      roles: operation['x-roles'],
      statuses: Object.keys(operation.responses),
    })),
  );
});
afterAll(() => access?.end());

/** The answer to a request of a role; of nobody without one. */
async function ask(method: string, path: string, as: Role | null, body?: unknown, byKey = false) {
  const answer = await access.app.request(path, {
    method,
    headers: {
      ...(as === null ? {} : (byKey ? access.keysOf : access.headersOf)[as]),
      'Content-Type': 'application/json',
      'If-Match': '*',
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
  });
  return { status: answer.status, text: await answer.text() };
}

describe('every route', () => {
  test('is in the OpenAPI document, but for the pages that show it', () => {
    const described = new Set(operations.map(({ name }) => name));
    const served = access.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:([A-Za-z]+)(?:\{[^}]*\})?/g, '{$1}')}`);
    const unknown = [...new Set(served)].filter((name) => !described.has(name));
    expect(unknown.sort()).toEqual([
      'GET /docs',
      'GET /docs/assets/start.js',
      'GET /docs/assets/{file}',
      'GET /docs/problems',
      'GET /openapi.json',
    ]);
  });

  test('has its line in test/api/access-table.ts', () => {
    const missing = operations
      .filter(({ name }) => !(name in table))
      .map(({ name, roles }) => `'${name}': ${roles?.join(', ')}`);
    expect(
      missing,
      'routes without a line: say in test/api/access-table.ts who may call them and what of it they see',
    ).toEqual([]);
    const gone = Object.keys(table).filter((name) => operations.every((each) => each.name !== name));
    expect(gone, 'lines of test/api/access-table.ts without a route: take them out').toEqual([]);
  });

  test('declares the roles that the table expects', () => {
    const ordered = (roles: readonly Role[] | undefined) =>
      roles === undefined ? 'open' : role.options.filter((each) => roles.includes(each)).join(' ');
    const known = operations.filter(({ name }) => name in table);
    const declared = Object.fromEntries(known.map(({ name, roles }) => [name, ordered(roles)]));
    const expected = Object.fromEntries(known.map(({ name }) => [name, ordered(rolesOf(table[name]))]));
    expect(declared).toEqual(expected);
    for (const { name, roles, statuses } of operations)
      if (roles) expect([name, statuses]).toEqual([name, expect.arrayContaining(['401', '403'])]);
  });

  test('asks who it is', async () => {
    for (const { name, path, method, roles } of operations) {
      const { status } = await ask(method, path.replaceAll(/\{[^}]+\}/g, 'x'), null);
      expect([name, status === 401], 'whether nobody is refused').toEqual([name, roles !== undefined]);
    }
  });
});

type Closed = Exclude<Line, { kind: 'open' }>;
const rolesOf = (line: Line | undefined) => (line === undefined || line.kind === 'open' ? undefined : line.roles);
const lines = Object.entries(table).filter(([name]) => name !== 'GET /api/v1/stream');

describe('of every route, each role gets what the table says', () => {
  test.each(lines)('%s', async (name, line) => {
    const known = operations.some((each) => each.name === name);
    // An open one is nobody's, and a line without a route is named above.
    if (!known || line.kind === 'open') return;
    const got: Record<string, string[]> = {};
    const due: Record<string, string[]> = {};
    for (const each of role.options) {
      const answers = [await outcome(name, line, each, access.mine)];
      if (line.kind !== 'plain') answers.push(await outcome(name, line, each, access.theirs));
      // Who may not at all may also be told that there is nothing.
      if (!line.roles.includes(each) && answers[1] === 'not there') answers[1] = 'forbidden';
      got[each] = answers;
      due[each] = expectedOf(line, each);
    }
    expect(got, 'of its own, of others').toEqual(due);
  });
});

function expectedOf(line: Closed, as: Role): string[] {
  const allowed = line.roles.includes(as);
  const mine = allowed ? 'let in' : 'forbidden';
  if (line.kind === 'plain') return [mine];
  if (allowed && line.none?.includes(as)) return ['not there', 'not there'];
  return [mine, allowed && line.own.includes(as) ? 'not there' : mine];
}

async function outcome(name: string, line: Closed, as: Role, side: Side): Promise<string> {
  const [method = '', pattern = ''] = name.split(' ');
  const { status, text } =
    line.kind === 'many'
      ? await ask('GET', `/api/v1/${line.path}${line.path.includes('?') ? '&' : '?'}limit=200`, as)
      : await ask(method, await pathOf(line, pattern, side), as, line.body, line.kind === 'plain' && line.byKey);
  if (status === 403 && text.includes('"forbidden"')) return 'forbidden';
  if (status === 401 && text.includes('"unauthenticated"')) return 'not known';
  if (status === 500) return text;
  if (line.kind === 'many') return status !== 200 ? text : text.includes(line.shows(side)) ? 'let in' : 'not there';
  // Refused before anybody looked whose it is, so it would tell nothing.
  if (line.kind === 'one' && status === 422 && line.own.includes(as))
    return `the body in the table is not one that the route takes: ${text}`;
  return line.kind === 'one' && status === 404 ? 'not there' : 'let in';
}

const pathOf = async (line: Closed, pattern: string, side: Side): Promise<string> =>
  line.kind === 'one' ? `/api/v1/${await line.path(side, access)}` : pattern.replaceAll(/\{[^}]+\}/g, 'x');

describe('a key', () => {
  let world: Awaited<ReturnType<typeof createReadWorld>>;
  beforeAll(async () => {
    world = await createReadWorld();
  });
  afterAll(() => world?.end());

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
