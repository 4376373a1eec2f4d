import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { tariffFaults } from '../../machines/settlement/check-tariff.ts';
import { newTariff, publishedTariff } from '../../schema/wire/api/tariff.ts';
import { calendarDate } from '../../schema/wire/ids.ts';
import { tariffCategory } from '../../schema/wire/settlement/tariff.ts';
import { access, everyone, managers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import { bodyProblems, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { listTariffs, overlapping, publishTariff, readTariff, tariffOf } from './store.ts';

const tags = ['tariffs'];
const day = calendarDate.meta({ examples: ['2031-03-01'] });

const list = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/',
  tags,
  summary: 'Price tables of electricity, by category and time',
  request: {
    query: pageQuery.extend({
      category: tariffCategory.optional(),
      day: day.optional().openapi({ description: 'Valid on this day of Asia/Shanghai.' }),
    }),
  },
  responses: { 200: json(pageOf(publishedTariff), 'A page of tables.'), ...problems('invalid-parameter') },
});

const one = createRoute({
  ...access(...everyone),
  method: 'get',
  path: '/{category}/{validFrom}',
  tags,
  summary: 'A price table, by its category and first day',
  description: 'As it is named on receipts.',
  request: { params: z.object({ category: tariffCategory, validFrom: day }) },
  responses: { 200: json(publishedTariff, 'The table.'), ...problems('not-found') },
});

const publish = createRoute({
  ...access(...managers),
  method: 'post',
  path: '/',
  tags,
  summary: 'Publish a price table',
  description: `For good: it is never changed, and its days are taken. Where a category has no table for a day, nothing of that day is billed until
one is published; there is no price of zero.`,
  request: { headers: idempotencyKey, body: jsonBody(newTariff) },
  responses: {
    201: {
      ...json(publishedTariff, 'Published.'),
      headers: {
        ...replayedHeader,
        Location: { description: 'Where the table is.', schema: { type: 'string' as const } },
      },
    },
    ...problems('tariff-overlaps', ...bodyProblems, ...idempotencyProblems),
  },
});

export const tariffRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listTariffs(db, filter, { limit, cursor }), 200);
    })
    .openapi(one, async (c) => {
      const { category, validFrom } = c.req.valid('param');
      const found = await readTariff(db, category, validFrom);
      if (found === null) throw notFound('price table');
      return c.json(found, 200);
    })
    .openapi(publish, (c) => {
      const table = c.req.valid('json');
      return once(c, {
        effect: () => {
          const errors = tariffFaults(table);
          if (errors.length > 0) {
            throw new ApiError('invalid-body', `The table is not in order: ${errors[0]?.detail}.`, { errors });
          }
          return publishTariff(table, c.get('caller').key);
        },
        answer: async (row) => {
          if (row === null) throw new ApiError('tariff-overlaps', undefined, { current: await overlapping(db, table) });
          const made = tariffOf(row);
          return c.json(made, 201, { Location: `/api/v1/tariffs/${made.category}/${made.validFrom}` });
        },
      });
    });
