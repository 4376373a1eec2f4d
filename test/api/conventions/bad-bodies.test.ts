import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadWorld } from '../fixture.ts';
import { type Document, exampleOf, type Operation, operationsOf } from './openapi-document.ts';

// Bad input, made of the examples of the OpenAPI document: every change that takes a body is sent what it does not take. It answers with a clear error that
// names the place, and nothing is written.

let world: Awaited<ReturnType<typeof createReadWorld>>;
let document: Document;
beforeAll(async () => {
  world = await createReadWorld();
  document = (await (await world.app.request('/openapi.json')).json()) as Document;
});
afterAll(() => world?.end());

type Body = Record<string, unknown>;

/** The body of an operation as its example has it; null: it takes none, or none in JSON. */
function bodyOf({ requestBody }: Operation): Body | null {
  const content = requestBody?.content['application/json'];
  const example = content && exampleOf(content, document);
  return typeof example === 'object' && example !== null && !Array.isArray(example) ? (example as Body) : null;
}

/** Ids whose parameter has no example: of the right form, and of nothing. */
const ids: Readonly<Record<string, string>> = {
  users: 'u00000000000f',
  keys: '00000000000f',
  reservations: 'r-000000000000000f',
  traceability: '1',
};

function pathOf(name: string, operation: Operation): string {
  const query = new URLSearchParams();
  let path = name.split(' ')[1] ?? '';
  for (const parameter of operation.parameters ?? []) {
    const example = exampleOf(parameter) ?? ids[path.split('/')[3] ?? ''];
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(String(example ?? 'x')));
    else if (parameter.in === 'query' && parameter.required) query.set(parameter.name ?? '', String(example ?? ''));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Not what the member takes, whatever it takes: nothing of ours is a nested list of a truth. */
const nonsense = [[[true]]];

const badBodies = (body: Body): [what: string, body: unknown, pointer: string][] => [
  ['a member that nobody knows', { ...body, noSuchMember: 1 }, ''],
  ['a list', [body], ''],
  ...Object.keys(body).map((name): [string, unknown, string] => [
    `nonsense in ${name}`,
    { ...body, [name]: nonsense },
    `/${name}`,
  ]),
];

/** Rows written so far by anybody, but for what the service notes of its own work. */
async function rowsWritten(): Promise<number> {
  const tables = await world.sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and not c.relispartition and c.relname not in ('sign_in_attempts') order by 1`;
  const counts = await Promise.all(
    tables.map(async ({ name }) => Number((await world.sql.unsafe(`select count(*)::int as n from ${name}`))[0]?.n)),
  );
  return counts.reduce((sum, n) => sum + n, 0);
}

test('what a change does not take is refused with the place, and nothing is written', async () => {
  const before = await rowsWritten();
  const wrong: string[] = [];
  let sent = 0;
  for (const { name, operation } of operationsOf(document)) {
    const body = bodyOf(operation);
    // Those of nobody yet count attempts: test/parties.
    if (body === null || name.includes('/session')) continue;
    for (const [what, bad, pointer] of badBodies(body)) {
      sent += 1;
      const answer = await world.app.request(pathOf(name, operation), {
        method: name.split(' ')[0] ?? '',
        headers: {
          Authorization: `Bearer ${world.keys.admin}`,
          'Content-Type': 'application/json',
          'If-Match': '*',
          'Idempotency-Key': `"bad ${sent}"`,
        },
        body: JSON.stringify(bad),
      });
      const said = (await answer.json()) as { code?: string; errors?: { pointer?: string; detail?: string }[] };
      const named = said.errors?.some(({ pointer: at, detail }) => (at ?? '').startsWith(pointer) && detail);
      if (answer.status !== 422 || said.code !== 'invalid-body' || !named)
        wrong.push(`${name} with ${what}: ${answer.status} ${JSON.stringify(said).slice(0, 200)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(sent).toBeGreaterThan(200);
  expect(await rowsWritten()).toBe(before);
}, 60_000);

/** The body with one of its texts or numbers replaced by what no column holds. */
function* unstorable(value: unknown, put: (value: unknown) => unknown): Generator<unknown> {
  if (typeof value === 'string') {
    for (const odd of ['a\u0000b', '\ud800', '0000-01-01']) yield put(odd);
  } else if (typeof value === 'number') {
    for (const odd of [2_147_483_648, 99_999_999_999]) yield put(odd);
  } else if (Array.isArray(value)) {
    // Others of a list are as its first.
    if (value.length > 0) yield* unstorable(value[0], (odd) => put([odd, ...value.slice(1)]));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      yield* unstorable(inner, (odd) => put({ ...value, [name]: odd }));
  }
}

test('what no column holds is refused, or harms nothing: never a failure', async () => {
  const wrong: string[] = [];
  let sent = 0;
  for (const { name, operation } of operationsOf(document)) {
    const body = bodyOf(operation);
    if (body === null || name.includes('/session')) continue;
    for (const bad of unstorable(body, (odd) => odd)) {
      sent += 1;
      const answer = await world.app.request(pathOf(name, operation), {
        method: name.split(' ')[0] ?? '',
        headers: {
          Authorization: `Bearer ${world.keys.admin}`,
          'Content-Type': 'application/json',
          'If-Match': '*',
          'Idempotency-Key': `"unstorable ${sent}"`,
        },
        body: JSON.stringify(bad),
      });
      // 504: there is no simulator here to answer.
      if (answer.status >= 500 && answer.status !== 504)
        wrong.push(`${name} ${answer.status}: ${JSON.stringify(bad).slice(0, 300)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(sent).toBeGreaterThan(500);
}, 120_000);

test('bytes that are no UTF-8, and a body that is packed, are refused as such', async () => {
  const send = (body: Uint8Array, headers: Record<string, string> = {}, path = 'organisations') =>
    world.app.request(`/api/v1/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${world.keys.admin}`, 'Content-Type': 'application/json', ...headers },
      body,
    });
  const before = await rowsWritten();
  const good = JSON.stringify({ id: 'utf-8', kind: 'fleet', name: '#' });
  const latin = Buffer.from(good.replace('#', '\u00e9'), 'latin1');
  const bytes = await send(latin);
  expect([bytes.status, await bytes.json()]).toMatchObject([
    400,
    { code: 'malformed-json', detail: 'The body is not UTF-8.' },
  ]);
  for (const [body, path] of [
    [gzipSync(good), 'organisations'],
    [Buffer.from(good), 'organisations'],
    [gzipSync('code,model\n'), 'imports?kind=batteries'],
  ] as const) {
    const packed = await send(body, { 'Content-Encoding': 'gzip', 'Idempotency-Key': '"packed"' }, path);
    expect([path, packed.status, await packed.json()]).toMatchObject([path, 415, { code: 'unsupported-media-type' }]);
    expect(packed.headers.get('accept-encoding')).toBe('identity');
  }
  expect(await rowsWritten()).toBe(before);
  const taken = await send(Buffer.from(good.replace('#', '\u00e9')), { 'Content-Encoding': 'identity' });
  expect([taken.status, await taken.json()]).toMatchObject([201, { name: '\u00e9' }]);
});
