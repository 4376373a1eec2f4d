import { isUtf8 } from 'node:buffer';
import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from './context.ts';
import { isStreamed } from './edge.ts';
import { ApiError } from './problem.ts';

/**
 * Refuses what no route takes, before any route sees it: NUL in a parameter, which no text in the database can hold, a body that is packed, and bytes
 * that are no UTF-8, which a decoder would silently make into others.
 */
export function requirePlainInput(): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (c.req.url.includes('%00')) refuseNul(new URL(c.req.url).searchParams);
    const { method } = c.req;
    if (method !== 'GET' && method !== 'HEAD') await requirePlainBody(c);
    await next();
  };
}

function refuseNul(query: URLSearchParams): void {
  const detail = 'must not contain NUL or unpaired surrogates';
  const errors = [...query].flatMap(([parameter, value]) => (value.includes('\0') ? [{ parameter, detail }] : []));
  const [first] = errors;
  // In a path it is an id that is not found.
  if (first)
    throw new ApiError('invalid-parameter', `A parameter is not valid at ${first.parameter}: ${detail}`, { errors });
}

async function requirePlainBody(c: Context<ApiEnv>): Promise<void> {
  const packed = c.req.header('content-encoding');
  if (packed !== undefined && packed.toLowerCase() !== 'identity')
    throw new ApiError('unsupported-media-type', 'Send the body as it is, without Content-Encoding.', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  if (isStreamed(c) || !c.req.header('content-type')?.includes('json')) return;
  if (!isUtf8(await c.req.arrayBuffer())) throw new ApiError('malformed-json', 'The body is not UTF-8.');
}
