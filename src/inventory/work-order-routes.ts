import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { SQL } from 'drizzle-orm';
import type { Context } from 'hono';
import { assignBody, closeOrderBody, workOrder, workOrderState } from '../../schema/wire/api/inventory.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, actors, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { etagHeader, etagOf } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { assigned, changeOrder, closed, listOrders, orderOf, readOrder } from './work-orders.ts';

const params = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
const tags = ['inventory'];

const list = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Work orders, newest first',
  description:
    'One to take out each pack that blocks a slot, where more than a tenth of the slots of a station are blocked. It closes when the pack has left.',
  request: { query: pageQuery.extend({ station: stationId.optional(), state: workOrderState.optional() }) },
  responses: { 200: json(pageOf(workOrder), 'A page of work orders.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A work order',
  request: { params },
  responses: { 200: { ...json(workOrder, 'The work order.'), headers: etagHeader }, ...problems('not-found') },
});

const answers = {
  200: { ...json(workOrder, 'The work order as it is now.'), headers: { ...etagHeader, ...replayedHeader } },
  ...problems(
    'not-found',
    'already-settled',
    'malformed-json',
    'invalid-body',
    'payload-too-large',
    'unsupported-media-type',
    ...idempotencyProblems,
  ),
};

const assign = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/assign',
  tags,
  summary: 'Say who is to do it',
  request: { params, headers: idempotencyKey, body: jsonBody(assignBody) },
  responses: answers,
});

const close = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/close',
  tags,
  summary: 'Close a work order by hand',
  description:
    'While the pack still blocks its slot, and the station is still blocked, another is opened within seconds.',
  request: { params, headers: idempotencyKey, body: jsonBody(closeOrderBody) },
  responses: answers,
});

export const workOrderRoutes = ({ db }: { db: Database }) => {
  const found = async (c: Context<ApiEnv>, id: number) => {
    const order = await readOrder(db, c.get('caller'), id);
    if (order === null) throw notFound('work order');
    return order;
  };
  /** At the edition that was read: of two who do it at once, one has done it and the other is shown what was done. */
  const settle = (c: Context<ApiEnv>, id: number, change: SQL) =>
    once(c, {
      effect: async () => changeOrder(id, [(await found(c, id)).edition], change),
      answer: async (row) => {
        if (row === null) {
          throw new ApiError('already-settled', 'It was closed, or somebody else was first.', {
            current: await found(c, id),
          });
        }
        const order = orderOf(row);
        return c.json(order, 200, { ETag: etagOf(order.edition) });
      },
    });
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listOrders(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const order = await found(c, c.req.valid('param').id);
      return c.json(order, 200, { ETag: etagOf(order.edition) });
    })
    .openapi(assign, (c) =>
      settle(c, c.req.valid('param').id, assigned(c.req.valid('json').assignee, c.get('caller').key)),
    )
    .openapi(close, (c) => settle(c, c.req.valid('param').id, closed(c.req.valid('json').note, c.get('caller').key)));
};
