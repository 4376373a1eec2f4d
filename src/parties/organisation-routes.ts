import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { organisations } from '../../schema/tables/organisations.ts';
import { organisationId, organisationKind } from '../../schema/wire/api/access.ts';
import {
  newOrganisation,
  type OrganisationView,
  organisation,
  organisationChange,
} from '../../schema/wire/api/organisation.ts';
import { runActed } from '../acts/of-request.ts';
import { access, everyone } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { cursorCodec, pageOf, pageQuery, toPage } from '../api/cursor.ts';
import {
  answerOne,
  editionIs,
  etagHeader,
  etagOf,
  expectedEditions,
  ifMatch,
  ifMatchProblems,
  ifNoneMatch,
  staleEdition,
} from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { logOf } from '../api/request-log.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Tenant } from '../api/tenancy.ts';
import { rowOf } from '../db/row-of.ts';
import { statement } from '../db/statement.ts';
import type { PartyDesk } from './party-desk.ts';

const params = z.object({ id: organisationId });
const tags = ['access'];

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags,
  summary: 'Organisations, by id',
  description: 'Fleets and owners see their own.',
  request: { query: pageQuery.extend({ kind: organisationKind.optional() }) },
  responses: { 200: json(pageOf(organisation), 'A page of organisations.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'An organisation',
  request: { params, headers: ifNoneMatch },
  responses: {
    200: { ...json(organisation, 'The organisation.'), headers: etagHeader },
    304: { description: 'You have it.' },
    ...problems('not-found'),
  },
});

const create = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/',
  tags,
  summary: 'Make an organisation',
  description: 'Its id and kind stay for good: vehicles, packs, swaps and users name it.',
  request: { headers: idempotencyKey, body: jsonBody(newOrganisation) },
  responses: {
    201: { ...json(organisation, 'The organisation.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const change = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/{id}',
  tags,
  summary: 'Rename an organisation',
  request: { params, headers: ifMatch, body: jsonBody(organisationChange) },
  responses: {
    200: { ...json(organisation, 'The organisation as it is now.'), headers: etagHeader },
    ...problems('not-found', ...ifMatchProblems, ...bodyProblems),
  },
});

const cursorOf = cursorCodec('organisations', organisationId);

/** A fleet or an owner of no organisation sees none. */
const seen = ({ role, organisation: own }: Tenant): SQL | undefined =>
  role === 'fleet' || role === 'owner' ? sql`${organisations.id} = ${own}` : undefined;

export const organisationRoutes = ({ db }: PartyDesk) => {
  const read = async (caller: Tenant, id: string): Promise<OrganisationView | null> => {
    const [row] = await db
      .select()
      .from(organisations)
      .where(and(eq(organisations.id, id), seen(caller)));
    return row ? toView(row) : null;
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, kind } = c.req.valid('query');
      const after = cursorOf.decode(cursor);
      const rows = await db
        .select()
        .from(organisations)
        .where(
          and(
            seen(c.get('caller')),
            kind === undefined ? undefined : eq(organisations.kind, kind),
            after === null ? undefined : gt(organisations.id, after),
          ),
        )
        .orderBy(asc(organisations.id))
        .limit(limit + 1);
      return c.json(
        toPage(rows, limit, (row) => cursorOf.encode(row.id), toView),
        200,
      );
    })
    .openapi(one, async (c) => {
      const found = await read(c.get('caller'), c.req.valid('param').id);
      if (found === null) throw notFound('organisation');
      return answerOne(c, found, found.edition) as never;
    })
    .openapi(create, (c) => {
      const { id, kind, name, nameEn } = c.req.valid('json');
      return once(c, {
        effect: () =>
          statement<Record<string, unknown>>({
            parts: {
              made: sql`insert into ${organisations} (id, kind, name, name_en) values (${id}, ${kind}, ${name}, ${nameEn})
                on conflict (id) do nothing returning *`,
            },
            result: sql`select * from made`,
          }),
        answer: async (row) => {
          if (row === null)
            throw new ApiError('already-exists', undefined, { current: await read(c.get('caller'), id) });
          const made = toView(rowOf(organisations, row));
          logOf(c).info({ organisation: id, kind }, 'organisation made');
          return c.json(made, 201, { Location: `/api/v1/organisations/${id}`, ETag: etagOf(made.edition) });
        },
      });
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const expected = expectedEditions(c);
      const changed = db
        .update(organisations)
        .set({ ...c.req.valid('json'), edition: sql`${organisations.edition} + 1` })
        .where(and(eq(organisations.id, id), editionIs(organisations.edition, expected)))
        .returning();
      const change = statement<Record<string, unknown>>({ parts: { changed }, result: sql`select * from changed` });
      const row = await runActed(c, db, change);
      const current = row ? toView(rowOf(organisations, row)) : await read(c.get('caller'), id);
      if (current === null) throw notFound('organisation');
      if (!row) throw staleEdition(current, current.edition);
      return c.json(current, 200, { ETag: etagOf(current.edition) });
    });
};

const toView = ({ createdAt, ...row }: typeof organisations.$inferSelect): OrganisationView => ({
  ...row,
  createdAt: createdAt.toISOString(),
});
