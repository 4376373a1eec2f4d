import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { organisationId } from '../../schema/wire/api/access.ts';
import { newPlan, newPlanVersion, type Plan, plan, planId, planVersion } from '../../schema/wire/api/plan.ts';
import { access, leaseViewers, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, etagHeader, etagOf, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { requireOrganisation } from '../inventory/change.ts';
import { requireModels } from './models.ts';
import {
  closePlan,
  createPlan,
  listPlans,
  listVersions,
  planOf,
  publishVersion,
  readPlan,
  readVersion,
  toVersion,
  versionOf,
} from './store.ts';

const params = z.object({ id: planId.meta({ examples: ['taxi-standard'] }) });
const tags = ['plans'];

const list = createRoute({
  ...access(...leaseViewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Plans that leases are made on, each with its newest version',
  description: 'An owner sees its own and the operator’s.',
  request: {
    query: pageQuery.extend({
      owner: organisationId.optional(),
      open: z
        .stringbool()
        .optional()
        .openapi({ type: 'boolean', description: 'Only those with, or without, new leases.' }),
    }),
  },
  responses: { 200: json(pageOf(plan), 'A page of plans.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...leaseViewers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A plan with its newest version',
  request: { params, headers: ifNoneMatch },
  responses: { ...oneAnswer(plan, 'The plan.'), ...problems('not-found') },
});

const versions = createRoute({
  ...access(...leaseViewers),
  method: 'get',
  path: '/{id}/versions',
  tags,
  summary: 'All versions of a plan, newest first',
  request: { params },
  responses: { 200: json(z.object({ items: z.array(planVersion) }), 'The versions.'), ...problems('not-found') },
});

const version = createRoute({
  ...access(...leaseViewers),
  method: 'get',
  path: '/{id}/versions/{version}',
  tags,
  summary: 'A version of a plan, as a bill names it',
  request: {
    params: params.extend({
      version: z.coerce.number().int().min(1).max(1_000_000).openapi({ example: 1 }),
    }),
  },
  responses: { 200: json(planVersion, 'The version.'), ...problems('not-found') },
});

const changes = problems('not-found', 'change-refused', 'concurrent-change', ...bodyProblems, ...idempotencyProblems);

const create = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Make a plan, with its first version',
  request: { headers: idempotencyKey, body: jsonBody(newPlan) },
  responses: {
    201: { ...json(plan, 'The plan.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const publish = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/versions',
  tags,
  summary: 'Publish the next version of a plan',
  description:
    'For good. It is for leases to come: a running one keeps its version until it is changed to another from a day on.',
  request: { params, headers: idempotencyKey, body: jsonBody(newPlanVersion) },
  responses: { 201: { ...json(planVersion, 'The version.'), headers: replayedHeader }, ...changes },
});

const close = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/close',
  tags,
  summary: 'Take a plan off the list: no new leases',
  description: 'Running leases go on. A plan that priced cars without a lease prices them no more.',
  request: { params, headers: idempotencyKey },
  responses: {
    200: { ...json(plan, 'The plan as it is now.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('not-found', 'change-refused', ...idempotencyProblems),
  },
});

const closed = (current: Plan | null) => new ApiError('change-refused', 'The plan is closed.', { current });

export const planRoutes = ({ db }: { db: Database }) => {
  const found = async (c: Context<ApiEnv>, id: string): Promise<Plan> => {
    const existing = await readPlan(db, c.get('caller'), id);
    if (existing === null) throw notFound('plan');
    return existing;
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listPlans(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const existing = await found(c, c.req.valid('param').id);
      return answerOne(c, existing, existing.edition);
    })
    .openapi(versions, async (c) => {
      const { id } = await found(c, c.req.valid('param').id);
      return c.json({ items: await listVersions(db, id) }, 200);
    })
    .openapi(version, async (c) => {
      const { id, version } = c.req.valid('param');
      await found(c, id);
      const existing = await readVersion(db, id, version);
      if (existing === null) throw notFound('version of the plan');
      return c.json(toVersion(existing.version), 200);
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      return once(c, {
        effect: async () => {
          await requireOrganisation(db, 'owner', body.owner, '/owner');
          await requireModels(db, body.terms.models, '/terms/models');
          return createPlan(body, c.get('caller').key);
        },
        answer: async (row) => {
          if (row === null) {
            const current = await readPlan(db, c.get('caller'), body.id);
            const detail = current ? undefined : 'There is a plan for cars without a lease already: close it first.';
            throw new ApiError('already-exists', detail, { current });
          }
          const made = planOf(row);
          return c.json(made, 201, { Location: `/api/v1/plans/${made.id}`, ETag: etagOf(made.edition) });
        },
      });
    })
    .openapi(publish, (c) => {
      const { id } = c.req.valid('param');
      const { terms } = c.req.valid('json');
      return once(c, {
        effect: async () => {
          const before = await found(c, id);
          if (before.closedAt !== null) throw closed(before);
          await requireModels(db, terms.models, '/terms/models');
          return publishVersion(before, terms, c.get('caller').key);
        },
        answer: (row) => {
          if (row === null) throw new ApiError('concurrent-change', 'Somebody else has changed the plan meanwhile.');
          return c.json(versionOf(row), 201);
        },
      });
    })
    .openapi(close, (c) => {
      const { id } = c.req.valid('param');
      return once(c, {
        effect: async () => {
          await found(c, id);
          return closePlan(id);
        },
        answer: async (row) => {
          if (row === null) throw closed(await found(c, id));
          const made = planOf(row);
          return c.json(made, 200, { ETag: etagOf(made.edition) });
        },
      });
    });
};
