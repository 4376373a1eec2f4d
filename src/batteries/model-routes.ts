import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  batteryModel,
  batteryModelChange,
  batteryModelId,
  newBatteryModel,
} from '../../schema/wire/api/battery-model.ts';
import { runActed } from '../acts/of-request.ts';
import { access, everyone, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import {
  answerOne,
  etagHeader,
  etagOf,
  expectedEditions,
  ifMatch,
  ifMatchProblems,
  ifNoneMatch,
  staleEdition,
} from '../api/etag.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';

import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { changeModel, createModel, deleteModel, isUsed, listModels, modelOf, readModel } from './models.ts';

const params = z.object({ id: batteryModelId });
const tags = ['batteries'];

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags,
  summary: 'Battery models, by id',
  request: { query: pageQuery.extend({ chemistry: newBatteryModel.shape.chemistry.optional() }) },
  responses: { 200: json(pageOf(batteryModel), 'A page of models.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{id}',
  tags,
  summary: 'A battery model',
  request: { params, headers: ifNoneMatch },
  responses: {
    200: { ...json(batteryModel, 'The model.'), headers: etagHeader },
    304: { description: 'You have it.' },
    ...problems('not-found'),
  },
});

const create = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Describe a battery model',
  description:
    'Under the name its BMS gives. Packs of that name which are there already are of this model from then on.',
  request: { headers: idempotencyKey, body: jsonBody(newBatteryModel) },
  responses: {
    201: { ...json(batteryModel, 'The model.'), headers: { ...replayedHeader, ...etagHeader } },
    ...problems('already-exists', ...bodyProblems, ...idempotencyProblems),
  },
});

const change = createRoute({
  ...access(...managers),
  method: 'patch',
  path: '/{id}',
  tags,
  summary: 'Change a battery model',
  description: 'Counts at once in every station: which packs fit a car is asked anew before each swap.',
  request: { params, headers: ifMatch, body: jsonBody(batteryModelChange) },
  responses: {
    200: { ...json(batteryModel, 'The model as it is now.'), headers: etagHeader },
    ...problems('not-found', ...ifMatchProblems, ...bodyProblems),
  },
});

const remove = createRoute({
  ...access(...managers),
  method: 'delete',
  path: '/{id}',
  tags,
  summary: 'Take away a battery model that no pack has',
  request: { params, headers: ifMatch },
  responses: { 204: { description: 'Gone.' }, ...problems('not-found', 'change-refused', ...ifMatchProblems) },
});

export const batteryModelRoutes = ({ db }: { db: Database }) => {
  const found = async (id: string) => {
    const model = await readModel(db, id);
    if (model === null) throw notFound('battery model');
    return model;
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listModels(db, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const model = await found(c.req.valid('param').id);
      return answerOne(c, model, model.edition) as never;
    })
    .openapi(create, (c) => {
      const model = c.req.valid('json');
      return once(c, {
        effect: () => createModel(db, model, c.get('caller').key),
        answer: async (row) => {
          if (row === null) throw new ApiError('already-exists', undefined, { current: await readModel(db, model.id) });
          const made = modelOf(row);
          return c.json(made, 201, { Location: `/api/v1/battery-models/${made.id}`, ETag: etagOf(made.edition) });
        },
      });
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const expected = expectedEditions(c);
      const by = c.get('caller').key;
      const row = await runActed(c, db, await changeModel(db, id, c.req.valid('json'), { by, expected }));
      if (row === null) {
        const current = await found(id);
        throw staleEdition(current, current.edition);
      }
      const model = modelOf(row);
      return c.json(model, 200, { ETag: etagOf(model.edition) });
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param');
      const expected = expectedEditions(c);
      if ((await runActed(c, db, deleteModel(id, expected))) !== null) return c.body(null, 204);
      const current = await found(id);
      if (await isUsed(db, id)) throw new ApiError('change-refused', 'There are packs of this model.', { current });
      throw staleEdition(current, current.edition);
    });
};
