import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../api/context.ts';
import { projectRoot } from '../platform/paths.ts';

/** Where `npm run build` puts the console. */
const builtConsole = join(projectRoot, 'dist/console');

/** Tells the page what it must know before anybody is signed in. */
const openIdMark = '<meta name="pitlane-openid" content="yes">';

/** Nothing from other hosts; inline styles are how the component library places things, inline scripts are nowhere. */
const policy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Paths that answer by themselves, also when a browser goes there. */
const ownPaths = /^\/(api|auth|docs|console|healthz|readyz|metrics|openapi\.json)(\/|$)/;

export interface ConsoleOptions {
  folder?: string;
  /** People may also sign in at the OpenID provider: the page offers it. */
  openId?: boolean;
}

/**
 * The console: its files under /console, and one page for every address a browser goes to. Which page that
 * is, the console decides; addresses under /api and the like are never taken.
 */
export function consoleRoutes({ folder = builtConsole, openId = false }: ConsoleOptions = {}): Hono<ApiEnv> {
  const files = serveStatic<ApiEnv>({
    root: folder,
    precompressed: true,
    rewriteRequestPath: (path) => path.replace(/^\/console\//, '/'),
  });
  return new Hono<ApiEnv>().use('/console/*', secured, kept, files).use('*', page(folder, openId));
}

const secured: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  c.header('Content-Security-Policy', policy);
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'same-origin');
};

/** Files named after their content never change; the others are asked for each time. */
const kept: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const isNamedByContent = c.req.path.startsWith('/console/assets/');
  if (c.res.ok) c.header('Cache-Control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
};

/** A person's browser says that it wants a page; a program that asks for a path that is not there gets its problem as ever. */
function page(folder: string, openId: boolean): MiddlewareHandler<ApiEnv> {
  const path = join(folder, 'index.html');
  let text: Promise<string> | undefined;
  return async (c, next) => {
    const { method } = c.req;
    if (method !== 'GET' && method !== 'HEAD') return next();
    if (ownPaths.test(c.req.path) || !(c.req.header('accept') ?? '').includes('text/html')) return next();
    if (!existsSync(path)) return next();
    text ??= readFile(path, 'utf8').then((html) => (openId ? html.replace('<head>', `<head>${openIdMark}`) : html));
    const html = await text;
    await secured(c, async () => {});
    return c.html(html, 200, { 'Cache-Control': 'no-cache' });
  };
}
