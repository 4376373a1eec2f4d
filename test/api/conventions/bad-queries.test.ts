import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadWorld } from '../fixture.ts';
import { type Document, exampleOf, operationsOf, type Parameter } from './openapi-document.ts';

// Every query parameter of every GET of the OpenAPI document is given what a database or a calendar chokes on: a refusal or an answer, never a failure.

let world: Awaited<ReturnType<typeof createReadWorld>>;
let document: Document;
beforeAll(async () => {
  world = await createReadWorld();
  document = (await (await world.app.request('/openapi.json')).json()) as Document;
});
afterAll(() => world?.end());

/** Written as they stand in the address. */
const odd = ['275761-01-01T00:00:00Z', '9007199254740993', '0000-01-01'];

interface Asked {
  name: string;
  parameter: string;
  /** The address with another value. */
  with: (value: string) => string;
}

function* addresses(): Generator<Asked> {
  for (const { name, operation } of operationsOf(document)) {
    if (!name.startsWith('GET /api/')) continue;
    const parameters = operation.parameters ?? [];
    const pathOf = (all: string, each: Parameter) =>
      all.replace(`{${each.name}}`, encodeURIComponent(String(exampleOf(each) ?? 'x')));
    const path = parameters.filter((each) => each.in === 'path').reduce(pathOf, name.slice('GET '.length));
    const wanted = parameters.filter((each) => each.in === 'query' && each.required);
    for (const { name: parameter = '' } of parameters.filter((each) => each.in === 'query')) {
      const others = wanted
        .filter((each) => each.name !== parameter)
        .map((each) => `&${each.name}=${encodeURIComponent(String(exampleOf(each) ?? 'x'))}`);
      yield { name, parameter, with: (value) => `${path}?${parameter}=${value}${others.join('')}` };
    }
  }
}

const ask = async (path: string) => {
  const answer = await world.app.request(path, { headers: { Authorization: `Bearer ${world.keys.admin}` } });
  const isProblem = answer.headers.get('content-type')?.includes('problem+json');
  const said = isProblem ? ((await answer.json()) as { code: string; errors?: { parameter?: string }[] }) : null;
  await answer.body?.cancel().catch(() => {});
  return { status: answer.status, said };
};

test('NUL in a parameter is refused by its name; what is no date or too large is refused, or finds nothing', async () => {
  const wrong: string[] = [];
  for (const each of addresses()) {
    const { status, said } = await ask(each.with('a%00b'));
    const named = said?.errors?.some(({ parameter }) => parameter === each.parameter);
    if (status !== 400 || said?.code !== 'invalid-parameter' || !named)
      wrong.push(`${each.name} ${each.parameter}: ${status} ${JSON.stringify(said)}`);
    // A stream that is taken does not end.
    if (each.name.endsWith('/stream')) continue;
    for (const value of odd) {
      const { status: found } = await ask(each.with(value));
      if (found >= 500) wrong.push(`${each.with(value)}: ${found}`);
    }
  }
  expect(wrong).toEqual([]);
}, 120_000);
