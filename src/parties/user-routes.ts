import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { users } from '../../schema/tables/users.ts';
import { organisationId, userRole } from '../../schema/wire/api/access.ts';
import { email } from '../../schema/wire/api/session.ts';
import { invitation, invitedUser, newUser, user, userChange, userId } from '../../schema/wire/api/user.ts';
import { runActed } from '../acts/of-request.ts';
import { access } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, etagOf, expectedEditions, ifMatch, ifMatchProblems, staleEdition } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import { seal, unseal } from '../api/sealed.ts';
import { rowOf } from '../db/row-of.ts';
import { requireBinding } from './bindings.ts';
import { defined, withSealed } from './once-shown.ts';
import type { PartyDesk } from './party-desk.ts';
import { newId, newToken } from './tokens.ts';
import {
  changeUser,
  createUser,
  endSessions,
  inviteUser,
  listUsers,
  readUser,
  readUserByEmail,
  toUser,
} from './user-store.ts';

const params = z.object({ id: userId });
const tags = ['access'];
const invitedForMs = 7 * 24 * 3_600_000;

const list = createRoute({
  ...access('admin'),
  method: 'get',
  path: '/',
  tags,
  summary: 'Users, by id',
  request: {
    query: pageQuery.extend({
      role: userRole.optional(),
      organisation: organisationId.optional(),
      email: email.optional(),
      disabled: z.stringbool().optional().openapi({ type: 'boolean' }),
    }),
  },
  responses: { 200: json(pageOf(user), 'A page of users.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access('admin'),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A user',
  request: { params },
  responses: {
    200: { ...json(user, 'The user.'), headers: etagHeader },
    ...problems('not-found'),
  },
});

const create = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/',
  tags,
  summary: 'Make a user and invite them',
  description: `The answer has a one-time invitation, to be handed to the person: with it they choose a password. Who signs in by OpenID Connect
needs none: the first sign-in there finds the user by the verified e-mail.`,
  request: { headers: idempotencyKey, body: jsonBody(newUser) },
  responses: {
    201: { ...json(invitedUser, 'The user.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const change = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/{id}',
  tags,
  summary: 'Change a user: name, role, organisation, stations, or whether they may sign in',
  description: 'A disabled user has no session left. The last admin cannot be disabled or given another role.',
  request: { params, headers: ifMatch, body: jsonBody(userChange) },
  responses: {
    200: { ...json(user, 'The user as it is now.'), headers: etagHeader },
    ...problems('not-found', 'change-refused', ...ifMatchProblems, ...bodyProblems),
  },
});

const invite = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/{id}/invitation',
  tags,
  summary: 'Invite a user again, also to choose a new password',
  description: 'The invitation before works no more. Taking one ends all earlier sessions of the user.',
  request: { params, headers: idempotencyKey },
  responses: {
    201: { ...json(invitation, 'The invitation.'), headers: replayedHeader },
    ...problems('not-found', ...idempotencyProblems),
  },
});

const signOut = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/{id}/sessions',
  tags,
  summary: 'End all sessions of a user',
  request: { params },
  responses: { 204: { description: 'None is left.' }, ...problems('not-found') },
});

/** Roles that see nothing but their stations. */
const bound = ['staff', 'maintenance'] as const;

export const userRoutes = ({ db, sessions, now }: PartyDesk) => {
  const newInvitation = () => ({ ...newToken(), expiresAt: new Date(now() + invitedForMs).toISOString() });

  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listUsers(db, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readUser(db, c.req.valid('param').id);
      if (found === null) throw notFound('user');
      // Signing in and being used change it as well, so the edition says nothing of whether you have it.
      return c.json(found, 200, { ETag: etagOf(found.edition) });
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      const made = newInvitation();
      return once(c, {
        effect: async () => {
          await requireBinding(db, body, bound);
          const { parts, result } = createUser(newId('u'), body, made, c.get('caller').key);
          return withSealed({ parts, result }, seal(c, made.token));
        },
        answer: async (row) => {
          if (row === null) {
            throw new ApiError('already-exists', undefined, { current: await readUserByEmail(db, body.email) });
          }
          const view = toUser(rowOf(users, row));
          logOf(c).info({ user: view.id, as: view.role }, 'user made');
          const token = row.sealed === null ? made.token : unseal(c, String(row.sealed));
          const expiresAt = view.invitedUntil ?? made.expiresAt;
          return c.json({ user: view, invitation: { token, expiresAt } }, 201, {
            Location: `/api/v1/users/${view.id}`,
            ETag: etagOf(view.edition),
          });
        },
      });
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      const expected = expectedEditions(c);
      const before = await readUser(db, id);
      if (before === null) throw notFound('user');
      await requireBinding(db, { ...before, ...defined(body) }, bound);
      const row = await runActed(c, db, changeUser(id, body, expected));
      sessions.forget();
      if (row === null) {
        const current = (await readUser(db, id)) ?? before;
        if (expected !== null && !expected.includes(current.edition)) throw staleEdition(current, current.edition);
        throw new ApiError('change-refused', 'It is the last admin: nobody could manage users any more.', { current });
      }
      const view = toUser(rowOf(users, row));
      logOf(c).info({ user: id, changed: Object.keys(defined(body)), sessionsEnded: row.ended }, 'user changed');
      return c.json(view, 200, { ETag: etagOf(view.edition) });
    })
    .openapi(invite, (c) => {
      const { id } = c.req.valid('param');
      const made = newInvitation();
      return once(c, {
        effect: () => withSealed(inviteUser(id, made), seal(c, made.token)),
        answer: (row) => {
          if (row === null) throw notFound('user who may sign in');
          const token = row.sealed === null ? made.token : unseal(c, String(row.sealed));
          const expiresAt = toUser(rowOf(users, row)).invitedUntil ?? made.expiresAt;
          return c.json({ token, expiresAt }, 201);
        },
      });
    })
    .openapi(signOut, async (c) => {
      const { id } = c.req.valid('param');
      if ((await readUser(db, id)) === null) throw notFound('user');
      const done = await runActed(c, db, endSessions(id, new Date(now())));
      sessions.forget();
      logOf(c).info({ user: id, sessionsEnded: done?.ended }, 'sessions ended');
      return c.body(null, 204);
    });
};
