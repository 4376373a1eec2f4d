import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { and, eq } from 'drizzle-orm';
import type { Context } from 'hono';
import { organisations } from '../../schema/tables/organisations.ts';
import { organisationId } from '../../schema/wire/api/access.ts';
import { ageing, month, ownedPack, ownerSummary } from '../../schema/wire/api/owner.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { access } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { notFound } from '../api/problem.ts';
import { json, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { periodOf } from './figures.ts';
import { listOwnedPacks, readAgeing, readSummary } from './queries.ts';

const viewers = ['admin', 'operations', 'owner', 'regulator'] as const;
const params = z.object({ owner: organisationId });
const tags = ['owners'];

const summary = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{owner}/summary',
  tags,
  summary: 'The packs of an owner in a month: where, how much used, what they earned, what they may be worth',
  description:
    'Residual values are estimates by the rule of `docs/leasing.md`. Of an owner of many packs the figures are kept, and some minutes old: see `asOf`.',
  request: { params, query: z.strictObject({ month: month.optional() }), headers: ifNoneMatch },
  responses: { ...oneAnswer(ownerSummary, 'The summary.'), ...problems('not-found', 'invalid-parameter') },
});

const packs = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{owner}/packs',
  tags,
  summary: 'The packs of an owner, each with place, use, income, health and expected residual value',
  description: 'Use and income of an owner of many packs are as of some minutes ago: the `asOf` of the summary.',
  request: { params, query: pageQuery.extend({ month: month.optional() }) },
  responses: { 200: json(pageOf(ownedPack), 'A page of packs.'), ...problems('not-found', 'invalid-parameter') },
});

const age = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{owner}/packs/{code}/ageing',
  tags,
  summary: 'State of health of a pack over time',
  request: { params: params.extend({ code: packCode }), headers: ifNoneMatch },
  responses: { ...oneAnswer(ageing, 'The points.'), ...problems('not-found') },
});

export const ownerRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) => {
  /** An owner sees its own packs; to it no other owner is there. */
  async function owned(c: Context<ApiEnv>, owner: string): Promise<string> {
    const { role, organisation } = c.get('caller');
    const [row] = await db
      .select({ id: organisations.id })
      .from(organisations)
      .where(
        and(
          eq(organisations.id, owner),
          eq(organisations.kind, 'owner'),
          role === 'owner' ? eq(organisations.id, organisation ?? '') : undefined,
        ),
      );
    if (!row) throw notFound('owner');
    return row.id;
  }
  return new OpenAPIHono<ApiEnv>()
    .openapi(summary, async (c) => {
      const owner = await owned(c, c.req.valid('param').owner);
      return answerOne(c, await readSummary(db, owner, periodOf(c.req.valid('query').month, now())));
    })
    .openapi(packs, async (c) => {
      const owner = await owned(c, c.req.valid('param').owner);
      const { limit, cursor, month } = c.req.valid('query');
      return c.json(await listOwnedPacks(db, owner, periodOf(month, now()), { limit, cursor }), 200);
    })
    .openapi(age, async (c) => {
      const { owner, code } = c.req.valid('param');
      const found = await readAgeing(db, await owned(c, owner), code);
      if (found === null) throw notFound('pack');
      return answerOne(c, found);
    });
};
