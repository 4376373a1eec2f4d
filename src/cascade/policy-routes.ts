import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { newPolicy, publishedPolicy } from '../../schema/wire/api/grading.ts';
import { access, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { listPolicies, policyOf, publishPolicy, readPolicy } from './policies.ts';
import { isTaken } from './retired-pack.ts';
import { viewers } from './viewers.ts';

const tags = ['second life'];

const list = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Grading policies, newest first',
  request: { query: pageQuery },
  responses: { 200: json(pageOf(publishedPolicy), 'A page of policies.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{version}',
  tags,
  summary: 'A grading policy',
  request: {
    params: z.object({ version: z.coerce.number().int().min(1).max(1_000_000).openapi({ example: 1 }) }),
    headers: ifNoneMatch,
  },
  responses: { ...oneAnswer(publishedPolicy, 'The policy.'), ...problems('not-found') },
});

const publish = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Publish the next version of the grading policy',
  description: 'For good. It counts for gradings from now on; earlier ones keep the version they were made under.',
  request: { headers: idempotencyKey, body: jsonBody(newPolicy) },
  responses: {
    201: { ...json(publishedPolicy, 'Published.'), headers: replayedHeader },
    ...problems('concurrent-change', ...bodyProblems, ...idempotencyProblems),
  },
});

export const gradingPolicyRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => c.json(await listPolicies(db, c.req.valid('query')), 200))
    .openapi(one, async (c) => {
      const policy = await readPolicy(db, c.req.valid('param').version);
      if (policy === null) throw notFound('grading policy');
      return answerOne(c, policy) as never;
    })
    .openapi(publish, (c) =>
      once(c, {
        effect: () => publishPolicy(c.req.valid('json'), c.get('caller').key),
        answer: (row) => {
          if (row === null) throw new ApiError('concurrent-change');
          const made = policyOf(row);
          return c.json(made, 201, { Location: `/api/v1/grading-policies/${made.version}` });
        },
      }).catch((error) => {
        throw isTaken(error) ? new ApiError('concurrent-change', 'Somebody else has published one at once.') : error;
      }),
    );
