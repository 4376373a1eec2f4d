import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { apiKeys } from '../../schema/tables/api-keys.ts';
import { organisationId, role } from '../../schema/wire/api/access.ts';
import { apiKey, keyChange, keyId, type NewApiKey, newKey, shownKey } from '../../schema/wire/api/key.ts';
import { runActed } from '../acts/of-request.ts';
import { access } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, etagOf, expectedEditions, ifMatch, ifMatchProblems, staleEdition } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { type Caller, newKey as makeKey } from '../api/keys.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import { seal, unseal } from '../api/sealed.ts';
import { rowOf } from '../db/row-of.ts';
import { requireBinding } from './bindings.ts';
import { changeKey, createKey, listKeys, readKey, revokeKey, toKey } from './key-queries.ts';
import { withSealed } from './once-shown.ts';
import type { PartyDesk } from './party-desk.ts';

const params = z.object({ id: keyId });
const tags = ['access'];
/** Admins manage all keys; fleet managers and owners those of their organisation. */
const keepers = ['admin', 'fleet', 'owner'] as const;
const whose =
  'Fleet managers and battery owners, signed in, see and make keys of their own organisation and role only.';

const list = createRoute({
  ...access(...keepers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Keys, by id',
  description: `Without their secrets. ${whose}`,
  request: {
    query: pageQuery.extend({
      role: role.optional(),
      organisation: organisationId.optional(),
      revoked: z.stringbool().optional().openapi({ type: 'boolean' }),
    }),
  },
  responses: { 200: json(pageOf(apiKey), 'A page of keys.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...keepers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A key',
  request: { params },
  responses: {
    200: { ...json(apiKey, 'The key, without its secret.'), headers: etagHeader },
    ...problems('not-found'),
  },
});

const create = createRoute({
  ...access(...keepers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Make a key, shown this once',
  description: `${whose} A key that is narrowed by scopes, or that ends, makes no key that may more or lasts longer.`,
  request: { headers: idempotencyKey, body: jsonBody(newKey) },
  responses: {
    201: { ...json(shownKey, 'The key.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems(...bodyProblems, ...idempotencyProblems),
  },
});

const change = createRoute({
  ...access(...keepers),
  method: 'patch',
  path: '/{id}',
  tags,
  summary: 'Change what a key is called, may do, or when it ends',
  description: 'Holds at once in the process that answers, within three seconds in others.',
  request: { params, headers: ifMatch, body: jsonBody(keyChange) },
  responses: {
    200: { ...json(apiKey, 'The key as it is now.'), headers: etagHeader },
    ...problems('not-found', 'change-refused', ...ifMatchProblems, ...bodyProblems),
  },
});

const revoke = createRoute({
  ...access(...keepers),
  method: 'delete',
  path: '/{id}',
  tags,
  summary: 'Revoke a key for good',
  description:
    'Works no more at once in the process that answers, within three seconds in others. Also when it was revoked before.',
  request: { params },
  responses: { 204: { description: 'It works no more.' }, ...problems('not-found') },
});

/** A key of a fleet that leaks must not be able to make more of its kind. */
function keeperOf(c: Context<ApiEnv>): Caller {
  const caller = c.get('caller');
  if (caller.role !== 'admin' && c.get('signedIn') === undefined)
    throw new ApiError('forbidden', 'Keys are managed by people who are signed in, or by an admin key.');
  return caller;
}

/** Nobody hands on more than they have. */
function requireNoMore(
  caller: Caller,
  { role: wanted, organisation, scopes }: Pick<NewApiKey, 'role' | 'organisation' | 'scopes'>,
) {
  if (caller.role !== 'admin' && (wanted !== caller.role || organisation !== caller.organisation))
    throw new ApiError('forbidden', `You may make keys of the role ${caller.role} of your own organisation.`);
  requireScopesWithin(caller, scopes);
}

function requireScopesWithin(caller: Caller, scopes: readonly string[] | null) {
  const own = caller.scopes;
  if (own !== null && (scopes === null || scopes.some((each) => !own.includes(each))))
    throw new ApiError('forbidden', 'A key with scopes makes no key with others.');
}

export const keyRoutes = ({ db, keys, now }: PartyDesk) => {
  /** A key that ends gives nobody more time than it has. */
  const endWithin = async (caller: Caller, wanted: string | null): Promise<string | null> => {
    const mine = caller.key.startsWith('user:')
      ? null
      : await readKey(db, { role: 'admin', organisation: null }, caller.key);
    const end = mine?.expiresAt ?? null;
    if (wanted !== null && Date.parse(wanted) <= now())
      throw new ApiError('invalid-body', 'The body is not valid at expiresAt: it is past', {
        errors: [{ pointer: '/expiresAt', detail: 'must be in the future' }],
      });
    return end !== null && (wanted === null || Date.parse(wanted) > Date.parse(end)) ? end : wanted;
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listKeys(db, keeperOf(c), filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readKey(db, keeperOf(c), c.req.valid('param').id);
      if (found === null) throw notFound('key');
      // Signing in and being used change it as well, so the edition says nothing of whether you have it.
      return c.json(found, 200, { ETag: etagOf(found.edition) });
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      const made = makeKey();
      return once(c, {
        effect: async () => {
          const caller = keeperOf(c);
          requireNoMore(caller, body);
          await requireBinding(db, body, []);
          const expiresAt = await endWithin(caller, body.expiresAt);
          return withSealed(createKey(made, { ...body, expiresAt }, caller.key), seal(c, made.key));
        },
        answer: (row) => {
          if (row === null) throw new ApiError('internal');
          const view = toKey(rowOf(apiKeys, row));
          const key = row.sealed === null ? made.key : unseal(c, String(row.sealed));
          logOf(c).info({ made: view.id, as: view.role }, 'key made');
          return c.json({ key, apiKey: view }, 201, {
            Location: `/api/v1/keys/${view.id}`,
            ETag: etagOf(view.edition),
          });
        },
      });
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const caller = keeperOf(c);
      const body = c.req.valid('json');
      const expected = expectedEditions(c);
      const before = await readKey(db, caller, id);
      if (before === null) throw notFound('key');
      requireScopesWithin(caller, body.scopes === undefined ? before.scopes : body.scopes);
      const expiresAt = body.expiresAt === undefined ? undefined : await endWithin(caller, body.expiresAt);
      const row = await runActed(c, db, changeKey(db, caller, id, { ...body, expiresAt }, expected));
      keys.forget();
      if (row === null) {
        const current = (await readKey(db, caller, id)) ?? before;
        if (current.revokedAt !== null) throw new ApiError('change-refused', 'The key is revoked.', { current });
        throw staleEdition(current, current.edition);
      }
      const view = toKey(rowOf(apiKeys, row));
      return c.json(view, 200, { ETag: etagOf(view.edition) });
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid('param');
      const revoked = await runActed(c, db, revokeKey(db, keeperOf(c), id, new Date(now())));
      if (revoked === null) throw notFound('key');
      keys.forget();
      logOf(c).info({ revoked: id }, 'key revoked');
      return c.body(null, 204);
    });
};
