import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import type { ApiEnv } from '../api/context.ts';

/**
 * The cookies of one deployment. `__Host-` makes a browser take them only with Secure, Path=/ and no Domain, so that no sibling host can set
 * or see them. Without `secure` they work over plain HTTP, unprotected.
 */
export interface CookieJar {
  /** The value, null for none. Twice the same name says two different things: `ambiguous`. */
  read(c: Context<ApiEnv>, name: CookieName): string | null | 'ambiguous';
  write(c: Context<ApiEnv>, name: CookieName, value: string, maxAgeMs: number): void;
  clear(c: Context<ApiEnv>, name: CookieName): void;
}

export type CookieName = 'pitlane' | 'pitlane-oidc';

export function createCookieJar({ secure }: { secure: boolean }): CookieJar {
  const fullName = (name: CookieName) => (secure ? `__Host-${name}` : name);
  const write = (c: Context<ApiEnv>, name: CookieName, value: string, maxAgeMs: number) =>
    setCookie(c, fullName(name), value, {
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure,
      maxAge: Math.floor(maxAgeMs / 1000),
    });
  return {
    read(c, name) {
      const values = valuesOf(c.req.header('cookie') ?? '', fullName(name));
      if (values.length > 1) return 'ambiguous';
      return values[0] ?? null;
    },
    write,
    clear: (c, name) => write(c, name, '', 0),
  };
}

/** Parsed here, because a parser that gives one value per name hides that there are two. */
function valuesOf(header: string, name: string): string[] {
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at >= 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
}
