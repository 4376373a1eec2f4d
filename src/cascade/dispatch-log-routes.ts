import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { sql } from 'drizzle-orm';
import { addDays, beijingDay, startOfDay } from '../../machines/settlement/calendar.ts';
import { dispatchReading, readingsBody, recordedReadings, siteLoad } from '../../schema/wire/api/dispatch.ts';
import { assetCode, siteId } from '../../schema/wire/api/second-life.ts';
import { outcomeRow } from '../acts/note.ts';
import { access, overseers } from '../api/access.ts';
import type { ApiEnv } from '../api/context.ts';
import { pageOf, pageQuery } from '../api/cursor.ts';
import { idempotencyKey, idempotencyProblems, once, replayedHeader } from '../api/idempotency.ts';
import { ApiError } from '../api/problem.ts';
import { bodyProblems, instant, json, jsonBody, problems } from '../api/route.ts';
import type { Database } from '../db/client.ts';
import { listReadings } from './dispatch-log.ts';
import { readingOf, recordReadings } from './dispatch-readings.ts';
import { needDispatchSite, quarterOf, requireController } from './dispatch-site.ts';
import { readSiteLoad } from './site-load.ts';

const tags = ['second life'];
const params = z.object({ id: siteId });

const list = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/readings',
  tags,
  summary:
    'The dispatch log of a site: what each asset was planned to do, did, and what that was worth; the last first',
  request: {
    params,
    query: pageQuery.extend({
      asset: assetCode.optional(),
      from: instant.optional().openapi({ description: 'Begun at or after this instant.' }),
      to: instant.optional().openapi({ description: 'Begun before this instant.' }),
    }),
  },
  responses: {
    200: json(pageOf(dispatchReading), 'A page of readings.'),
    ...problems('not-found', 'invalid-parameter'),
  },
});

const record = createRoute({
  ...access('admin', 'operations', 'service'),
  method: 'post',
  path: '/{id}/readings',
  tags,
  summary: 'Report what the meters of a site have shown, by the quarter of an hour',
  description: `By the controller of the site, or by a person. All or nothing. Each is priced by the price table at its start and booked in the ledger; what was reported
before is known, and something else for the same time is refused with \`current\`. Report the assets of a quarter of an hour together: what one discharges and
another charges is known only then. What went otherwise than planned, or beyond a limit, is an alarm of the site.`,
  request: { params, headers: idempotencyKey, body: jsonBody(readingsBody) },
  responses: {
    201: { ...json(recordedReadings, 'Recorded.'), headers: replayedHeader },
    ...problems(
      'not-found',
      'already-exists',
      'tariff-gap',
      'concurrent-change',
      ...bodyProblems,
      ...idempotencyProblems,
    ),
  },
});

const load = createRoute({
  ...access(...overseers),
  method: 'get',
  path: '/{id}/load',
  tags,
  summary: "A site's load without and with its assets, as read and as planned",
  description:
    'By the quarter of an hour, with limits, prices and what the assets saved. Today (Asia/Shanghai) when no time is given; 31 days at most.',
  request: { params, query: z.strictObject({ from: instant.optional(), to: instant.optional() }) },
  responses: { 200: json(siteLoad, 'The load.'), ...problems('not-found', 'invalid-parameter') },
});

const mostDays = 31;

export const dispatchLogRoutes = ({ db, now = Date.now }: { db: Database; now?: () => number }) =>
  new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor, ...filter } = c.req.valid('query');
      await needDispatchSite(db, id);
      return c.json(await listReadings(db, id, filter, { limit, cursor }), 200);
    })
    .openapi(record, (c) => {
      const caller = c.get('caller');
      return once(c, {
        effect: async () => {
          const site = await needDispatchSite(db, c.req.valid('param').id);
          requireController(caller, site);
          return recordReadings(db, site, c.req.valid('json').readings, { by: caller.key, now: now() });
        },
        done: sql`${outcomeRow} -> 'recorded' <> '[]'::jsonb`,
        answer: (row) => {
          if (row === null)
            throw new ApiError(
              'concurrent-change',
              'Others recorded readings of the site at once. Nothing was done. Send it again.',
            );
          const made = row.recorded.map(readingOf);
          const items = [...row.known, ...made].sort((a, b) => (a.startsAt + a.asset < b.startsAt + b.asset ? -1 : 1));
          return c.json({ recorded: made.length, known: row.known.length, items }, 201);
        },
      });
    })
    .openapi(load, async (c) => {
      const site = await needDispatchSite(db, c.req.valid('param').id);
      const today = beijingDay(now());
      const { from = new Date(startOfDay(today)).toISOString() } = c.req.valid('query');
      const first = quarterOf(Date.parse(from));
      const { to = new Date(startOfDay(addDays(beijingDay(first), 1))).toISOString() } = c.req.valid('query');
      const end = quarterOf(Date.parse(to));
      const wrong = (detail: string) =>
        new ApiError('invalid-parameter', `The span is not valid: to ${detail}.`, {
          errors: [{ parameter: 'to', detail }],
        });
      if (end <= first) throw wrong('must be a quarter of an hour after from at least');
      if (end - first > mostDays * 86_400_000) throw wrong(`must be ${mostDays} days after from at most`);
      return c.json(await readSiteLoad(db, site, first, end), 200);
    });
