import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadWorld } from '../fixture.ts';
import { type Document, exampleOf, operationsOf } from './openapi-document.ts';

let world: Awaited<ReturnType<typeof createReadWorld>>;
let document: Document;
beforeAll(async () => {
  world = await createReadWorld();
  document = (await (await world.app.request('/openapi.json')).json()) as Document;
});
afterAll(() => world?.end());

const named = (like: RegExp) => operationsOf(document).filter(({ name }) => like.test(name));
const hasHeader = (operation: { parameters?: { in?: string; name?: string }[] }, header: string) =>
  operation.parameters?.some((each) => each.in === 'header' && each.name === header) ?? false;

/** Nobody is known yet, so a key would be nobody's: done again, they only make another session. */
const beforeSignIn = ['POST /api/v1/session', 'POST /api/v1/session/invitation'];

test('every POST takes an Idempotency-Key and says what may become of it', () => {
  const posts = named(/^POST /).filter(({ name }) => !beforeSignIn.includes(name));
  expect(posts.length).toBeGreaterThan(10);
  const lacking = posts.filter(
    ({ operation }) =>
      !hasHeader(operation, 'idempotency-key') ||
      !operation.responses['409'] ||
      !operation.responses['422'] ||
      !Object.entries(operation.responses).some(
        ([status, { headers }]) => +status < 300 && headers?.['Idempotency-Replayed'],
      ),
  );
  expect(lacking.map(({ name }) => name)).toEqual([]);
});

test('every change of something that has an edition wants If-Match', () => {
  const changes = named(/^(PATCH|PUT) /).filter(({ name }) => !name.includes('/session'));
  const lacking = changes.filter(
    ({ operation }) => !hasHeader(operation, 'if-match') || !operation.responses['412'] || !operation.responses['428'],
  );
  expect(lacking.map(({ name }) => name)).toEqual([]);
});

test('every body has an example', () => {
  const lacking = operationsOf(document).filter(({ operation }) =>
    Object.values(operation.requestBody?.content ?? {}).some((content) => exampleOf(content, document) === undefined),
  );
  expect(lacking.map(({ name }) => name)).toEqual([]);
});

test('every route has a summary, a tag, and what holds for all: request id, limits, language', () => {
  for (const { name, operation } of operationsOf(document)) {
    expect([name, operation.summary, operation.tags]).toEqual([name, expect.any(String), [expect.any(String)]]);
    for (const [status, { headers }] of Object.entries(operation.responses)) {
      expect([name, status, Object.keys(headers ?? {})]).toEqual([
        name,
        status,
        expect.arrayContaining(['X-Request-Id']),
      ]);
      if (!operation['x-roles']) continue;
      expect(Object.keys(headers ?? {})).toEqual(expect.arrayContaining(['RateLimit', 'RateLimit-Policy']));
      if (+status >= 400) expect(Object.keys(headers ?? {})).toContain('Content-Language');
    }
    if (operation['x-roles']) expect(operation.responses).toHaveProperty('429');
  }
});
