import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { slot, stationNow } from '../../schema/wire/api/station.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, everyone, swapViewers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { answerOne, oneAnswer } from '../api/etag.ts';
import { notFound } from '../api/problem.ts';
import { json, problems } from '../api/route.ts';
import { maskSlot } from '../api/scope.ts';
import type { Database } from '../db/client.ts';
import { fleetsOwn } from '../swaps/queries.ts';
import { listStations, readSlots, readStation } from './queries.ts';
import { stationsNow } from './stations-now.ts';

const params = z.object({ id: stationId });

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags: ['stations'],
  summary: 'Stations in service, by id',
  request: { query: pageQuery },
  responses: { 200: json(pageOf(stationNow), 'A page of stations.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{id}',
  tags: ['stations'],
  summary: 'A station',
  request: { params },
  responses: { ...oneAnswer(stationNow, 'The station.'), ...problems('not-found') },
});

const slots = createRoute({
  ...access(...swapViewers),
  method: 'get',
  path: '/{id}/slots',
  tags: ['stations'],
  summary: 'Every slot of a station with the pack in it',
  request: { params },
  responses: { 200: json(pageOf(slot), 'All slots, by number; one page.'), ...problems('not-found') },
});

export const stationRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { scope, role } = c.get('caller');
      const { items, nextCursor } = await listStations(db, scope, c.req.valid('query'));
      return c.json({ items: await stationsNow(db, items, role), nextCursor }, 200);
    })
    .openapi(one, async (c) => {
      const found = await readStation(db, c.req.valid('param').id);
      const [now] = found === null ? [] : await stationsNow(db, [found], c.get('caller').role);
      if (!now) throw notFound('station');
      return answerOne(c, now);
    })
    .openapi(slots, async (c) => {
      const { id } = c.req.valid('param');
      const [found, items] = await Promise.all([readStation(db, id), readSlots(db, [id])]);
      if (found === null) throw notFound('station');
      const isOwn = await fleetsOwn(db, c.get('caller').scope, id);
      return c.json({ items: isOwn ? items.map((item) => maskSlot(item, isOwn)) : items, nextCursor: null }, 200);
    });
