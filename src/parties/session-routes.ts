import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { eq, sql } from 'drizzle-orm';
import type { Context } from 'hono';
import { acts } from '../../schema/tables/acts.ts';
import { users } from '../../schema/tables/users.ts';
import {
  type CallerView,
  caller,
  invitationBody,
  passwordBody,
  profileBody,
  type SessionView,
  session,
  signInBody,
} from '../../schema/wire/api/session.ts';
import { betweenPoints, runActed } from '../acts/of-request.ts';
import { access, everyone, people } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf } from '../api/cursor.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import { rowOf } from '../db/row-of.ts';
import { runStatement, statement } from '../db/statement.ts';
import type { PartyDesk } from './party-desk.ts';
import { requireSameOrigin } from './same-origin.ts';
import type { SignedIn } from './session-keeper.ts';
import { type Begun, listSessions, revokeSession, type Session, type User } from './session-store.ts';
import type { Attempt } from './sign-in.ts';

const tags = ['access'];
const cookieHeader = {
  'Set-Cookie': { description: 'The session.', schema: { type: 'string' as const } },
};

const signIn = createRoute({
  method: 'post',
  path: '/',
  tags,
  summary: 'Sign in with e-mail and password',
  description: `For people; programs have keys. The answer sets the session cookie (HttpOnly, SameSite=Lax). A session that the browser had ends.
Takes no \`Idempotency-Key\`: signing in twice makes two sessions and does no harm.`,
  security: [],
  request: { body: jsonBody(signInBody) },
  responses: {
    201: { ...json(caller, 'Signed in.'), headers: cookieHeader },
    ...problems('sign-in-refused', 'cross-origin', 'too-many-attempts', ...bodyProblems),
  },
});

const invited = createRoute({
  method: 'post',
  path: '/invitation',
  tags,
  summary: 'Choose a password with an invitation, and be signed in',
  description: 'An invitation works once, for seven days. Taking one ends all earlier sessions of the user.',
  security: [],
  request: { body: jsonBody(invitationBody) },
  responses: {
    201: { ...json(caller, 'Signed in.'), headers: cookieHeader },
    ...problems('invitation-refused', 'cross-origin', 'too-many-attempts', ...bodyProblems),
  },
});

const signOut = createRoute({
  method: 'delete',
  path: '/',
  tags,
  summary: 'Sign out',
  description: 'Ends the session of the cookie. Also when it has ended before.',
  security: [],
  responses: { 204: { description: 'Signed out.' }, ...problems('cross-origin') },
});

const who = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags,
  summary: 'Who am I, and what is mine',
  responses: { 200: json(caller, 'The user or the key that asks.'), ...problems() },
});

const profile = createRoute({
  ...access(...people),
  method: 'patch',
  path: '/',
  tags,
  summary: 'Choose my language',
  description: 'For users; a key sends `Accept-Language`.',
  request: { body: jsonBody(profileBody) },
  responses: { 200: json(caller, 'As it is now.'), ...problems(...bodyProblems) },
});

const password = createRoute({
  ...access(...people),
  method: 'put',
  path: '/password',
  tags,
  summary: 'Change my password',
  description: 'Ends every session of mine; the answer sets the cookie of a new one.',
  request: { body: jsonBody(passwordBody) },
  responses: {
    200: { ...json(caller, 'Changed.'), headers: cookieHeader },
    ...problems('sign-in-refused', 'too-many-attempts', ...bodyProblems),
  },
});

const list = createRoute({
  ...access(...people),
  method: 'get',
  path: '/',
  tags,
  summary: 'My sessions, newest first',
  responses: { 200: json(pageOf(session), 'Those that work, at most 200; one page.'), ...problems() },
});

const revoke = createRoute({
  ...access(...people),
  method: 'delete',
  path: '/{id}',
  tags,
  summary: 'End one of my sessions',
  description: 'Works at once in the process that answers, within three seconds in others.',
  request: { params: z.object({ id: z.string().regex(/^s[0-9a-f]{12}$/) }) },
  responses: { 204: { description: 'Ended.' }, ...problems('not-found') },
});

/** What is asked by those who are nobody yet. */
export const openSessionRoutes: ReadonlySet<string> = new Set([
  'POST /api/v1/session',
  'POST /api/v1/session/invitation',
  'DELETE /api/v1/session',
]);

/** What only people have. */
function userOf(c: Context<ApiEnv>): SignedIn {
  const signedIn = c.get('signedIn');
  if (signedIn === undefined)
    throw new ApiError('forbidden', 'This is for people who are signed in; a key has none of it.');
  return signedIn;
}

export const sessionRoutes = (desk: PartyDesk) => {
  const { db, jar, sessions, signIn: door, times } = desk;

  const attemptOf = (c: Context<ApiEnv>): Attempt => {
    const had = jar.read(c, 'pitlane');
    const hash = had === null || had === 'ambiguous' ? null : desk.hashOf(had);
    return {
      browser: desk.browserOf(c),
      replaces: hash === null ? null : { hash },
      request: c.get('requestId'),
      log: logOf(c),
    };
  };
  const admit = async (c: Context<ApiEnv>, { token, user, session: begun }: Begun) => {
    sessions.forget();
    jar.write(c, 'pitlane', token, times.maxMs);
    return viewOfUser(user, begun);
  };
  const viewOfUser = async (user: User, current: Session): Promise<CallerView> => ({
    kind: 'user',
    id: `user:${user.id}`,
    name: user.name,
    email: user.email,
    role: user.role,
    organisation: await desk.organisation(user.organisation),
    stations: user.stations.length > 0 ? user.stations : null,
    scopes: null,
    language: user.language,
    session: {
      id: current.id,
      method: current.method,
      createdAt: current.createdAt.toISOString(),
      idleEndsAt: new Date(current.lastUsedAt.getTime() + times.idleMs).toISOString(),
      expiresAt: current.expiresAt.toISOString(),
    },
  });

  /** Nobody has asked who it is: the line names the user whose session it was. */
  const signOutOf = (c: Context<ApiEnv>, which: { hash: string }) => {
    const { parts, result } = revokeSession(db, which, new Date(desk.now()));
    const noted = sql`
      insert into ${acts} (actor, role, party, what, kind, object, request, address)
      select 'user:' || u.id, u.role, u.organisation, 'signedOut', 'session', revoked.id, ${c.get('requestId')}::text, ${desk.browserOf(c).address}
      from revoked join ${users} u on u.id = revoked."user"`;
    return betweenPoints(c, () => runStatement(db, statement({ parts: { ...parts, noted }, result })));
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(signIn, async (c) => {
      requireSameOrigin(c, { unsaid: true });
      const begun = await door.byPassword(c.req.valid('json'), attemptOf(c));
      return c.json(await admit(c, begun), 201);
    })
    .openapi(invited, async (c) => {
      requireSameOrigin(c, { unsaid: true });
      const begun = await door.byInvitation(c.req.valid('json'), attemptOf(c));
      return c.json(await admit(c, begun), 201);
    })
    .openapi(signOut, async (c) => {
      const { replaces } = attemptOf(c);
      if (replaces !== null) requireSameOrigin(c, { unsaid: false });
      if (replaces !== null && replaces !== 'allOfUser') await signOutOf(c, replaces);
      sessions.forget();
      jar.clear(c, 'pitlane');
      return c.body(null, 204);
    })
    .openapi(who, async (c) => {
      const signedIn = c.get('signedIn');
      if (signedIn) return c.json(await viewOfUser(signedIn.user, signedIn.session), 200);
      const { key, label, role, organisation, stations, scopes } = c.get('caller');
      const view: CallerView = {
        kind: 'key',
        id: key,
        name: label,
        email: null,
        role,
        organisation: await desk.organisation(organisation),
        stations: stations && [...stations],
        scopes: scopes && [...scopes],
        language: null,
        session: null,
      };
      return c.json(view, 200);
    })
    .openapi(profile, async (c) => {
      const { user, session: current } = userOf(c);
      const changed = db.update(users).set(c.req.valid('json')).where(eq(users.id, user.id)).returning();
      const change = statement<Record<string, unknown>>({ parts: { changed }, result: sql`select * from changed` });
      const row = await runActed(c, db, change);
      sessions.forget();
      return c.json(await viewOfUser(row === null ? user : rowOf(users, row), current), 200);
    })
    .openapi(password, async (c) => {
      const { user } = userOf(c);
      const begun = await door.changePassword(user, c.req.valid('json'), attemptOf(c), (run) => betweenPoints(c, run));
      return c.json(await admit(c, begun), 200);
    });
};

export const ownSessionRoutes = ({ db, sessions, times, now }: PartyDesk) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { user, session: current } = userOf(c);
      const rows = await listSessions(db, user.id, new Date(now()), times);
      return c.json({ items: rows.map((row) => toView(row, current.id)), nextCursor: null }, 200);
    })
    .openapi(revoke, async (c) => {
      const { user } = userOf(c);
      const { id } = c.req.valid('param');
      const revoked = await runActed(c, db, revokeSession(db, { user: user.id, id }, new Date(now())));
      if (revoked === null) throw notFound('session');
      sessions.forget();
      logOf(c).info({ session: id }, 'session revoked');
      return c.body(null, 204);
    });

const toView = (row: Session, current: string): SessionView => ({
  id: row.id,
  method: row.method,
  address: row.address,
  userAgent: row.userAgent,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  current: row.id === current,
});
