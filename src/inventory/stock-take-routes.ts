import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stockTake, stockTakeBody } from '../../schema/wire/api/inventory.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, actors, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { unknownReference } from './change.ts';
import { compare, listStockTakes, readLedger, recordStockTake, takeOf } from './stock-take.ts';

const params = z.object({ id: stationId });

const list = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/stock-takes',
  tags: ['inventory'],
  summary: 'What people saw in the slots of a station, newest first',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(stockTake), 'A page of stock-takes.'), ...problems('not-found', 'invalid-parameter') },
});

const take = createRoute({
  ...access(...actors),
  method: 'post',
  path: '/{id}/stock-takes',
  tags: ['inventory'],
  summary: 'Say what you see in the slots',
  description: `Some slots or all. Nothing is corrected: what differs from the ledger becomes an incident, which ends when the station reads the slot or one of
the packs moves, or when a later stock-take finds what the ledger has.`,
  request: { params, headers: idempotencyKey, body: jsonBody(stockTakeBody) },
  responses: {
    201: { ...json(stockTake, 'Recorded, with its differences.'), headers: replayedHeader },
    ...problems(
      'not-found',
      'malformed-json',
      'invalid-body',
      'payload-too-large',
      'unsupported-media-type',
      ...idempotencyProblems,
    ),
  },
});

export const stockTakeRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => c.json(await listStockTakes(db, c.req.valid('param').id, c.req.valid('query')), 200))
    .openapi(take, (c) => {
      const { id: station } = c.req.valid('param');
      const { slots: seen, note = null, at } = c.req.valid('json');
      return once(c, {
        effect: async () => {
          const ledger = await readLedger(db, station, seen);
          if (ledger === null) throw notFound('station');
          const beyond = seen.findIndex(({ slot }) => slot > ledger.slots);
          if (beyond >= 0) throw unknownReference(`/slots/${beyond}/slot`, `is not one of the ${ledger.slots} slots`);
          const takenAt = Math.min(now(), at === undefined ? now() : Date.parse(at));
          const differences = compare(station, seen, ledger, takenAt);
          const by = c.get('caller').key;
          return recordStockTake({ station, by, note, takenAt: new Date(takenAt).toISOString(), seen, differences });
        },
        answer: (row) => {
          if (row === null) throw new ApiError('concurrent-change');
          return c.json(takeOf(row), 201);
        },
      });
    });
