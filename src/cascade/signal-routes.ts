import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { gridSignal, newSignal } from '../../schema/wire/api/dispatch.ts';
import { siteId } from '../../schema/wire/api/second-life.ts';
import { access, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { needDispatchSite } from './dispatch-site.ts';
import { listSignals, recordSignal, signalOf } from './signals.ts';

const tags = ['second life'];
const params = z.object({ id: siteId });

const list = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/signals',
  tags,
  summary: 'What the grid demanded of a site, the last first',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(gridSignal), 'A page of signals.'), ...problems('not-found', 'invalid-parameter') },
});

const record = createRoute({
  ...access('admin', 'operations', 'service'),
  method: 'post',
  path: '/{id}/signals',
  tags,
  summary: 'Tell what the grid demands of a site for some time',
  description: `A limit on what it takes or feeds in, as in OpenADR. It counts from the next quarter of an hour on, before the site's own limit where it is lower.
For good: a later signal counts before an earlier one, and one with the limit null takes back what was demanded. Plans of that time are made anew within
a second or two.`,
  request: { params, headers: idempotencyKey, body: jsonBody(newSignal) },
  responses: {
    201: { ...json(gridSignal, 'Recorded.'), headers: replayedHeader },
    ...problems('not-found', ...bodyProblems, ...idempotencyProblems),
  },
});

export const signalRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      await needDispatchSite(db, id);
      return c.json(await listSignals(db, id, c.req.valid('query')), 200);
    })
    .openapi(record, (c) => {
      const { id } = c.req.valid('param');
      const signal = c.req.valid('json');
      return once(c, {
        effect: async () => {
          await needDispatchSite(db, id);
          const at = now();
          if (Date.parse(signal.to) <= at) {
            const detail = 'is over: a signal is of time to come';
            throw new ApiError('invalid-body', `The body is not valid at to: ${detail}.`, {
              errors: [{ pointer: '/to', detail }],
            });
          }
          return recordSignal(id, signal, { by: c.get('caller').key, now: at });
        },
        answer: (row) => {
          if (row === null) throw notFound('site');
          return c.json(signalOf(row), 201);
        },
      });
    });
