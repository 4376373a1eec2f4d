import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { swap, swapDetail, swapState } from '../../schema/wire/api/swap.ts';
import { driverTexts } from '../../schema/wire/driver-texts.ts';
import { stationId, swapId, vin } from '../../schema/wire/ids.ts';
import { access, swapViewers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, oneAnswer } from '../api/etag.ts';
import { notFound } from '../api/problem.ts';
import { instant, json, problems } from '../api/route.ts';
import { covers } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { readPrefetch } from './prefetch.ts';
import { listSwaps, readSwap } from './queries.ts';

const list = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/',
  tags: ['swaps'],
  summary: 'Swaps, newest first',
  request: {
    query: pageQuery.extend({
      station: stationId.optional(),
      state: swapState.optional(),
      vehicle: vin.optional(),
      from: instant.optional().openapi({ description: 'In position at or after this instant.' }),
      to: instant.optional().openapi({ description: 'In position before this instant.' }),
    }),
  },
  responses: { 200: json(pageOf(swap), 'A page of swaps.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/{id}',
  tags: ['swaps'],
  summary: 'A swap with its step timeline',
  request: { params: z.object({ id: swapId }) },
  responses: { ...oneAnswer(swapDetail, 'The swap.'), ...problems('not-found') },
});

export const swapRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listSwaps(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readSwap(db, c.req.valid('param').id);
      if (found === null || !covers(c.get('caller').scope, found)) throw notFound('swap');
      const { reason, state } = found;
      const driverText = reason === null || state === 'completed' ? null : (driverTexts[reason] ?? null);
      return answerOne(c, { ...found, prefetch: await readPrefetch(db, found), driverText });
    });
