import type { Context } from 'hono';
import type { ApiEnv } from '../api/context.ts';
import { ApiError } from '../api/problem.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Another site can make a browser send our cookie, so a request that changes something must come from our own pages. Every browser says where a
 * request comes from: Sec-Fetch-Site, or in old ones Origin. hono/csrf looks at form posts only; this looks at all.
 * `unsaid`: whether a request that says nothing, which no browser sends, may pass.
 */
export function requireSameOrigin(c: Context<ApiEnv>, { unsaid }: { unsaid: boolean }): void {
  if (safeMethods.has(c.req.method)) return;
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (
    site === undefined && origin === undefined
      ? unsaid
      : site === undefined
        ? isOurs(c, origin)
        : site === 'same-origin'
  )
    return;
  throw new ApiError('cross-origin');
}

/** By host alone: a proxy that ends TLS makes our scheme another one. */
function isOurs(c: Context<ApiEnv>, origin: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  const host = c.req.header('host') ?? new URL(c.req.url).host;
  return new URL(origin).host === host.toLowerCase();
}
