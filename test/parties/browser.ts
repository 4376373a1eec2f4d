import { createPasswords } from '../../src/parties/passwords.ts';
import type { App } from '../api/fixture.ts';

export const password = 'four words are easy to keep';
let hashed: Promise<string> | undefined;
/** The same for every seeded user: hashing is meant to be slow. */
export const passwordHash = (): Promise<string> => {
  hashed ??= createPasswords().hash(password);
  return hashed;
};

export interface Got<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A browser on our own page: keeps the cookie it is given and says where its requests come from. */
export function openBrowser(app: App, cookies: Record<string, string> = {}) {
  const ask = async <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Got<T>> => {
    const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
    const answer = await app.request(path.startsWith('/') ? path : `/api/v1/${path}`, {
      method,
      headers: {
        ...(cookie.length > 0 ? { Cookie: cookie.join('; ') } : {}),
        'Sec-Fetch-Site': 'same-origin',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/Max-Age=0/.test(set)) delete cookies[name];
      else cookies[name] = value;
    }
    const text = await answer.text();
    const parsed = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    return { status: answer.status, headers: answer.headers, body: parsed as T };
  };
  return {
    cookies,
    ask,
    get: <T = Record<string, unknown>>(path: string) => ask<T>('GET', path),
    signIn: (email: string, secret = password) => ask('POST', 'session', { email, password: secret }),
    /** Another one that has stolen what this one has. */
    copy: () => openBrowser(app, { ...cookies }),
  };
}
