import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { actLine, noteRefusal } from '../acts/note.ts';
import type { ApiEnv } from '../api/context.ts';
import { ApiError, notFound, problemKinds, toApiError } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { problems } from '../api/route.ts';
import { byAddress } from './attempt-limits.ts';
import { gateOfIdentity, keepSignIn, oidcWithinMs, takeSignIn } from './oidc-store.ts';
import type { PartyDesk } from './party-desk.ts';
import { beginSession } from './session-store.ts';
import { tooMany } from './sign-in.ts';
import { newToken } from './tokens.ts';

const tags = ['access'];
const location = { Location: { description: 'Where to go.', schema: { type: 'string' as const } } };

/** A path of this service. What begins with two slashes, or a backslash, is another host to a browser. */
const returnTo = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, 'must be a path of this service')
  .default('/');

const start = createRoute({
  method: 'get',
  path: '/start',
  tags,
  summary: 'Sign in at the OpenID provider',
  description: 'For a browser. Authorization code with PKCE; 404 where no provider is configured.',
  security: [],
  request: { query: z.strictObject({ returnTo }) },
  responses: {
    302: { description: 'To the provider.', headers: location },
    ...problems('invalid-parameter', 'not-found', 'too-many-attempts'),
  },
});

const callback = createRoute({
  method: 'get',
  path: '/callback',
  tags,
  summary: 'Where the OpenID provider sends the browser back',
  description: `Finds the user by issuer and subject, the first time by the verified e-mail of a user who is here already, sets the session cookie
and goes on to where the sign-in began. Nobody is made a user by signing in. A browser gets a refusal as a page.`,
  security: [],
  request: { query: z.looseObject({ state: z.string().max(500).optional() }) },
  responses: {
    302: { description: 'Signed in.', headers: location },
    ...problems('invalid-parameter', 'not-found', 'oidc-refused'),
  },
});

export const oidcRoutes = (desk: PartyDesk) => {
  const { db, jar, sessions, times, limits, now, openId } = desk;

  const begin = async (c: Context<ApiEnv>, goTo: string) => {
    if (openId === null) throw notFound('OpenID provider');
    const wait = await limits.take(byAddress(`oidc:${desk.browserOf(c).address}`));
    if (wait !== null) throw tooMany(wait.retryAfterS);
    const { url, ...checks } = await openId.authorizationUrl();
    const { token: browser } = newToken();
    await keepSignIn(db, { checks, browser, returnTo: goTo }, new Date(now()));
    jar.write(c, 'pitlane-oidc', browser, oidcWithinMs);
    return c.redirect(url.href, 302);
  };

  const finish = async (c: Context<ApiEnv>, state: string | undefined) => {
    if (openId === null) throw notFound('OpenID provider');
    const browser = jar.read(c, 'pitlane-oidc');
    jar.clear(c, 'pitlane-oidc');
    const begun =
      state === undefined || browser === null || browser === 'ambiguous'
        ? null
        : await takeSignIn(db, state, browser, new Date(now()));
    if (begun === null)
      throw new ApiError('oidc-refused', 'This sign-in was not begun here, or too long ago. Begin again.');
    const identity = await openId.finish(new URL(c.req.url).search, begun.checks);
    const had = jar.read(c, 'pitlane');
    const hash = had === null || had === 'ambiguous' ? null : desk.hashOf(had);
    const at = new Date(now());
    const session = await beginSession(db, gateOfIdentity(identity, at), {
      method: 'oidc',
      browser: desk.browserOf(c),
      at,
      times,
      replaces: hash === null ? null : { hash },
      act: { what: 'signedIn', request: c.get('requestId') },
    });
    if (session === null) {
      logOf(c).info({ subject: identity.subject }, 'OpenID sign-in refused: no such user');
      const { address } = desk.browserOf(c);
      const request = c.get('requestId');
      await noteRefusal(db, actLine({ what: 'signInRefused', kind: 'session', detail: 'oidc', request, address }));
      const why =
        identity.verifiedEmail === null
          ? 'The provider gave no verified e-mail address, and nobody here is bound to this account.'
          : 'Nobody here has this account. Ask your administrator to make you a user with this e-mail address.';
      throw new ApiError('oidc-refused', why);
    }
    sessions.forget();
    jar.write(c, 'pitlane', session.token, times.maxMs);
    logOf(c).info({ user: session.user.id, session: session.session.id }, 'signed in by OpenID Connect');
    return c.redirect(begun.returnTo, 302);
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(start, (c) => asPage(c, () => begin(c, c.req.valid('query').returnTo)) as never)
    .openapi(callback, (c) => asPage(c, () => finish(c, c.req.valid('query').state)) as never);
};

/** A person in a browser is shown a refusal as a page. */
async function asPage(c: Context<ApiEnv>, work: () => Promise<Response>): Promise<Response> {
  c.header('Cache-Control', 'no-store');
  try {
    return await work();
  } catch (thrown) {
    const error = toApiError(thrown);
    if (error.code === 'internal' || !(c.req.header('accept') ?? '').includes('text/html')) throw thrown;
    logOf(c).info({ code: error.code, err: error.cause }, 'OpenID sign-in refused');
    c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    for (const [name, value] of Object.entries(error.options.headers ?? {})) c.header(name, value);
    return c.html(page(error), problemKinds[error.code].status);
  }
}

const page = (error: ApiError): string => `<!doctype html>
<html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pitlane</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}</style>
<h1>登录未成功 · Signing in did not work</h1>
<p>${escaped(error.message)}</p>
<p><a href="/auth/oidc/start">重试 · Try again</a></p>
</html>
`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
