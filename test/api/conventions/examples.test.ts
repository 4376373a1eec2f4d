import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Act } from '../../../schema/wire/api/act.ts';
import { operations } from '../../../src/acts/operations.ts';
import { keyIdOf } from '../../../src/api/keys.ts';
import { projectRoot } from '../../../src/platform/paths.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { createLiveWorld, type LiveWorld } from '../live-world.ts';
import { announceJournal, seedExamples } from './example-world.ts';
import { type Document, exampleOf, type Operation, operationsOf } from './openapi-document.ts';

// The examples of the OpenAPI document, sent as they stand to the product as it runs. What the document cannot know (today's date, an id that
// the service makes) is put in their place.

let world: LiveWorld;
let document: Document;
beforeAll(async () => {
  world = await createLiveWorld('bj-001', 50);
  document = (await (await fetch(`${world.url}/openapi.json`)).json()) as Document;
  await waitFor('the station is online', async () => {
    const { body } = await world.ask<{ online: boolean }>('/api/v1/stations/bj-001', { role: 'admin' });
    return body.online;
  });
  // Dispatchers see it some seconds after the bay itself.
  await waitFor('its bay takes cars', async () => {
    const { body } = await world.ask<{ expectedWaitMs: number | null }>('/api/v1/stations/bj-001', { role: 'admin' });
    return body.expectedWaitMs !== null;
  });
  await seedExamples(world);
});
afterAll(() => world?.end());

/** Told by tests of their own: they need a browser's cookies, or the station's own next move. */
const elsewhere: readonly RegExp[] = [/ \/api\/v1\/sessions?(\/|$)/, / \/auth\//];

/** What an example cannot know of this world, and what takes its place. */
const inPlace: Record<string, readonly (readonly [written: string, here: string])[]> = {
  // The station's packs are there already.
  'POST /api/v1/batteries': [['0000007', '0000907']],
  'POST /api/v1/movements': [['slot/17', 'slot/7']],
  'POST /api/v1/imports': [['/imports', '/imports?kind=batteries']],
  'DELETE /api/v1/battery-models/{id}': [['PLN-E50', 'PLN-OLD']],
};

/** A site whose asset works. */
for (const name of ['signals', 'plans', 'plans/{plan}', 'readings', 'alarms', 'load'])
  for (const method of ['GET', 'POST'])
    inPlace[`${method} /api/v1/second-life-sites/{id}/${name}`] = [
      ['depot-1', 'depot-grid'],
      ['depot-2', 'depot-grid'],
      ['0000001RP', '0000091RP'],
    ];

/** Where the example comes too late, or there is nothing yet: refused as documented. */
const refusedHere: Record<string, number> = {
  'POST /api/v1/imports/{id}/cancel': 409,
  // It has begun, and is on the newest version already.
  'POST /api/v1/leases/{id}/withdraw': 409,
  'POST /api/v1/leases/{id}/change-plan': 409,
  'POST /api/v1/webhooks/{id}/deliveries/{event}/redeliver': 404,
  'GET /api/v1/second-life-sites/{id}/plans/{plan}': 404,
  // It has been resolved.
  'POST /api/v1/disputes/{id}/withdraw': 409,
};

/** Of operations that want something: the first of what they may have. */
const order = (name: string): number => {
  const collections = [
    'organisations',
    'tariffs',
    'battery-models',
    'stations',
    'batteries',
    'vehicles',
    'users',
    'keys',
    'plans',
  ];
  const made = collections.findIndex((each) => name === `POST /api/v1/${each}`);
  if (made >= 0) return made;
  if (name === 'POST /api/v1/movements') return 9;
  if (name.startsWith('POST') && !name.includes('{')) return 10;
  // After these nobody is served any more.
  if (name.endsWith('/actions')) return 44;
  if (name.endsWith('/adopt')) return 45;
  if (name.includes('/commands/')) return 46;
  return { GET: 20, PATCH: 30, PUT: 30, POST: 40, DELETE: 50 }[name.split(' ')[0] ?? ''] ?? 60;
};

/** Ids that the service made, by the path of their collection. The station that runs has its own name. */
const made = new Map<string, string>();
const inAnHour = Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000;

/** Writes into an example what it cannot know. */
const here = (name: string, text: string): string =>
  (inPlace[name] ?? [])
    .reduce((all, [written, there]) => all.replace(written, there), text)
    .replaceAll(/"2026-05-01T08:(\d\d):00Z"/g, (_, minute) =>
      JSON.stringify(new Date(inAnHour + Number(minute) * 60_000).toISOString()),
    );

function urlOf(name: string, operation: Operation): string {
  const path = name.split(' ')[1] ?? '';
  const query = new URLSearchParams();
  let url = path;
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'path') {
      const { name: word = '' } = parameter;
      const example = made.get(word === 'id' ? path.slice(0, path.indexOf('/{')) : word) ?? exampleOf(parameter);
      if (example === undefined) throw new Error(`no example of ${word}`);
      url = url.replace(`{${word}}`, encodeURIComponent(String(example)));
    } else if (parameter.in === 'query' && parameter.required && exampleOf(parameter) !== undefined) {
      query.set(parameter.name ?? '', String(exampleOf(parameter)));
    }
  }
  return here(name, query.size > 0 ? `${url}?${query}` : url);
}

async function send(name: string, operation: Operation, key: string): Promise<Response> {
  const [method = ''] = name.split(' ');
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const body = content && exampleOf(content, document);
  if (type !== undefined && body === undefined) throw new Error('the body has no example');
  const stop = new AbortController();
  const answer = await fetch(`${world.url}${urlOf(name, operation)}`, {
    method,
    signal: stop.signal,
    headers: {
      Authorization: `Bearer ${world.keys.admin}`,
      ...(type === undefined ? {} : { 'Content-Type': type }),
      ...(method === 'POST' ? { 'Idempotency-Key': `"${key}"` } : {}),
      ...(method === 'PATCH' || method === 'DELETE' || method === 'PUT' ? { 'If-Match': '*' } : {}),
    },
    ...(body === undefined ? {} : { body: here(name, typeof body === 'string' ? body : JSON.stringify(body)) }),
  });
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) setTimeout(() => stop.abort(), 50);
  return answer;
}

/** The station writes its mark all the time, and takes the announcement of a journal with it: announced again until it is adopted. */
async function settled(name: string, operation: Operation): Promise<{ answer: Response; key: string }> {
  for (let attempt = 1; ; attempt++) {
    const adopts = name.endsWith('/adopt');
    if (adopts) await announceJournal(world);
    const key = `example ${name} ${attempt}`;
    const answer = await send(name, operation, key);
    if (!adopts || answer.status !== 409 || attempt === 20) return { answer, key };
  }
}

const ajv = addFormats.default(new Ajv2020.default({ strict: false, validateFormats: true }));

/** What the record of who did what lacks of a change that was made. */
async function unlike(name: string, request: string | null): Promise<string[]> {
  const { body } = await world.ask<{ items: Act[] }>('/api/v1/acts?limit=20', { role: 'admin' });
  const lines = body.items.filter((each) => each.request === request);
  const [line] = lines;
  if (lines.length !== 1 || line === undefined) return [`${name}: left ${lines.length} lines of who did what`];
  const told = operations[name];
  const { what, kind, outcome, object, actor } = line;
  const [known, due] = [
    { what, kind, outcome, named: object !== null, actor: actor?.id },
    { what: told?.what, kind: told?.kind, outcome: 'done', named: true, actor: keyIdOf(world.keys.admin) },
  ].map((each) => JSON.stringify(each));
  return known === due ? [] : [`${name}: the line says ${known} and not ${due}`];
}

/** What is wrong with an answer by its schema; null: nothing. */
function judge(operation: Operation, status: number, type: string, body: unknown): string | null {
  const content = operation.responses[status]?.content?.[type];
  if (content?.schema === undefined) return type === '' ? null : `${status} ${type} is not documented`;
  if (!type.includes('json')) return null;
  const valid = ajv.compile({ ...content.schema, components: document.components });
  return valid(body) ? null : ajv.errorsText(valid.errors);
}

describe('the examples of the OpenAPI document', () => {
  test('are answered as documented, and a POST sent twice is done once', async () => {
    const wrong: string[] = [];
    const all = operationsOf(document)
      .filter(({ name }) => !elsewhere.some((each) => each.test(name)))
      .sort((a, b) => order(a.name) - order(b.name));
    for (const { name, operation } of all) {
      try {
        const { answer, key } = await settled(name, operation);
        const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
        const text = type === 'text/event-stream' ? '' : await answer.text();
        const body = type.includes('json') ? JSON.parse(text) : text;
        if (answer.status >= 300 && answer.status !== refusedHere[name])
          wrong.push(`${name}: ${answer.status} ${text.slice(0, 300)}`);
        const problem = judge(operation, answer.status, type, body);
        if (problem) wrong.push(`${name}: ${problem}`);
        const request = answer.headers.get('x-request-id');
        if (!request) wrong.push(`${name}: has no request id`);
        const [method = '', path = ''] = name.split(' ');
        if (method !== 'GET' && answer.ok) wrong.push(...(await unlike(name, request)));
        if (method !== 'POST') continue;
        const id = body?.id ?? Object.values<{ id?: unknown } | null>(body ?? {}).find((each) => each?.id)?.id;
        if (!path.includes('{') && id !== undefined && path !== '/api/v1/stations') made.set(path, String(id));
        // Of `…/maintenance-windows` comes `{window}`.
        if (path.includes('{') && id !== undefined) made.set(/(\w+)s$/.exec(path)?.[1] ?? '', String(id));
        if (path.endsWith('/actions')) {
          made.set('/api/v1/commands', String(id));
          made.set('n', String(body.eventN));
        }
        const again = await send(name, operation, key);
        if (again.status !== answer.status || again.headers.get('idempotency-replayed') !== 'true') {
          wrong.push(
            `${name}: sent again it is answered with ${again.status}, replayed ${again.headers.get('idempotency-replayed')}`,
          );
        }
      } catch (error) {
        wrong.push(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    expect(wrong).toEqual([]);
    // Each operation is asked, the POSTs twice: some hundred requests to a machine that may be busy.
  }, 180_000);
});

test('the examples of docs/api.md run as they stand, in one shell', async () => {
  const page = await readFile(join(projectRoot, 'docs/api.md'), 'utf8');
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block ?? '');
  expect(blocks.length).toBeGreaterThan(5);
  const folder = await mkdtemp(join(tmpdir(), 'pitlane-docs-'));
  const script = ['set -eo pipefail', ...blocks].join('\n');
  try {
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      cwd: folder,
      env: { ...process.env, URL: world.url, KEY: world.keys.admin },
    });
    expect(stdout).toMatch(/the edition is "\d+"/);
    expect(await readFile(join(folder, 'batteries.csv'), 'utf8')).toMatch(/^\uFEFFcode,/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
