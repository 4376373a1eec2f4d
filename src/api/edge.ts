import type { Context, ErrorHandler, MiddlewareHandler, NotFoundHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import type { Log } from '../platform/log.ts';
import type { ApiEnv } from './context.ts';
import { languageOf, problemIn } from './language.ts';
import { ApiError, notFound, problemKinds, toApiError, toProblem } from './problem.ts';
import { logOf } from './request-log.ts';

const maxBodyBytes = 65_536;
const givenRequestId = /^[A-Za-z0-9._-]{1,64}$/;

/** Gives each request its id and its log, and writes one line when it is answered. A client may bring its own id. */
export function trace(log: Log, newRequestId: () => string): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && givenRequestId.test(given) ? given : newRequestId();
    const started = performance.now();
    c.set('requestId', requestId);
    c.set('log', log);
    c.set('logFields', { requestId });
    c.header('X-Request-Id', requestId);
    c.header('X-Content-Type-Options', 'nosniff');
    await next();
    if (c.env?.page) return;
    const route = routePath(c, -1);
    const line = {
      ...c.get('logFields'),
      method: c.req.method,
      route,
      path: c.req.path.slice(0, 200),
      status: c.res.status,
      ms: Math.round((performance.now() - started) * 10) / 10,
    };
    // Probes come every few seconds and say nothing.
    const quiet = route === '/healthz' || route === '/readyz' || route === '/metrics';
    log[quiet ? 'debug' : 'info'](line, 'request');
  };
}

const files: ReadonlySet<string> = new Set(['/api/v1/imports', '/api/v1/payments/imports']);

/** Whether a request has a body that is worked on as it comes, within limits of its route's own. */
export const isStreamed = ({ req }: Context<ApiEnv>): boolean => req.method === 'POST' && files.has(req.path);

/** 64 KB, by the header or counted while the body comes. */
export function limitBody(): MiddlewareHandler<ApiEnv> {
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      // The rest of the body is not read, so the connection cannot be used again.
      throw new ApiError('payload-too-large', undefined, { headers: { Connection: 'close' } });
    },
  });
  const bodiless = new Set(['GET', 'HEAD', 'OPTIONS']);
  return (c, next) => (bodiless.has(c.req.method) || isStreamed(c) ? next() : limit(c, next));
}

/**
 * Answers 503 when nothing came in time: the driver would wait for a dead connection for ever. `onPassed` gives that connection up. For an
 * answer that lasts, the time counts until it begins. A body that dribbles in is the client's doing: 408, and no connection is given up for it.
 */
export function deadline(ms: number, onPassed: () => void): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (isStreamed(c)) return next();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        if (c.env?.incoming?.complete === false) {
          reject(new ApiError('request-timeout', undefined, { headers: { Connection: 'close' } }));
          return;
        }
        onPassed();
        reject(new ApiError('unavailable', `No answer in ${ms / 1000} s.`, { headers: { 'Retry-After': '2' } }));
      }, ms);
    });
    const answered = next();
    answered.catch(() => {});
    try {
      await Promise.race([answered, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The one place where an error becomes an answer. */
export const answerError: ErrorHandler<ApiEnv> = (thrown, c) => {
  const error = toApiError(thrown);
  const { status } = problemKinds[error.code];
  if (error.code === 'internal') logOf(c).error({ err: error.cause ?? thrown }, 'request failed');
  else if (status === 503) logOf(c).warn({ err: error.cause }, error.message);
  const language = languageOf(c);
  const problem = problemIn(language, toProblem(error, c.get('requestId')));
  return c.body(JSON.stringify(problem), status, {
    'Content-Type': 'application/problem+json',
    'Content-Language': language,
    Vary: 'Accept, Accept-Language',
    ...error.options.headers,
  });
};

/** Nothing matched: 405 when another method would have, else 404. `routes` are all registered ones. */
export function answerUnmatched(routes: () => readonly { method: string; path: string }[]): NotFoundHandler<ApiEnv> {
  let patterns: { method: string; pattern: RegExp }[] | undefined;
  return (c) => {
    patterns ??= routes()
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => ({ method, pattern: toPattern(path) }));
    const methods = new Set(patterns.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method));
    if (methods.size === 0) throw notFound('path');
    if (methods.has('GET')) methods.add('HEAD');
    const allow = [...methods].sort().join(', ');
    throw new ApiError('method-not-allowed', `This path takes ${allow}.`, { headers: { Allow: allow } });
  };
}

const toPattern = (path: string) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`);
