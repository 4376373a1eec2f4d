import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  batteryHealth,
  healthReading,
  newRetirementPolicy,
  retirementDecision,
  retirementPolicy,
} from '../../schema/wire/api/battery-health.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { access, everyone, managers, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import { readBattery } from '../batteries/queries.ts';
import type { Database } from '../db/client.ts';
import {
  listDecisions,
  listPolicies,
  listReadings,
  policyOf,
  publishPolicy,
  readHealth,
  readPolicyVersion,
} from './queries.ts';

const params = z.object({ code: packCode });
const tags = ['battery health'];

const health = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/batteries/{code}/health',
  tags,
  summary: 'State of health of a pack, from its charges, with its interval',
  request: { params },
  responses: { 200: json(batteryHealth, 'What is believed of it.'), ...problems('not-found') },
});

const history = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/batteries/{code}/health/readings',
  tags,
  summary: 'What each charge said of its health, newest first',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(healthReading), 'A page of readings.'), ...problems('not-found', 'invalid-parameter') },
});

const decided = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/batteries/{code}/retirement-decisions',
  tags,
  summary: 'What the retirement policy said of a pack at each swap, and from what, newest first',
  request: { params, query: pageQuery },
  responses: {
    200: json(pageOf(retirementDecision), 'A page of decisions.'),
    ...problems('not-found', 'invalid-parameter'),
  },
});

const list = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/retirement-policies',
  tags,
  summary: 'Versions of the retirement policy; the first is the one in force',
  request: { query: pageQuery },
  responses: { 200: json(pageOf(retirementPolicy), 'A page of versions.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/retirement-policies/{version}',
  tags,
  summary: 'A version of the retirement policy, as a decision names it',
  request: {
    params: z.object({ version: z.coerce.number().int().min(1).max(1_000_000).openapi({ example: 1 }) }),
  },
  responses: { 200: json(retirementPolicy, 'The version.'), ...problems('not-found') },
});

const publish = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/retirement-policies',
  tags,
  summary: 'Publish the next version of the retirement policy',
  description: 'For good. It judges the packs that come back from now on; what was decided stands.',
  request: { headers: idempotencyKey, body: jsonBody(newRetirementPolicy) },
  responses: {
    201: { ...json(retirementPolicy, 'The version.'), headers: replayedHeader },
    ...problems('change-refused', ...bodyProblems, ...idempotencyProblems),
  },
});

/** Health of packs, and when they are done with traffic. */
export const batteryHealthRoutes = ({ db }: { db: Database }) => {
  /** A pack that is not the caller's does not exist for it. */
  const requirePack = async (c: Context<ApiEnv>, code: string) => {
    if ((await readBattery(db, c.get('caller').scope, code)) === null) throw notFound('pack');
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(health, async (c) => {
      const { code } = c.req.valid('param');
      await requirePack(c, code);
      const found = await readHealth(db, code);
      if (found === null) throw notFound('pack');
      return c.json(found, 200);
    })
    .openapi(history, async (c) => {
      const { code } = c.req.valid('param');
      await requirePack(c, code);
      return c.json(await listReadings(db, code, c.req.valid('query')), 200);
    })
    .openapi(decided, async (c) => {
      const { code } = c.req.valid('param');
      await requirePack(c, code);
      return c.json(await listDecisions(db, code, c.req.valid('query')), 200);
    })
    .openapi(list, async (c) => c.json(await listPolicies(db, c.req.valid('query')), 200))
    .openapi(one, async (c) => {
      const found = await readPolicyVersion(db, c.req.valid('param').version);
      if (found === null) throw notFound('retirement policy');
      return c.json(found, 200);
    })
    .openapi(publish, (c) => {
      const body = c.req.valid('json');
      return once(c, {
        effect: async () => publishPolicy(body, c.get('caller').key),
        answer: async (row) => {
          if (row === null) {
            const { items } = await listPolicies(db, { limit: 1 });
            throw new ApiError('change-refused', `Version ${body.replaces} is not the one in force.`, {
              current: items[0] ?? null,
            });
          }
          return c.json(policyOf(row), 201);
        },
      });
    });
};
