import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { stationTariff, stationTariffBody } from '../../schema/wire/api/tariff.ts';
import { stationId } from '../../schema/wire/ids.ts';
import { access, everyone, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf } from '../api/cursor.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { readStation } from '../stations/queries.ts';
import { isPublished, listStationTariffs, setStationTariff, stationTariffOf } from './store.ts';

const params = z.object({ id: stationId });
const tags = ['tariffs'];

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{id}/tariffs',
  tags,
  summary: 'Under which categories a station buys its energy, the newest first',
  request: { params },
  responses: { 200: json(pageOf(stationTariff), 'One page.'), ...problems('not-found') },
});

const set = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/{id}/tariffs',
  tags,
  summary: 'Say under which category a station buys its energy from a day on',
  description: `From tomorrow on (Asia/Shanghai), or from an earlier day on which it has no category yet: what has been billed keeps its price.
A swap at a station without category is not billed until it has one.`,
  request: { params, headers: idempotencyKey, body: jsonBody(stationTariffBody) },
  responses: {
    201: { ...json(stationTariff, 'Set.'), headers: replayedHeader },
    ...problems(
      'not-found',
      'already-exists',
      'change-refused',
      'tariff-unknown',
      ...bodyProblems,
      ...idempotencyProblems,
    ),
  },
});

export const stationTariffRoutes = ({ db }: { db: Database }) => {
  const needStation = async (id: string) => {
    if ((await readStation(db, id)) === null) throw notFound('station');
  };
  const refusal = async (station: string, { fromDay, category }: { fromDay: string; category: string }) => {
    if (!(await isPublished(db, category))) return new ApiError('tariff-unknown');
    const entries = await listStationTariffs(db, station);
    const current = entries.find((entry) => entry.fromDay === fromDay);
    if (current) return new ApiError('already-exists', `The station has a category from ${fromDay} on.`, { current });
    return new ApiError('change-refused', 'That day has begun, and may have been billed: choose a later one.', {
      current: entries.find((entry) => entry.fromDay < fromDay),
    });
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      await needStation(id);
      return c.json({ items: await listStationTariffs(db, id), nextCursor: null }, 200);
    })
    .openapi(set, (c) => {
      const { id: station } = c.req.valid('param');
      const body = c.req.valid('json');
      return once(c, {
        effect: async () => {
          await needStation(station);
          return setStationTariff({ station, ...body, by: c.get('caller').key });
        },
        answer: async (row) => {
          if (row === null) throw await refusal(station, body);
          return c.json(stationTariffOf(row), 201);
        },
      });
    });
};
