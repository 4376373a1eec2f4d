import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../api/context.ts';
import { answerOne } from '../api/etag.ts';
import { once } from '../api/idempotency.ts';
import { ApiError, notFound } from '../api/problem.ts';
import type { Database } from '../db/client.ts';
import { dayOf, enterDay, listCalendar } from './calendar.ts';
import { readCondition } from './condition.ts';
import { listLife, readLife, traceSummary } from './queries.ts';
import { confirmReport, listReports, prepareReport, readReport, reportOf } from './reports.ts';
import * as route from './route-definitions.ts';

/** The life of packs, and what of it has to be reported by when. */
export const traceabilityRoutes = ({ db }: { db: Database }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(route.events, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      return c.json(await listLife(db, c.get('caller'), filter, { limit, cursor }), 200);
    })
    .openapi(route.summary, async (c) => c.json(await traceSummary(db), 200))
    .openapi(route.calendar, async (c) => c.json({ items: await listCalendar(db), nextCursor: null }, 200))
    .openapi(route.enter, (c) =>
      once(c, {
        effect: () => enterDay(db, { ...c.req.valid('json'), by: c.get('caller').key }),
        answer: (row) => c.json(dayOf(row ?? {}), 201),
      }),
    )
    .openapi(route.reports, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      return c.json(await listReports(db, { limit, cursor }), 200);
    })
    .openapi(route.prepare, (c) =>
      once(c, {
        effect: () => prepareReport(c.get('caller').key, c.req.valid('json')),
        answer: (row) => {
          if (row === null) throw new ApiError('nothing-to-report');
          return c.json(reportOf(row), 201);
        },
      }),
    )
    .openapi(route.report, async (c) => {
      const report = await readReport(db, c.req.valid('param').id);
      if (report === null) throw notFound('report');
      return answerOne(c, report, report.edition);
    })
    .openapi(route.confirm, (c) => {
      const { id } = c.req.valid('param');
      return once(c, {
        effect: async () => {
          const report = await readReport(db, id);
          if (report === null) throw notFound('report');
          if (report.confirmedAt !== null) throw confirmed(report);
          return confirmReport(id, { ...c.req.valid('json'), by: c.get('caller').key });
        },
        answer: async (row) => {
          if (row === null) throw confirmed((await readReport(db, id)) ?? {});
          return c.json(reportOf(row), 200);
        },
      });
    })
    .openapi(route.life, async (c) => {
      const life = await readLife(db, c.get('caller'), c.req.valid('param').code);
      if (life === null) throw notFound('battery');
      return c.json(life, 200);
    })
    .openapi(route.condition, async (c) => {
      const condition = await readCondition(db, c.get('caller'), c.req.valid('param').code);
      if (condition === null) throw notFound('battery');
      return c.json(condition, 200);
    });

const confirmed = (current: object): ApiError =>
  new ApiError('already-settled', 'The report has been confirmed.', { current });
