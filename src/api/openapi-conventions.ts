import type { Role } from '../../schema/wire/api/access.ts';
import type { ExportedList } from './export.ts';
import { type Components, columnsOf, concrete, type Schema } from './export-columns.ts';
import { type Reach, tenancyOf, tenancyText } from './reach.ts';

interface Parameter {
  in?: string;
  name?: string;
  example?: unknown;
  $ref?: string;
}

interface Answer {
  description?: string;
  headers?: Record<string, object>;
  content?: Record<string, { schema?: Schema }>;
}

interface Operation {
  description?: string;
  parameters?: Parameter[];
  responses: Record<string, Answer>;
  'x-roles'?: Role[];
  'x-tenancy'?: Partial<Record<Role, Reach>>;
}

/** As much of the OpenAPI document as is looked at. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Components; parameters?: object; headers?: object };
}

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const text = { type: 'string' as const };

/** What holds for every route is written once and named at each. */
export const commonComponents = {
  parameters: {
    AcceptLanguage: {
      in: 'header',
      name: 'Accept-Language',
      description: '`en` (default) or `zh`: language of the texts for people. Codes and names are the same in both.',
      schema: text,
    },
    IfNoneMatch: {
      in: 'header',
      name: 'If-None-Match',
      description: 'The `ETag` of what you have: answered with 304 and no body while it is the same.',
      schema: text,
    },
    RequestId: {
      in: 'header',
      name: 'X-Request-Id',
      description:
        'Your name for this request, 1 to 64 of `A-Za-z0-9._-`. It stands in the answer and in every log line.',
      schema: text,
    },
  },
  headers: {
    RequestId: { description: 'Names the request in the log.', schema: text },
    RateLimitPolicy: {
      description: 'What this caller may do: `"key";q=<requests>;w=<seconds>`. Absent where there is no limit.',
      schema: text,
    },
    RateLimit: { description: 'What is left of it: `"key";r=<requests>;t=<seconds>`.', schema: text },
    RetryAfter: { description: 'Seconds after which it is worth another try.', schema: text },
    ContentLanguage: { description: 'Language of the texts for people.', schema: text },
  },
};

/** What stands for a parameter of a path in examples, by the path up to it. The tests' world has all of it. */
const pathExamples: readonly (readonly [pattern: RegExp, example: string | number])[] = [
  [/\/stations\/\{id\}$/, 'bj-001'],
  [/\/commands\/\{station\}$/, 'bj-001'],
  [/\{bay\}$/, '1'],
  [/\{machine\}$/, 'bay'],
  [/\{instance\}$/, 'main'],
  [/\/swaps\/\{id\}$/, 'bj-001.1.1'],
  [/\/batteries\/\{code\}$/, 'PLNPE50VC4SD0SE1R0000007'],
  [/\/vehicles\/\{vin\}$/, 'LNBSCB3F6JD100001'],
  [/\/organisations\/\{id\}$/, 'blue-taxi'],
  [/\/battery-models\/\{id\}$/, 'PLN-E50'],
  [/\/dead-letters\/\{id\}$/, 1],
  [/\/owners\/\{owner\}$/, 'yi-dian'],
  [/\/packs\/\{code\}$/, 'PLNPE50VC4SD0SE1R0000007'],
  [/\/plans\/\{id\}$/, 'taxi-standard'],
  [/\/leases\/\{id\}$/, 'l-9f2c7b1d04e6a853'],
  [/\/work-orders\/\{id\}$/, 1],
];

/** Shows on each route what holds for all of them, and that a list can be had as a file. */
export function showConventions(document: ApiDocument): void {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods)) {
      for (const answer of Object.values(operation.responses)) {
        answer.headers = { 'X-Request-Id': ref('headers', 'RequestId'), ...answer.headers };
      }
      if (operation['x-roles'] !== undefined) {
        showOnRoute(operation);
        showTenancy(path, operation, operation['x-roles']);
      }
      showPathExamples(path, operation);
    }
  }
  for (const { operation } of listsIn(document)) {
    const { content } = operation.responses['200'] as Answer;
    for (const type of ['text/csv', 'application/x-ndjson']) Object.assign(content ?? {}, { [type]: { schema: text } });
    operation.description = [operation.description, asFile].filter(Boolean).join('\n\n');
  }
}

/** Who may call it, and whose things each of them sees there. */
function showTenancy(path: string, operation: Operation, roles: readonly Role[]): void {
  const tenancy = tenancyOf(path, roles);
  if (tenancy === null) return;
  operation['x-tenancy'] = tenancy;
  operation.description = [operation.description, tenancyText(tenancy)].filter(Boolean).join('\n\n');
}

const asFile =
  'With `Accept: text/csv` or `application/x-ndjson` the whole list as a file, from `cursor` or the beginning; `limit` has no meaning then.';

function showPathExamples(path: string, { parameters = [] }: Operation): void {
  for (const parameter of parameters) {
    if (parameter.in !== 'path') continue;
    const end = `{${parameter.name}}`;
    const upTo = path.slice(0, path.indexOf(end) + end.length);
    const example = pathExamples.find(([pattern]) => pattern.test(upTo))?.[1];
    if (example !== undefined) parameter.example ??= example;
  }
}

/** It answers 304, and does not say by itself when. Said here, the types of the client need no empty headers. */
const knowsSame = ({ parameters = [], responses }: Operation): boolean =>
  responses['304'] !== undefined && !parameters.some(({ name }) => name === 'if-none-match');

function showOnRoute(operation: Operation): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...(knowsSame(operation) ? [ref('parameters', 'IfNoneMatch')] : []),
    ref('parameters', 'AcceptLanguage'),
    ref('parameters', 'RequestId'),
  ];
  const refusal = operation.responses['401']?.content;
  operation.responses['429'] ??= {
    description: '`rate-limited`: Too many requests.',
    headers: { 'X-Request-Id': ref('headers', 'RequestId') },
    ...(refusal ? { content: refusal } : {}),
  };
  for (const [status, answer] of Object.entries(operation.responses)) {
    const more: Record<string, object> = { RateLimit: ref('headers', 'RateLimit') };
    more['RateLimit-Policy'] = ref('headers', 'RateLimitPolicy');
    if (status === '429' || status === '503') more['Retry-After'] = ref('headers', 'RetryAfter');
    if (Number(status) >= 400) more['Content-Language'] = ref('headers', 'ContentLanguage');
    answer.headers = { ...more, ...answer.headers };
  }
}

/** GET routes that answer `{items, nextCursor}`. */
function listsIn({ paths, components }: ApiDocument) {
  return Object.entries(paths).flatMap(([path, { get }]) => {
    const schema = get?.responses['200']?.content?.['application/json']?.schema;
    const { properties } = schema ? concrete(schema, components.schemas) : {};
    const item = properties?.nextCursor && properties.items?.items;
    return get && item ? [{ path, operation: get, item }] : [];
  });
}

export const exportedLists = (document: ApiDocument): ExportedList[] =>
  listsIn(document).map(({ path, item }) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`),
    name: path.split('/').findLast((word) => !word.startsWith('{')) ?? 'list',
    columns: columnsOf(item, document.components.schemas),
  }));
