import { known, packOf, stationOf, vinOf } from './data-set.ts';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: { enum?: string[]; type?: string | string[]; format?: string; default?: unknown };
}

/** A GET route of the OpenAPI document. */
export interface ReadRoute {
  path: string;
  pathNames: string[];
  filters: { name: string; values: string[] }[];
  /** Filters that must be there. */
  required: string[];
}

export interface ApiDocument {
  paths: Record<string, Record<string, { parameters?: Parameter[]; responses: Record<string, { content?: object }> }>>;
}

const day = 86_400_000;
const hoursAgo = (days: number): string =>
  new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - days * day).toISOString();

/** Values by the name of a parameter, so that a new route needs nothing here as long as it uses the common names. */
const values: Record<string, string[]> = {
  only: ['station'],
  station: [stationOf(155)],
  bay: ['1'],
  vehicle: [vinOf(4711)],
  vin: [vinOf(4711)],
  pack: [packOf(4711)],
  battery: [packOf(4711)],
  code: [packOf(4711)],
  model: [known.models.usual, known.models.rare, 'BP-none'],
  owner: Object.values(known.owners),
  fleet: Object.values(known.fleets),
  organisation: [known.fleets.large, known.fleets.small],
  plate: ['京A004711'],
  email: ['user-4711@example.com'],
  from: [hoursAgo(30)],
  to: [hoursAgo(10)],
  author: ['user:u00000000000a'],
  actor: ['user:u00000000000a'],
  object: ['l-0000000000000001'],
  at: [hoursAgo(10)],
  upTo: ['20000'],
  by: ['place,status'],
  lessee: Object.values(known.fleets),
  account: ['receivable:blue-taxi', 'revenue:energy'],
  cause: ['receipt'],
  causeId: ['bj-001.1.1'],
  month: ['2026-08'],
  swap: [`${stationOf(155)}.1.3220`],
  token: ['0'.repeat(32)],
  report: ['1'],
  plan: ['taxi-standard'],
  file: ['pf-0000000000000001'],
  site: ['depot-1'],
  recycler: ['brunp-tianjin'],
  category: ['single-rate-1-10kV'],
  asset: ['PLNPE50GB10000001RP'],
  day: ['2026-08-15'],
  party: Object.values(known.fleets),
  statement: ['s-2026-08-blue-taxi'],
};
/** Where the common values of a name do not fit: a shift is no three weeks. */
const valuesOfPath: Record<string, string[]> = {
  '/api/v1/stations/{id}/shift-report from': [hoursAgo(10.5)],
};
/** Shape of an answer, not a choice of rows. */
const notFilters = new Set(['limit', 'cursor', 'format']);

export const isReadOf = (path: string): boolean => path.startsWith('/api/');

/** Every GET route with every filter and values to try. Throws for a filter it has no value for: say one above. */
export function readRoutes(document: ApiDocument): ReadRoute[] {
  return Object.entries(document.paths).flatMap(([path, { get }]) => {
    if (get === undefined || !isReadOf(path)) return [];
    const query = (get.parameters ?? []).filter(
      (parameter) => parameter.in === 'query' && !notFilters.has(parameter.name),
    );
    return {
      path,
      pathNames: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
      filters: query.map((parameter) => ({ name: parameter.name, values: valuesOf(path, parameter) })),
      required: query.filter(({ required }) => required).map(({ name }) => name),
    };
  });
}

function valuesOf(path: string, { name, schema }: Parameter): string[] {
  if (schema.enum) return schema.enum;
  if (schema.type === 'boolean') return ['true', 'false'];
  const some = valuesOfPath[`${path} ${name}`] ?? values[name];
  if (some) return some;
  throw new Error(
    `${path} has a filter ${name} that the plans are not looked at for: give it a value in test/size/walk.ts`,
  );
}

const mostCombined = 6;

/** Every combination of filters with the first value of each, and every further value of each filter alone. */
export function combinations({ filters, required }: ReadRoute): Record<string, string>[] {
  const first = filters.map(({ name, values: [value = ''] }): [string, string] => [name, value]);
  const subsets = Array.from({ length: 2 ** first.length }, (_, bits) =>
    first.filter((_filter, at) => bits & (1 << at)),
  );
  const some =
    first.length <= mostCombined ? subsets : subsets.filter(({ length }) => length <= 3 || length === first.length);
  const further = filters.flatMap(({ name, values: [, ...rest] }) =>
    rest.map((value) => [...first.filter(([other]) => other !== name && required.includes(other)), [name, value]]),
  );
  return [...some, ...further]
    .map((pairs): Record<string, string> => Object.fromEntries(pairs))
    .filter((chosen) => required.every((name) => name in chosen));
}

/** A cursor of the same list far behind the one given: instants ten days before, codes and numbers in the middle. */
export function deepen(cursor: string): string {
  const decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, unknown];
  return Buffer.from(JSON.stringify([decoded[0], deeper(decoded[1])])).toString('base64url');
}

function deeper(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deeper);
  if (typeof value === 'number') return Math.max(1, Math.floor(value / 2));
  if (typeof value !== 'string') return value;
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return new Date(Date.parse(value) - 10 * day).toISOString();
  if (value.startsWith(packOf(1).slice(0, 17))) return packOf(50_000);
  if (value.startsWith(vinOf(1).slice(0, 11))) return vinOf(10_000);
  return value;
}
