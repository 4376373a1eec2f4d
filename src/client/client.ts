import { hc } from 'hono/client';
import type { AppType } from '../api/app.ts';

export type PitlaneClient = ReturnType<typeof hc<AppType>>;

export interface ClientOptions {
  /** An API key, `pl_<id>_<secret>`. Left out where a browser's session speaks. */
  key?: string;
  /** Language of the texts for people. */
  language?: 'en' | 'zh';
  /** Instead of the global one. */
  fetch?: typeof fetch;
  headers?: Readonly<Record<string, string>>;
}

/**
 * The API with its types: paths, parameters, bodies and answers are those of the routes.
 *
 *     const pitlane = createClient('http://127.0.0.1:8080', { key });
 *     const answer = await pitlane.api.v1.stations[':id'].$get({ param: { id: 'bj-001' } });
 *     if (answer.status === 200) console.log((await answer.json()).name);
 */
export function createClient(url: string, options: ClientOptions = {}): PitlaneClient {
  const { key, language, headers } = options;
  return withSafePaths(
    hc<AppType>(url, {
      ...(options.fetch ? { fetch: options.fetch } : {}),
      headers: {
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...(language === undefined ? {} : { 'Accept-Language': language }),
        ...headers,
      },
    }),
  );
}

/** `hc` puts parameters into the path as they are: a slash in an id would be another path. Here they are encoded first. */
function withSafePaths<T extends object>(client: T): T {
  return new Proxy(client, {
    get(target, name) {
      const next: unknown = Reflect.get(target, name);
      return typeof next === 'function' ? withSafePaths(next) : next;
    },
    apply: (call, self, [input, ...rest]: [Input | undefined, ...unknown[]]) =>
      Reflect.apply(call as unknown as (...args: unknown[]) => unknown, self, [
        input?.param ? { ...input, param: encoded(input.param) } : input,
        ...rest,
      ]),
  });
}

interface Input {
  param?: Readonly<Record<string, string>>;
}

const encoded = (param: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(param).map(([name, value]) => [name, encodeURIComponent(value)]));

/** A key for a POST that is to be done once; keep it for the retries. */
export const newIdempotencyKey = (): string => JSON.stringify(crypto.randomUUID());
