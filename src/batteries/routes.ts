import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { battery, batteryDetail, custodyMove, packStatus, placeKind } from '../../schema/wire/api/battery.ts';
import { packCode, stationId, vin } from '../../schema/wire/ids.ts';
import { access, everyone } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { notFound } from '../api/problem.ts';
import { json, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { listBatteries, listMoves, readBattery } from './queries.ts';

const params = z.object({ code: packCode });

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags: ['batteries'],
  summary: 'Packs, by code',
  request: {
    query: pageQuery.extend({
      station: stationId.optional().openapi({ description: 'Packs now in this station.' }),
      status: packStatus.optional(),
      place: placeKind.optional().openapi({ description: 'Packs now in a place of this kind.' }),
      vehicle: vin.optional().openapi({ description: 'The pack now in this vehicle.' }),
    }),
  },
  responses: { 200: json(pageOf(battery), 'A page of packs.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{code}',
  tags: ['batteries'],
  summary: 'A pack with its custody history',
  request: { params },
  responses: { 200: json(batteryDetail, 'The pack.'), ...problems('not-found') },
});

const moves = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{code}/custody',
  tags: ['batteries'],
  summary: 'Every move of a pack, newest first',
  request: { params, query: pageQuery },
  responses: { 200: json(pageOf(custodyMove), 'A page of moves.'), ...problems('not-found', 'invalid-parameter') },
});

export const batteryRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listBatteries(db, c.get('caller').scope, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const { code } = c.req.valid('param');
      const { scope } = c.get('caller');
      const [found, history] = await Promise.all([
        readBattery(db, scope, code),
        listMoves(db, scope, code, { limit: 100 }),
      ]);
      if (found === null) throw notFound('pack');
      return c.json({ ...found, custody: history.items }, 200);
    })
    .openapi(moves, async (c) => {
      const { code } = c.req.valid('param');
      const { scope } = c.get('caller');
      const [found, page] = await Promise.all([
        readBattery(db, scope, code),
        listMoves(db, scope, code, c.req.valid('query')),
      ]);
      if (found === null) throw notFound('pack');
      return c.json(page, 200);
    });
