import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { dispatchPlan, madePlans, newPlans, planId, planSummary } from '../../schema/wire/api/dispatch.ts';
import { assetCode, siteId } from '../../schema/wire/api/second-life.ts';
import { access, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { statement } from '../db/statement.ts';
import { taskOf } from './dispatch-ask.ts';
import { listPlans, madePlansOf, planAssets, planParts, readPlan } from './dispatch-plans.ts';
import { needDispatchSite, requireController } from './dispatch-site.ts';

const tags = ['second life'];
const params = z.object({ id: siteId });

const list = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/plans',
  tags,
  summary: 'Dispatch plans of a site, the last made first',
  request: { params, query: pageQuery.extend({ asset: assetCode.optional() }) },
  responses: { 200: json(pageOf(planSummary), 'A page of plans.'), ...problems('not-found', 'invalid-parameter') },
});

const one = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/plans/{plan}',
  tags,
  summary: 'A dispatch plan, interval by interval',
  request: { params: params.extend({ plan: planId }), headers: ifNoneMatch },
  responses: { ...oneAnswer(dispatchPlan, 'The plan.'), ...problems('not-found') },
});

const make = createRoute({
  ...access('admin', 'operations', 'service'),
  method: 'post',
  path: '/{id}/plans',
  tags,
  summary: 'Plan when the assets of a site charge and discharge',
  description: `By the price table of the site, its load (given, or by its readings of the same weekday and time), the limits of its connection and of the
grid's signals, and the state of charge. The assets are planned one after another on the load that remains, so the limits hold for all of them together.
From the next quarter of an hour on; of two plans that cover an interval the later counts.`,
  request: { params, headers: idempotencyKey, body: jsonBody(newPlans) },
  responses: {
    201: { ...json(madePlans, 'Planned.'), headers: replayedHeader },
    ...problems(
      'not-found',
      'change-refused',
      'tariff-gap',
      'concurrent-change',
      ...bodyProblems,
      ...idempotencyProblems,
    ),
  },
});

export const dispatchPlanRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor, ...filter } = c.req.valid('query');
      await needDispatchSite(db, id);
      return c.json(await listPlans(db, id, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const { id, plan } = c.req.valid('param');
      const found = await readPlan(db, id, plan);
      if (found === null) throw notFound('plan');
      return answerOne(c, found) as never;
    })
    .openapi(make, (c) => {
      const caller = c.get('caller');
      return once(c, {
        effect: async () => {
          const at = now();
          const site = await needDispatchSite(db, c.req.valid('param').id);
          requireController(caller, site);
          const plans = await planAssets(db, await taskOf(db, site, c.req.valid('json'), at));
          return statement<{ plans: Record<string, unknown>[] }>({
            parts: planParts(site, plans, { by: caller.key, now: at }),
            result: sql`select jsonb_agg(to_jsonb(made.*) order by made.asset) as plans from made having count(*) > 0`,
          });
        },
        answer: (row) => c.json(madePlansOf(row?.plans ?? []), 201),
      });
    });
