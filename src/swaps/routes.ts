import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { swap, swapDetail, swapLog, swapState } from '../../schema/wire/api/swap.ts';
import { swapStatistics } from '../../schema/wire/api/swap-statistics.ts';
import { driverTexts } from '../../schema/wire/driver-texts.ts';
import { packCode, stationId, swapId, vin } from '../../schema/wire/ids.ts';
import { access, overseers, swapViewers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, oneAnswer } from '../api/etag.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { instant, json, problems } from '../api/route.ts';
import { covers, type Scope } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { readSwapLog } from './log.ts';
import { readPrefetch } from './prefetch.ts';
import { listSwaps, readSwap } from './queries.ts';
import { readSwapStatistics } from './statistics.ts';

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
      pack: packCode.optional().openapi({ description: 'Given or taken back in the swap, or moved in it.' }),
      from: instant.optional().openapi({ description: 'In position at or after this instant.' }),
      to: instant.optional().openapi({ description: 'In position before this instant.' }),
    }),
  },
  responses: { 200: json(pageOf(swap), 'A page of swaps.'), ...problems('invalid-parameter') },
});

const dayMs = 24 * 3_600_000;
const longestDays = 31;

const statistics = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/statistics',
  tags: ['swaps'],
  summary: 'How swaps went: number, time, steps against their budgets, right at the first attempt',
  description: `Of the swaps whose car stood in position in the span, at most ${longestDays} days. Numbers are of all of them. Times are of a sample that
takes the first swaps of each hour, up to 10,000 in all: for a station that is every swap, for a large network a share of them (\`sampled\`).`,
  request: {
    query: z.object({
      from: instant.optional().openapi({ description: 'Default: 7 days before `to`.' }),
      to: instant.optional().openapi({ description: 'Default: now.' }),
      station: stationId.optional(),
    }),
  },
  responses: { 200: json(swapStatistics, 'The statistics.'), ...problems('invalid-parameter') },
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

const log = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/log',
  tags: ['swaps'],
  summary: 'Every event and command of a swap',
  request: { params: z.object({ id: swapId }) },
  responses: { 200: json(swapLog, 'Both in the order of the log.'), ...problems('not-found') },
});

export const swapRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listSwaps(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(statistics, async (c) => {
      const { station = null, ...asked } = c.req.valid('query');
      const { from, to } = spanOf(asked);
      const stations = stationsOf(c.get('caller').scope, station);
      const found = await readSwapStatistics(db, { from, to, stations });
      return c.json({ from: from.toISOString(), to: to.toISOString(), station, ...found }, 200);
    })
    .openapi(log, async (c) => {
      const found = await readSwap(db, c.req.valid('param').id);
      if (found === null || !covers(c.get('caller').scope, found)) throw notFound('swap');
      return c.json(await readSwapLog(db, found), 200);
    })
    .openapi(one, async (c) => {
      const found = await readSwap(db, c.req.valid('param').id);
      if (found === null || !covers(c.get('caller').scope, found)) throw notFound('swap');
      const { reason, state } = found;
      const driverText = reason === null || state === 'completed' ? null : (driverTexts[reason] ?? null);
      return answerOne(c, { ...found, prefetch: await readPrefetch(db, found), driverText });
    });

function spanOf(asked: { from?: string | undefined; to?: string | undefined }): { from: Date; to: Date } {
  const to = asked.to === undefined ? new Date() : new Date(asked.to);
  const from = asked.from === undefined ? new Date(to.getTime() - 7 * dayMs) : new Date(asked.from);
  const length = to.getTime() - from.getTime();
  if (length > 0 && length <= longestDays * dayMs) return { from, to };
  const detail = length <= 0 ? 'must be before `to`' : `must be at most ${longestDays} days before \`to\``;
  throw new ApiError('invalid-parameter', `The span is not valid: from ${detail}.`, {
    errors: [{ parameter: 'from', detail }],
  });
}

/** The stations to look at: null for all; none where the one asked for is not the caller's. */
function stationsOf({ stations }: Scope, asked: string | null): readonly string[] | null {
  if (asked === null) return stations;
  return stations === null || stations.includes(asked) ? [asked] : [];
}
