import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { newRecycling, recycling } from '../../schema/wire/api/second-life.ts';
import { packCode } from '../../schema/wire/ids.ts';
import { access, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, ifNoneMatch, oneAnswer } from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { findAssetOf } from './assets.ts';
import {
  listRecyclings,
  readRecycling,
  receiptOf,
  recycle,
  recyclingOf,
  recyclingRefusal,
  refusedHandOver,
  requirePlausible,
  shownPack,
} from './recyclings.ts';
import { isTaken, readRetiredPack } from './retired-pack.ts';
import { viewers } from './viewers.ts';

const tags = ['second life'];

const list = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/',
  tags,
  summary: 'Packs handed to recyclers, the last recorded first',
  request: { query: pageQuery.extend({ recycler: newRecycling.shape.recycler.optional() }) },
  responses: { 200: json(pageOf(recycling), 'A page of hand-overs.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...viewers),
  method: 'get',
  path: '/{pack}',
  tags,
  summary: 'What became of a pack at its end',
  request: {
    params: z.object({ pack: packCode.meta({ examples: ['PLNPE50VC4SD0SE1R0000013'] }) }),
    headers: ifNoneMatch,
  },
  responses: { ...oneAnswer(recycling, 'The hand-over.'), ...problems('not-found') },
});

const create = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Hand a pack to a recycler, by weight and receipt',
  description: `For good. The pack is graded recycle, or had a thermal event, or its asset has come to the end of its life; it is out of the stations. Its
clock for the report to the platform starts.`,
  request: { headers: idempotencyKey, body: jsonBody(newRecycling) },
  responses: {
    201: { ...json(recycling, 'Handed over.'), headers: replayedHeader },
    ...problems('not-found', 'change-refused', 'already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

export const recyclingRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listRecyclings(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const found = await readRecycling(db, c.get('caller'), c.req.valid('param').pack);
      if (found === null) throw notFound('hand-over');
      return answerOne(c, found) as never;
    })
    .openapi(create, (c) => {
      const body = c.req.valid('json');
      const caller = c.get('caller');
      const read = async () => {
        const asset = await findAssetOf(db, body.pack);
        const pack = await readRetiredPack(db, caller, body.pack);
        if (pack === null) throw notFound('pack');
        return { pack, asset };
      };
      const attempt = () =>
        once(c, {
          effect: async () => {
            const { pack, asset } = await read();
            const refusal = recyclingRefusal(pack, asset);
            if (refusal !== null) throw refusedHandOver(refusal, shownPack(pack, asset));
            requirePlausible(pack, body, now());
            const taken = await receiptOf(db, body);
            if (taken !== null)
              throw new ApiError('already-exists', `The receipt ${body.receiptNumber} was given for ${taken.pack}.`, {
                current: taken,
              });
            return recycle(pack, asset, body, { by: caller.key, now: now() });
          },
          answer: async (row) => {
            if (row === null) {
              const { pack, asset } = await read();
              throw refusedHandOver('Somebody else has changed the pack at once.', shownPack(pack, asset));
            }
            const made = recyclingOf(row);
            return c.json(made, 201, { Location: `/api/v1/recyclings/${made.pack}` });
          },
        });
      return attempt().catch((error) => {
        // The receipt was taken between reading and writing: now it is seen there.
        if (!isTaken(error)) throw error;
        return attempt();
      });
    });
