import { pipeline, Readable, Transform } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { MiddlewareHandler } from 'hono';
import { accepts } from 'hono/accepts';
import { webStreamOf } from '../platform/web-stream.ts';
import type { ApiEnv } from './context.ts';
import { maxLimit } from './cursor.ts';
import { type Column, valueAt } from './export-columns.ts';
import { ApiError } from './problem.ts';
import { logOf } from './request-log.ts';

export interface ExportedList {
  /** Of the path. */
  pattern: RegExp;
  /** Last word of the path: the file is called so. */
  name: string;
  columns: readonly Column[];
}

export interface ExportOptions {
  lists: () => readonly ExportedList[];
  /** The API itself. */
  fetchPage: (request: Request, env: ApiEnv['Bindings']) => Response | Promise<Response>;
  now?: () => Date;
}

interface Page {
  items: unknown[];
  nextCursor: string | null;
}

const csv = 'text/csv';
const ndjson = 'application/x-ndjson';
const atOncePerCaller = 2;

/**
 * Every list as a file: `Accept: text/csv` or `application/x-ndjson` answers with the whole filtered list instead of a page. It is read page by
 * page through the list's own route, each page when the client has taken the one before: so it has the same rows, rights and order, by the same
 * index, in the memory of one page. What is written while it is read may be in it or not, as between pages.
 */
export function exportLists({ lists, fetchPage, now = () => new Date() }: ExportOptions): MiddlewareHandler<ApiEnv> {
  const running = new Map<string, number>();
  return async (c, next) => {
    if (c.req.method !== 'GET' || c.env?.page) return next();
    const header = c.req.header('accept') ?? '';
    if (!header.includes(csv) && !header.includes(ndjson)) return next();
    const type = accepts(c, {
      header: 'Accept',
      supports: [csv, ndjson, 'application/json'],
      default: 'application/json',
    });
    const list = lists().find(({ pattern }) => pattern.test(c.req.path));
    if (type === 'application/json' || list === undefined) return next();

    const ask = (request: Request) => fetchPage(request, { ...c.env, page: true });
    // As the caller asked it, `limit` too: what is wrong with the request is refused by the list itself.
    const first = await ask(pageRequest(c.req.raw, {}));
    // A refusal is answered as it is.
    if (first.status !== 200) return first;
    const { key } = c.get('caller');
    const count = running.get(key) ?? 0;
    if (count >= atOncePerCaller) {
      throw new ApiError('rate-limited', `This caller has ${count} exports running.`, {
        headers: { 'Retry-After': '5' },
      });
    }
    running.set(key, count + 1);
    const done = () =>
      void (running.get(key) === 1 ? running.delete(key) : running.set(key, (running.get(key) ?? 1) - 1));
    const items = rowsOf(first, (cursor) => ask(pageRequest(c.req.raw, { cursor, limit: String(maxLimit) })));
    const source = Readable.from(type === csv ? cellsOf(items, list.columns) : items);
    const written = type === csv ? csvOf(list.columns, /text\/csv[^,]*;\s*bom=1/.test(header)) : ndjsonOf();
    pipeline(source, written, (error) => {
      done();
      if (error) logOf(c).info({ err: error, list: list.name }, 'an export has ended early');
    });
    const suffix = type === csv ? 'csv' : 'ndjson';
    return c.body(webStreamOf(written), 200, {
      'Content-Type': type === csv ? `${csv}; charset=utf-8; header=present` : ndjson,
      'Content-Disposition': `attachment; filename="${list.name}-${now().toISOString().slice(0, 10)}.${suffix}"`,
    });
  };
}

function pageRequest(request: Request, parameters: Readonly<Record<string, string>>): Request {
  const url = new URL(request.url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const headers = new Headers(request.headers);
  headers.set('accept', 'application/json');
  headers.delete('if-none-match');
  return new Request(url, { headers });
}

async function* rowsOf(
  first: Response,
  ask: (cursor: string) => Response | Promise<Response>,
): AsyncGenerator<unknown> {
  for (let answer = first; ; ) {
    if (answer.status !== 200) throw new Error(`a page was answered with ${answer.status}`);
    const page = (await answer.json()) as Page;
    yield* page.items;
    if (page.nextCursor === null) return;
    answer = await ask(page.nextCursor);
  }
}

async function* cellsOf(items: AsyncGenerator<unknown>, columns: readonly Column[]): AsyncGenerator<unknown[]> {
  for await (const item of items) yield columns.map((column) => valueAt(item, column));
}

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
const csvOf = (columns: readonly Column[], bom: boolean): Transform =>
  stringify({
    header: true,
    columns: columns.map(({ name }) => name),
    record_delimiter: '\r\n',
    escape_formulas: true,
    bom,
    cast: { boolean: (value) => String(value) },
  });

const ndjsonOf = (): Transform =>
  new Transform({
    writableObjectMode: true,
    transform: (item, _encoding, done) => done(null, `${JSON.stringify(item)}\n`),
  });
